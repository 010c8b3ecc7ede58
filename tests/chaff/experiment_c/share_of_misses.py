# misconception: wrong-answers-counted
# wrong: `not in` counts the misses
# check: top_k_accuracy_is_row_by_row

def top_k_accuracy(y_true, top_k):
    return sum(label not in row for label, row in zip(y_true, top_k)) / len(y_true)
