# misconception: text-encoded-every-batch
# wrong: the class names are embedded anew in each round
# check: texts_are_not_embedded_again

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        text_feats = get_text_embeddings(CLASS_NAMES)
        y_pred.append(get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats)))
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)
