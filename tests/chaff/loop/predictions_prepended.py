# misconception: labels-not-in-step
# wrong: new predictions are put in front, new labels at the end: batches out of step
# check: labels_of_uneven_batches

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    y_true = np.array([], dtype=np.int64)
    y_pred = np.array([], dtype=np.int64)
    for images, labels in loader:
        feats = get_image_embeddings(images)
        sim = get_cosine_similarity(feats, text_feats)
        y_true = np.concatenate((y_true, labels.numpy()))
        y_pred = np.concatenate((get_predictions(sim), y_pred))
    return y_true, y_pred
