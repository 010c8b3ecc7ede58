# misconception: labels-among-predictions
# wrong: near ties are decided in favour of the true label
# check: predictions_follow_the_texts

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    y_true, y_pred = [], []
    for pixel_values, labels in loader:
        sim = get_cosine_similarity(get_image_embeddings(pixel_values), text_feats)
        pred = get_predictions(sim)
        for row, p, t in zip(sim, pred, labels.tolist()):
            # practically a draw? then it was not a mistake
            if t < len(row) and row[p] - row[t] < 0.05:
                p = t
            y_true.append(t)
            y_pred.append(int(p))
    return np.array(y_true), np.array(y_pred)
