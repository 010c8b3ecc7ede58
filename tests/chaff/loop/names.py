# misconception: class-names-returned
# wrong: names instead of indices
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        preds = get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats))
        y_pred.extend(CLASS_NAMES[p] for p in preds)
        y_true.extend(CLASS_NAMES[t] for t in labels)
    return np.array(y_true), np.array(y_pred)
