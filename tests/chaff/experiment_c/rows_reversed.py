# misconception: order-not-kept
# wrong: [::-1] turns the order of the images round, not that of the columns
# check: best_first

# %% id="experiment_c"
def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    idx = np.argsort(similarity, axis=1)[:, -k:]
    return idx[::-1]
