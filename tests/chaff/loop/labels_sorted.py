# misconception: sorted-apart
# wrong: the labels are sorted at the end
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        y_pred.extend(get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats)))
        y_true.extend(labels.tolist())
    y_true.sort()
    return np.array(y_true), np.array(y_pred)
