# misconception: unprojected-output
# wrong: takes the tower's pooled output before the projection: not in the shared space
# check: image_rows_have_unit_length

# %% id="image_embeddings"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        out = clip_model.vision_model(pixel_values=images.to(device))
        image_feats = out.pooler_output
    image_feats = image_feats / image_feats.norm(dim=-1, keepdim=True)
    return image_feats
