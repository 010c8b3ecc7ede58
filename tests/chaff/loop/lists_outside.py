# misconception: lists-not-reset
# wrong: the lists stand outside the function
# check: a_second_run_starts_afresh

all_true, all_pred = [], []


def run_zero_shot(loader, text_feats):
    for images, labels in loader:
        all_pred.extend(get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats)))
        all_true.extend(labels.numpy())
    return np.array(all_true), np.array(all_pred)
