# misconception: none
# wrong: the result always has 16 entries
# check: best_class_of_each_row

# %% id="predictions"
def get_predictions(similarity: np.ndarray) -> np.ndarray:
    predictions = np.zeros(16, dtype=int)
    for i, row in enumerate(similarity[:16]):
        predictions[i] = row.argmax()
    return predictions
