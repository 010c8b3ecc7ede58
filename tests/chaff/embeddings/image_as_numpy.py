# misconception: array-instead-of-tensor
# wrong: a NumPy array is returned
# check: image_rows_have_unit_length

def get_image_embeddings(images):
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    image_feats = image_feats.cpu().numpy()
    return image_feats / np.linalg.norm(image_feats, axis=1, keepdims=True)
