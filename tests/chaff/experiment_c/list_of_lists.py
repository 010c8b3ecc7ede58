# misconception: list-returned
# wrong: a list of lists is returned
# check: best_first

def get_top_k_predictions(similarity, k):
    return [np.argsort(-row)[:k].tolist() for row in similarity]
