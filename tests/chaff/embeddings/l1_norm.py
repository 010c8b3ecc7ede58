# misconception: l1-norm
# wrong: divided by the L1 norm, the rows have an L2 length far below 1
# check: text_rows_have_unit_length

# %% id="text_embeddings"
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    text_feats = text_feats / text_feats.norm(p=1, dim=1, keepdim=True)
    return text_feats
# %% id="image_embeddings"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    image_feats = image_feats / image_feats.norm(p=1, dim=1, keepdim=True)
    return image_feats
