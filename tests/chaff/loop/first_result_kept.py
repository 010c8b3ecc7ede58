# misconception: stale-cache
# wrong: the first run is kept and returned again
# check: a_second_run_starts_afresh

_done = {}


def run_zero_shot(loader, text_feats):
    if "result" not in _done:
        y_true, y_pred = [], []
        for images, labels in loader:
            sims = get_cosine_similarity(get_image_embeddings(images), text_feats)
            y_pred.append(get_predictions(sims))
            y_true.append(labels.numpy())
        _done["result"] = np.concatenate(y_true), np.concatenate(y_pred)
    return _done["result"]
