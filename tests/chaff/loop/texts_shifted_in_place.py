# misconception: argument-changed
# wrong: the mean of the texts is taken out of the caller's tensor, and put back when it is too late
# check: a_second_run_starts_afresh


def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        y_true.append(labels.numpy())
        y_pred.append(
            get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats))
        )
    text_feats *= 2
    return np.concatenate(y_true), np.concatenate(y_pred)
