# misconception: rank-instead-of-index
# wrong: the rank of the last class is returned
# check: best_class_of_each_row


def get_predictions(similarity):
    return similarity.argsort(axis=1).argsort(axis=1)[:, -1]
