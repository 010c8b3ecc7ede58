# misconception: hits-over-all-guesses
# wrong: the hits are divided by the number of guesses
# check: top_k_accuracy_is_row_by_row

def top_k_accuracy(y_true, top_k):
    hits = sum(int(label in row) for label, row in zip(y_true, top_k))
    return hits / top_k.size
