# misconception: largest-k-not-one
# wrong: argpartition at position k does not exist for k = 10
# check: smallest_and_largest_k

def get_top_k_predictions(similarity, k):
    best = np.argpartition(-similarity, k, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(similarity, best, axis=1), axis=1)
    return np.take_along_axis(best, order, axis=1)
