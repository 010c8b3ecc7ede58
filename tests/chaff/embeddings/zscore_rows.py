# misconception: correlation-instead-of-cosine
# wrong: image rows are standardised (z-scores) instead of L2-normalised
# check: image_rows_have_unit_length

# %% id="image_embeddings"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    mu = image_feats.mean(dim=1, keepdim=True)
    sigma = image_feats.std(dim=1, keepdim=True)
    image_feats = (image_feats - mu) / sigma
    return image_feats
