# misconception: none
# wrong: a single value of K, where at least two were asked for
# check: top_k_results_are_reported_truthfully

scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES).cpu())
top_k_results = {3: top_k_accuracy(all_labels, get_top_k_predictions(scores, 3))}
