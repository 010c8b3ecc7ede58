# misconception: top-k-unordered
# wrong: the k best in the order of the classes
# check: best_first

def get_top_k_predictions(similarity, k):
    return np.sort(np.argsort(-similarity, axis=1)[:, :k], axis=1)
