# misconception: argument-changed
# wrong: the table is brought to 0 … 1 in place, so that the caller's changes
# check: result_follows_the_argument


def get_predictions(similarity):
    similarity -= similarity.min(axis=1, keepdims=True)
    similarity /= similarity.max(axis=1, keepdims=True)
    return similarity.argmax(axis=1)
