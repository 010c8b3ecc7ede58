# misconception: pair-swapped
# wrong: returns (y_pred, y_true)
# check: labels_of_uneven_batches

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    preds, labels_all = [], []
    for images, labels in loader:
        sim = get_cosine_similarity(get_image_embeddings(images), text_feats)
        preds.extend(get_predictions(sim))
        labels_all.extend(labels.tolist())
    return np.array(preds), np.array(labels_all)
