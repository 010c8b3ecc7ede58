# misconception: negatives-cut
# wrong: rows in which all values are negative always get class 0
# check: result_follows_the_argument

# %% id="predictions"
def get_predictions(similarity: np.ndarray) -> np.ndarray:
    preds = []
    for row in similarity:
        best_value = 0
        best_class = 0
        for j, value in enumerate(row):
            if value > best_value:
                best_value = value
                best_class = j
        preds.append(best_class)
    return np.array(preds)
