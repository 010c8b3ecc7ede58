# misconception: result-on-gpu
# wrong: .cpu() is missing before .numpy()
# check: predictions_follow_the_texts
# needs: cuda

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        similarity = get_image_embeddings(images) @ text_feats.to(device).T
        y_pred.append(similarity.argmax(dim=1).numpy())
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)
