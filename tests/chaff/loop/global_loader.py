# misconception: global-instead-of-argument
# wrong: goes through test_loader, whatever loader is given
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in test_loader:
        y_pred.append(get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats)))
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)
