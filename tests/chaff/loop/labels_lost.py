# misconception: predictions-as-labels
# wrong: the labels of a batch are overwritten by the predictions
# check: labels_of_uneven_batches


def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        labels = get_predictions(similarity)
        y_pred.append(labels)
        y_true.append(labels)
    return np.concatenate(y_true), np.concatenate(y_pred)
