# misconception: all-guesses-have-to-be-right
# wrong: an image counts if all of its guesses are its label
# check: top_k_accuracy_is_row_by_row


def top_k_accuracy(y_true, top_k):
    return float((top_k == y_true[:, None]).all(axis=1).mean())
