# misconception: wrong-length
# wrong: the rows have the length of logit_scale.exp() (about 100), not 1
# check: image_rows_have_unit_length

# %% id="image_embeddings"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
        image_feats = image_feats / image_feats.norm(p=2, dim=-1, keepdim=True)
        # as in CLIPModel.forward
        image_feats = clip_model.logit_scale.exp() * image_feats
    return image_feats
