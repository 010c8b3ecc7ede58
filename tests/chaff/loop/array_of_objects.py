# misconception: batches-not-joined
# wrong: an array of objects hides the uneven batches
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        y_pred.append(get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats)))
        y_true.append(labels.numpy())
    return np.array(y_true, dtype=object), np.array(y_pred, dtype=object)
