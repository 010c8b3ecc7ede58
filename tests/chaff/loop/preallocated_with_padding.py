# misconception: places-left-empty
# wrong: if the last batch is smaller, zeros are left at the end of both arrays
# check: labels_of_uneven_batches

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    y_true = y_pred = None
    for i, (images, labels) in enumerate(loader):
        if i == 0:
            bs = len(labels)
            y_true = np.zeros(len(loader) * bs, dtype=int)
            y_pred = np.zeros(len(loader) * bs, dtype=int)
        feats = get_image_embeddings(images)
        p = get_predictions(get_cosine_similarity(feats, text_feats))
        y_true[i * bs : i * bs + len(labels)] = labels.numpy()
        y_pred[i * bs : i * bs + len(labels)] = p
    return y_true, y_pred
