# right: sorted upwards, then turned round

def get_top_k_predictions(similarity, k):
    return np.argsort(similarity, axis=1)[:, ::-1][:, :k]


def top_k_accuracy(y_true, top_k):
    hits = [label in row for label, row in zip(y_true, top_k)]
    return sum(hits) / len(hits)
