# right: sorted downwards, first column

def get_predictions(similarity):
    order = np.argsort(similarity, axis=1)[:, ::-1]
    return order[:, 0]
