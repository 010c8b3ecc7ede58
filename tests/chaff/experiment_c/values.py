# misconception: values-instead-of-indices
# wrong: the k largest similarities instead of their positions
# check: best_first

def get_top_k_predictions(similarity, k):
    return -np.sort(-similarity, axis=1)[:, :k]


scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES).cpu())
order = np.argsort(-scores, axis=1)
top_k_results = {k: top_k_accuracy(all_labels, order[:, :k]) for k in (1, 3, 5)}
