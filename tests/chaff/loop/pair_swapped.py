# misconception: pair-swapped
# wrong: predictions first, labels second
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        y_pred.append(get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats)))
        y_true.append(labels.numpy())
    return np.concatenate(y_pred), np.concatenate(y_true)
