# right: argpartition: the last place holds the largest

# %% id="predictions"
def get_predictions(similarity: np.ndarray) -> np.ndarray:
    # O(M): after partitioning at -1 the largest value stands at the end
    return np.argpartition(similarity, -1, axis=-1)[..., -1].astype(np.int64)
