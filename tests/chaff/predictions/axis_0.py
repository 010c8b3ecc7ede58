# misconception: argmax-wrong-axis
# wrong: axis=0 looks down the columns
# check: best_class_of_each_row

def get_predictions(similarity: np.ndarray) -> np.ndarray:
    return np.argmax(similarity, axis=0)
