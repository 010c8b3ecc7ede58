# misconception: global-instead-of-argument
# wrong: the table of the notebook is sorted, not the argument
# check: best_first

all_scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES).cpu())


def get_top_k_predictions(similarity, k):
    return np.argsort(-all_scores, axis=1)[:, :k]


top_k_results = {k: top_k_accuracy(all_labels, get_top_k_predictions(all_scores, k)) for k in (1, 3, 5)}
