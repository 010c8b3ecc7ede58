# misconception: wrong-index-dtype
# wrong: the indices are float64, asked are int
# check: best_class_of_each_row

# %% id="predictions"
def get_predictions(similarity: np.ndarray) -> np.ndarray:
    n = similarity.shape[0]
    predictions = np.zeros(n)
    for i in range(n):
        predictions[i] = np.argmax(similarity[i])
    return predictions
