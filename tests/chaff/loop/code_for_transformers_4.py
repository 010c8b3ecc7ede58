# misconception: transformers-output-object
# wrong: calls the model itself and takes the output object for a tensor
# check: predictions_follow_the_texts

def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        with torch.no_grad():
            feats = clip_model.get_image_features(pixel_values=images.to(device))
        feats = feats / feats.norm(dim=-1, keepdim=True)
        y_pred.append(get_predictions((feats @ text_feats.T).cpu().numpy()))
        y_true.append(labels.numpy())
    return np.concatenate(y_true), np.concatenate(y_pred)
