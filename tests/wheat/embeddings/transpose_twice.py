# right: transposes, divides without keepdim, transposes back

# %% id="text_embeddings"
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    # (D, M) / (M,) broadcasts over the columns
    text_feats = (text_feats.T / text_feats.T.norm(dim=0)).T
    return text_feats
# %% id="image_embeddings"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    lengths = torch.einsum("nd,nd->n", image_feats, image_feats).sqrt()
    image_feats = image_feats / lengths[:, None]
    return image_feats
