# misconception: isin-over-batch
# wrong: np.isin over the whole table
# check: top_k_accuracy_is_row_by_row

def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    return float(np.isin(y_true, top_k).mean())
