# misconception: text-features-overwritten
# wrong: the improved prompts stand where the bare names are asked for
# check: top_k_results_are_reported_truthfully

scores = get_cosine_similarity(
    torch.as_tensor(all_img_emb), get_text_embeddings(improved_prompts).cpu()
)
top_k_results = {k: top_k_accuracy(all_labels, get_top_k_predictions(scores, k)) for k in (1, 3, 5)}
