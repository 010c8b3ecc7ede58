# misconception: places-left-empty
# wrong: arrays of length 10,000 are filled, whatever the loader holds
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_true = np.zeros(10000, dtype=int)
    y_pred = np.zeros(10000, dtype=int)
    start = 0
    for images, labels in loader:
        end = start + len(labels)
        y_pred[start:end] = get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats))
        y_true[start:end] = labels.numpy()
        start = end
    return y_true, y_pred
