# misconception: labels-not-in-step
# wrong: labels come from a second pass over a shuffled loader, in another order
# check: labels_of_uneven_batches

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    y_true = np.concatenate([labels.numpy() for _, labels in loader])
    y_pred = np.concatenate([
        get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats))
        for images, _ in loader
    ])
    return y_true, y_pred
