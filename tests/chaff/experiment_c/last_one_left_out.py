# misconception: best-guess-skipped
# wrong: the slice -k-1:-1 leaves the best out
# check: best_first

def get_top_k_predictions(similarity, k):
    return np.argsort(similarity, axis=1)[:, -k - 1 : -1][:, ::-1]


top_k_results = {
    k: top_k_accuracy(all_labels, get_top_k_predictions(all_img_emb @ get_text_embeddings(CLASS_NAMES).cpu().numpy().T, k))
    for k in (1, 3, 5)
}
