# misconception: class-names-returned
# wrong: names instead of indices
# check: best_first

def get_top_k_predictions(similarity, k):
    return np.array(CLASS_NAMES)[np.argsort(-similarity, axis=1)[:, :k]]


scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES).cpu())
top_k_results = {
    k: top_k_accuracy(np.array(CLASS_NAMES)[all_labels], get_top_k_predictions(scores, k)) for k in (1, 3, 5)
}
