# misconception: global-instead-of-argument
# wrong: the texts come from a variable of the notebook
# check: predictions_follow_the_texts

name_feats = get_text_embeddings(CLASS_NAMES)


def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        y_pred.append(get_predictions(get_cosine_similarity(get_image_embeddings(images), name_feats)))
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)
