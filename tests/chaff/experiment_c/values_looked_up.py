# misconception: ties-repeat-a-class
# wrong: list.index finds the first of two equal values twice
# check: ties_give_different_classes

def get_top_k_predictions(similarity, k):
    result = []
    for row in similarity.tolist():
        best_values = sorted(row, reverse=True)[:k]
        result.append([row.index(value) for value in best_values])
    return np.array(result)
