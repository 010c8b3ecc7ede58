# misconception: sizes-taken-for-granted
# wrong: k is capped at 5, so for larger k there are too few columns
# check: best_first

# %% id="experiment_c"
def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    k = min(k, 5)
    return np.argsort(-similarity, axis=1)[:, :k]
