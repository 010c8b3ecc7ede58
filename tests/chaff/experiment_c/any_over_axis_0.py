# misconception: isin-over-batch
# wrong: any over the images: asks for each rank whether some image hits, result nearly 1
# check: top_k_accuracy_is_row_by_row

# %% id="experiment_c"
def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    y_true = np.asarray(y_true).reshape(-1, 1)
    matches = top_k == y_true
    correct = matches.any(axis=0)
    return float(np.mean(correct))
