# misconception: depends-on-batch
# wrong: the mean of the batch is subtracted first, so a row depends on the others
# check: image_features_are_the_projected_ones

# %% id="image_embeddings"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    # center + scale
    image_feats = image_feats - image_feats.mean(dim=0, keepdim=True)
    image_feats = image_feats / image_feats.norm(dim=-1, keepdim=True)
    return image_feats
