# misconception: l1-norm
# wrong: divided by the sum of absolute values
# check: image_rows_have_unit_length

def get_image_embeddings(images):
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    return image_feats / image_feats.abs().sum(dim=1, keepdim=True)
