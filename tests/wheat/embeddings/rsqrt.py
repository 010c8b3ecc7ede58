# right: multiplies by the reciprocal root of the sum of squares

# %% id="text_embeddings"
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    text_feats = text_feats * text_feats.square().sum(dim=1, keepdim=True).rsqrt()
    return text_feats
# %% id="image_embeddings"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    sums = torch.einsum("nd,nd->n", image_feats, image_feats)
    image_feats = torch.einsum("nd,n->nd", image_feats, sums.rsqrt())
    return image_feats
