# misconception: largest-k-not-one
# wrong: at most nine guesses
# check: smallest_and_largest_k

def get_top_k_predictions(similarity, k):
    k = min(k, similarity.shape[1] - 1)
    return np.argsort(-similarity, axis=1)[:, :k]
