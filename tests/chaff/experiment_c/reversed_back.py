# misconception: best-guess-last
# wrong: the k best are turned round once too often
# check: best_first

def get_top_k_predictions(similarity, k):
    order = np.argsort(-similarity, axis=1)[:, :k]
    return order[:, ::-1]
