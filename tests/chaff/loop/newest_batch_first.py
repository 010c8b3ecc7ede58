# misconception: labels-not-in-step
# wrong: labels are put in front, predictions at the end
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_true, y_pred = np.array([], dtype=int), np.array([], dtype=int)
    for images, labels in loader:
        preds = get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats))
        y_pred = np.concatenate([y_pred, preds])
        y_true = np.concatenate([labels.numpy(), y_true])
    return y_true, y_pred
