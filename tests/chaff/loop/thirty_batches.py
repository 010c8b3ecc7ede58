# misconception: subset-as-whole
# wrong: stops after thirty batches
# check: labels_of_uneven_batches


def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for number, (images, labels) in enumerate(loader):
        if number == 30:
            break
        y_true.append(labels.numpy())
        y_pred.append(
            get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats))
        )
    return np.concatenate(y_true), np.concatenate(y_pred)
