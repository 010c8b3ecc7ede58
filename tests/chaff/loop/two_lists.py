# misconception: list-returned
# wrong: two lists of numbers instead of arrays
# check: predictions_follow_the_texts


def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        y_true += labels.tolist()
        y_pred += get_predictions(
            get_cosine_similarity(get_image_embeddings(images), text_feats)
        ).tolist()
    return y_true, y_pred
