# misconception: best-guess-skipped
# wrong: the slice 1:k+1 begins with the second best
# check: best_first

def get_top_k_predictions(similarity, k):
    return np.argsort(-similarity, axis=1)[:, 1 : k + 1]
