# misconception: text-encoded-every-batch
# wrong: the model's text tower is called in each round, though its result is not used
# check: texts_are_not_embedded_again

def run_zero_shot(loader, text_feats):
    tokens = clip_processor(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
    y_true, y_pred = [], []
    for images, labels in loader:
        with torch.no_grad():
            names = projected(clip_model.get_text_features(**tokens))
        assert names.shape[1] == text_feats.shape[1]
        y_pred.append(get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats)))
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)
