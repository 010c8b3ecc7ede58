# misconception: images-left-out
# wrong: an indentation slip: labels are collected only in every 50th batch
# check: labels_of_uneven_batches

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    y_true, y_pred = [], []
    for step, (pixel_values, labels) in enumerate(loader):
        image_feats = get_image_embeddings(pixel_values)
        sim = get_cosine_similarity(image_feats, text_feats)
        preds = get_predictions(sim)
        if step % 50 == 0:
            print(f"batch {step:4d}", end="\r")
            y_true.append(labels.numpy())
            y_pred.append(preds)
    return np.concatenate(y_true), np.concatenate(y_pred)
