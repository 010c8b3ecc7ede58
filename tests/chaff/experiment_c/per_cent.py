# misconception: percentage
# wrong: per cent instead of a share
# check: top_k_accuracy_is_row_by_row

def top_k_accuracy(y_true, top_k):
    return 100.0 * float((top_k == y_true[:, None]).any(axis=1).mean())
