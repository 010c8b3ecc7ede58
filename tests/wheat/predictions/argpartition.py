# right: np.argpartition puts the largest last

def get_predictions(similarity):
    return np.argpartition(similarity, kth=-1, axis=1)[:, -1]
