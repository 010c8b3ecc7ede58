# misconception: uneven-last-batch
# wrong: np.array of a list of batches, which breaks if the last is smaller
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_pred.append(get_predictions(similarity))
        y_true.append(labels.numpy())
    return np.array(y_true).flatten(), np.array(y_pred).flatten()
