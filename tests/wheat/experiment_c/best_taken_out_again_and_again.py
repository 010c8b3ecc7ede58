# right: the best is found and taken out, k times

def get_top_k_predictions(similarity, k):
    rest = similarity.astype(float).copy()
    columns = []
    for _ in range(k):
        best = rest.argmax(axis=1)
        columns.append(best)
        rest[np.arange(len(rest)), best] = -np.inf
    return np.stack(columns, axis=1)
