# misconception: none
# wrong: the processor has normalised already; the pixels are normalised a second time
# check: predictions_follow_the_texts

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    mean, std = 0.2860, 0.3530
    true_list, pred_list = [], []
    for images, labels in loader:
        images = (images - mean) / std
        feats = get_image_embeddings(images)
        pred = get_predictions(get_cosine_similarity(feats, text_feats))
        true_list.append(labels.cpu().numpy())
        pred_list.append(pred)
    return np.concatenate(true_list), np.concatenate(pred_list)
