# misconception: k-ignored
# wrong: the slice is missing, so all classes are returned
# check: best_first

def get_top_k_predictions(similarity, k):
    return np.argsort(-similarity, axis=1)
