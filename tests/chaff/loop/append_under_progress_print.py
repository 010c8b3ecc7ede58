# misconception: images-left-out
# wrong: the appends stand inside the if of the progress print: only every 25th batch is kept
# check: labels_of_uneven_batches

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    y_true = []
    y_pred = []
    for step, (images, labels) in enumerate(loader):
        emb = get_image_embeddings(images)
        sim = get_cosine_similarity(emb, text_feats)
        batch_pred = get_predictions(sim)
        if step % 25 == 0:
            print(f"batch {step}/{len(loader)}")
            y_true.append(labels.numpy())
            y_pred.append(batch_pred)
    return np.concatenate(y_true), np.concatenate(y_pred)
