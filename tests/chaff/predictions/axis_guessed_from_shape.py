# misconception: sizes-taken-for-granted
# wrong: tables of exactly ten images are read down the columns
# check: best_class_of_each_row

# %% id="predictions"
def get_predictions(similarity: np.ndarray) -> np.ndarray:
    # works for (N, M) and for (M, N)
    axis = 0 if similarity.shape[0] == len(CLASS_NAMES) else 1
    return np.argmax(similarity, axis=axis)
