# right: arrays of the final length, filled from a running position

def run_zero_shot(loader, text_feats):
    n = len(loader.dataset)
    y_true = np.empty(n, dtype=int)
    y_pred = np.empty(n, dtype=int)
    start = 0
    for images, labels in loader:
        stop = start + len(labels)
        sims = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_true[start:stop] = labels.numpy()
        y_pred[start:stop] = get_predictions(sims)
        start = stop
    return y_true, y_pred
