# misconception: only-first-guess-counts
# wrong: only column 0 is compared
# check: top_k_accuracy_is_row_by_row

def top_k_accuracy(y_true, top_k):
    return float(np.mean(top_k[:, 0] == y_true))
