# misconception: last-batch-dropped
# wrong: batches that are smaller than the first are skipped
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    size = None
    for images, labels in loader:
        size = size or len(labels)
        if len(labels) != size:
            continue
        y_pred.append(get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats)))
        y_true.append(labels.numpy())
    return np.array(y_true).flatten(), np.array(y_pred).flatten()
