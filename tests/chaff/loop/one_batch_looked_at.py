# misconception: first-batch-skipped
# wrong: a batch is taken from the iterator to look at it, and lost
# check: labels_of_uneven_batches


def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    batches = iter(loader)
    next(batches)
    for images, labels in batches:
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_pred.append(get_predictions(similarity))
        y_true.append(labels.numpy())
    return np.concatenate([np.zeros(0, int), *y_true]), np.concatenate([np.zeros(0, int), *y_pred])
