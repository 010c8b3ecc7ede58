# misconception: only-one-side-normalised
# wrong: the norm is computed, but its result is not used
# check: image_rows_have_unit_length

def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    image_feats.norm(dim=-1, keepdim=True)
    return image_feats
