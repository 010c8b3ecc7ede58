# misconception: images-altered
# wrong: swaps the colour channels to BGR before the image tower, which was trained on RGB
# check: image_features_are_the_projected_ones

# %% id="image_embeddings"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    images = images[:, [2, 1, 0], :, :]  # RGB -> BGR
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    norms = image_feats.norm(dim=1, keepdim=True)
    image_feats = image_feats / norms
    return image_feats
