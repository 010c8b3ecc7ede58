# misconception: last-batch-dropped
# wrong: N // B batches leave the last one out
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    n_batches = len(loader.dataset) // loader.batch_size
    y_true, y_pred = [], []
    for (images, labels), _ in zip(loader, range(n_batches)):
        y_pred.append(get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats)))
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)
