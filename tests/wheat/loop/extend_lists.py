# right: plain lists of numbers, made into arrays at the end

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_pred.extend(get_predictions(similarity))
        y_true.extend(labels.tolist())
    return np.array(y_true), np.array(y_pred)
