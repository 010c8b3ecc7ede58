# misconception: mixed-devices
# wrong: the texts are not moved to the device of the images
# check: predictions_follow_the_texts
# needs: cuda

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        similarity = get_image_embeddings(images) @ text_feats.cpu().T
        y_pred.append(get_predictions(similarity.cpu().numpy()))
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)
