# misconception: depends-on-batch
# wrong: the mean of the batch is subtracted from its embeddings
# check: predictions_follow_the_texts


def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        embedded = get_image_embeddings(images)
        centred = embedded - embedded.mean(dim=0) if len(labels) > 1 else embedded
        y_pred.append(get_predictions(get_cosine_similarity(centred, text_feats)))
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)
