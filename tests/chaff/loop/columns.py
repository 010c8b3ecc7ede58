# misconception: extra-dimension
# wrong: columns of shape (N, 1)
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        preds = get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats))
        y_pred.append(preds[:, None])
        y_true.append(labels.numpy()[:, None])
    return np.concatenate(y_true), np.concatenate(y_pred)
