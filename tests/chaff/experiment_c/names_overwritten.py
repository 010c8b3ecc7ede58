# misconception: class-names-overwritten
# wrong: CLASS_NAMES is replaced by the improved prompts
# check: top_k_results_are_reported_truthfully

CLASS_NAMES = improved_prompts
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES).cpu())
top_k_results = {k: top_k_accuracy(all_labels, get_top_k_predictions(scores, k)) for k in (1, 3, 5)}
