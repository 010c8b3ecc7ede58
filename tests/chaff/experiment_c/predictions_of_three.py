# misconception: predictions-replaced
# wrong: `get_predictions` is written anew, with a column for each of three classes
# check: smallest_and_largest_k


def get_predictions(similarity, k=3):
    return np.argsort(-similarity, axis=1)[:, :k]


def get_top_k_predictions(similarity, k):
    return np.argsort(-similarity, axis=1)[:, :k]
