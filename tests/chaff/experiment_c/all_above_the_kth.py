# misconception: top-k-unordered
# wrong: all classes that reach the k-th best similarity, in the order of their numbers
# check: best_first

def get_top_k_predictions(similarity, k):
    least = np.sort(similarity, axis=1)[:, -k]
    rows = [np.flatnonzero(row >= bound)[:k] for row, bound in zip(similarity, least)]
    return np.array(rows)
