# misconception: top-k-ascending
# wrong: the first k of an ascending order are the worst
# check: best_first

def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    return np.argsort(similarity, axis=1)[:, :k]
