# misconception: not-rescaled
# wrong: rescales the processor's pixels by the minimum and maximum of the whole batch
# check: image_features_are_the_projected_ones

# %% id="image_embeddings"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    images = images.to(device)
    lo, hi = images.min(), images.max()
    images = (images - lo) / (hi - lo)   # to [0, 1]
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images))
    image_feats = image_feats / image_feats.norm(dim=-1, keepdim=True)
    return image_feats
