# misconception: labels-not-in-step
# wrong: images and labels are collected in two passes, in different orders if the loader shuffles
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    y_pred = np.concatenate(
        [get_predictions(get_cosine_similarity(get_image_embeddings(x), text_feats)) for x, _ in loader]
    )
    y_true = np.concatenate([y.numpy() for _, y in loader])
    return y_true, y_pred
