# misconception: none
# wrong: uses text_feats minus their mean instead of text_feats
# check: predictions_follow_the_texts

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    # the ten texts share a big common component
    text_feats = text_feats - text_feats.mean(dim=0, keepdim=True)
    trues, preds = [], []
    for pixel_values, labels in loader:
        similarity = get_cosine_similarity(get_image_embeddings(pixel_values), text_feats)
        preds.extend(get_predictions(similarity))
        trues.extend(labels.tolist())
    return np.array(trues), np.array(preds)
