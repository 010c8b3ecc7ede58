# misconception: k-plus-one
# wrong: range(k + 1)
# check: best_first

def get_top_k_predictions(similarity, k):
    order = np.argsort(-similarity, axis=1)
    return np.stack([order[:, i] for i in range(min(k + 1, order.shape[1]))], axis=1)
