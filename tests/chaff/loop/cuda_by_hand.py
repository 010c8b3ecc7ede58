# misconception: hard-coded-cuda
# wrong: images and texts are sent to "cuda"
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    text_feats = text_feats.to("cuda")
    y_true, y_pred = [], []
    for images, labels in loader:
        image_feats = get_image_embeddings(images.to("cuda"))
        y_pred.append(get_predictions(get_cosine_similarity(image_feats, text_feats)))
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)
