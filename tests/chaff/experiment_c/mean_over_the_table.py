# misconception: hits-over-all-guesses
# wrong: the mean over all N times k comparisons
# check: top_k_accuracy_is_row_by_row

def top_k_accuracy(y_true, top_k):
    return float((top_k == y_true[:, None]).mean())
