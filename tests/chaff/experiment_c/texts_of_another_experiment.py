# misconception: text-features-overwritten
# wrong: text_feats holds twenty prompts of experiment B by now
# check: top_k_results_are_reported_truthfully

text_feats = get_text_embeddings([f"{a} {name}" for name in CLASS_NAMES for a in ("a photo of a", "one")])
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), text_feats.cpu())
top_k_results = {k: top_k_accuracy(all_labels, get_top_k_predictions(scores, k)) for k in (1, 3, 5)}
