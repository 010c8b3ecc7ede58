# misconception: subset-as-whole
# wrong: measured on the first 160 images
# check: top_k_results_are_reported_truthfully

scores = get_cosine_similarity(torch.as_tensor(all_img_emb[:160]), get_text_embeddings(CLASS_NAMES).cpu())
top_k_results = {}
for k in (1, 3, 5):
    top_k_results[k] = top_k_accuracy(all_labels[:160], get_top_k_predictions(scores, k))
