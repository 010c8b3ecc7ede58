# misconception: none
# wrong: one-to-one matching: no class may be given twice, and only M images get an answer
# check: best_class_of_each_row

# %% id="predictions"
def get_predictions(similarity: np.ndarray) -> np.ndarray:
    from scipy.optimize import linear_sum_assignment

    rows, cols = linear_sum_assignment(similarity, maximize=True)
    return cols[np.argsort(rows)]
