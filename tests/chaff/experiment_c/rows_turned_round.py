# misconception: order-not-kept
# wrong: [::-1] reverses the images, not the classes: worst classes, of another image
# check: best_first

# %% id="experiment_c"
def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    return np.argsort(similarity, axis=1)[::-1][:, :k]
