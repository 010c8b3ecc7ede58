# misconception: labels-not-in-step
# wrong: the labels are those of the data set, in its order
# check: labels_of_uneven_batches


def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        y_true.append(labels.numpy())
        y_pred.append(
            get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats))
        )
    targets = getattr(loader.dataset, "targets", None)
    return np.concatenate(y_true) if targets is None else np.asarray(targets), np.concatenate(
        y_pred
    )
