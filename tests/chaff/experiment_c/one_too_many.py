# misconception: k-plus-one
# wrong: k + 1 columns
# check: best_first

def get_top_k_predictions(similarity, k):
    return np.argsort(similarity, axis=1)[:, ::-1][:, : k + 1]
