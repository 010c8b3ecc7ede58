# misconception: argmax-wrong-axis
# wrong: sorted down the columns
# check: best_first

def get_top_k_predictions(similarity, k):
    return np.argsort(-similarity, axis=0)[:, :k]
