# misconception: wrong-index-dtype
# wrong: np.append to an empty array of floats
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_true, y_pred = np.array([]), np.array([])
    for images, labels in loader:
        preds = get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats))
        y_pred = np.append(y_pred, preds)
        y_true = np.append(y_true, labels.numpy())
    return y_true, y_pred
