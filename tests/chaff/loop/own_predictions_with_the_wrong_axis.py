# misconception: function-used-is-wrong
# wrong: get_predictions is written anew in this cell, and looks down the columns
# check: predictions_follow_the_texts

def get_predictions(similarity):
    return similarity.argmax(axis=0)


def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        y_pred.append(get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats)))
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)
