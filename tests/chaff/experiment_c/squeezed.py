# misconception: extra-dimension
# wrong: a dimension of length 1 in the middle
# check: best_first

def get_top_k_predictions(similarity, k):
    return np.argsort(-similarity, axis=1)[:, np.newaxis, :k]


scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES).cpu())
top_k_results = {k: top_k_accuracy(all_labels, get_top_k_predictions(scores, k)[:, 0]) for k in (1, 3, 5)}
