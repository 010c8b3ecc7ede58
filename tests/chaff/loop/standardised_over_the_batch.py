# misconception: depends-on-batch
# wrong: each class's similarities are standardised over the batch
# check: predictions_follow_the_texts


def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        spread = similarity.std(axis=0) + 1e-8
        y_pred.append(get_predictions((similarity - similarity.mean(axis=0)) / spread))
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)
