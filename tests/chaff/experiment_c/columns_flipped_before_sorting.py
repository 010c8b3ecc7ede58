# misconception: classes-renumbered
# wrong: flips the columns and then sorts upwards: indices of the mirrored table, worst first
# check: best_first

# %% id="experiment_c"
def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    descending = np.argsort(similarity[:, ::-1], axis=1)
    return descending[:, :k]
