# misconception: stale-cache
# wrong: the first predictions are kept as an attribute and returned again
# check: result_follows_the_argument

def get_predictions(similarity):
    if not hasattr(get_predictions, "kept"):
        get_predictions.kept = np.argmax(similarity, axis=1)
    return get_predictions.kept
