# misconception: none
# wrong: leaves out images whose best cosine is below 0.25, so not all images are returned and the accuracy looks better
# check: predictions_follow_the_texts

def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    y_true, y_pred = [], []
    for images, labels in loader:
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        sure = similarity.max(axis=1) > 0.25
        y_true.append(labels.numpy()[sure])
        y_pred.append(get_predictions(similarity)[sure])
    return np.concatenate(y_true), np.concatenate(y_pred)
