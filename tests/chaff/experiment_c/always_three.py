# misconception: k-ignored
# wrong: three columns, whatever k is
# check: smallest_and_largest_k

def get_top_k_predictions(similarity, k):
    return np.argsort(-similarity, axis=1)[:, :3]
