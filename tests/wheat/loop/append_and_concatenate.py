# right: lists of batches, put one after the other

def run_zero_shot(loader, text_feats):
    all_true = []
    all_pred = []
    for images, labels in loader:
        image_feats = get_image_embeddings(images)
        similarity = get_cosine_similarity(image_feats, text_feats)
        all_pred.append(get_predictions(similarity))
        all_true.append(labels.cpu().numpy())
    y_true = np.concatenate(all_true)
    y_pred = np.concatenate(all_pred)
    return y_true, y_pred
