# misconception: only-one-side-normalised
# wrong: normalises the pixel values, after they were used, instead of image_feats
# check: image_rows_have_unit_length

# %% id="image_embeddings"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    images = images / images.norm(dim=-1, keepdim=True)
    return image_feats
