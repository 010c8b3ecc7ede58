# right: get_predictions is redefined here with an argument k, after its own exercise was judged

def get_predictions(similarity, k):
    return np.argsort(-similarity, axis=1)[:, :k]


def get_top_k_predictions(similarity, k):
    return get_predictions(similarity, k)
