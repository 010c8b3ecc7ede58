# misconception: one-hot-returned
# wrong: a table of zeros and ones comes back
# check: result_is_a_row_of_integers


def get_predictions(similarity):
    return (similarity == similarity.max(axis=1, keepdims=True)).astype(int)
