# misconception: only-first-batch
# wrong: the return is indented too far
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_pred.append(get_predictions(similarity))
        y_true.append(labels.numpy())
        return np.concatenate(y_true), np.concatenate(y_pred)
