# right: an extra argument with a default gives names where they are wanted

def get_predictions(similarity, names=None):
    indices = similarity.argmax(axis=1)
    return indices if names is None else [names[i] for i in indices]
