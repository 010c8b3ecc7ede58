# misconception: text-features-overwritten
# wrong: text_feats was filled with other prompts while trying things out
# check: top_k_results_are_reported_truthfully

text_feats = get_text_embeddings(["shoe", "boot", "sandal", "bag", "coat", "dress", "shirt", "top", "pants", "hat"])
scores = all_img_emb @ text_feats.cpu().numpy().T
top_k_results = {}
for k in (1, 5):
    top_k_results[k] = top_k_accuracy(all_labels, get_top_k_predictions(scores, k))
