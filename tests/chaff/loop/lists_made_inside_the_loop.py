# misconception: only-last-batch
# wrong: the lists are made inside the loop
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    for images, labels in loader:
        y_true, y_pred = [], []
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_pred.extend(get_predictions(similarity).tolist())
        y_true.extend(labels.tolist())
    return np.array(y_true), np.array(y_pred)
