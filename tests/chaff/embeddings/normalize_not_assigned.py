# misconception: not-normalised
# wrong: the result of F.normalize is thrown away, the rows keep their lengths
# check: text_rows_have_unit_length

# %% id="text_embeddings"
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    torch.nn.functional.normalize(text_feats, p=2, dim=-1)
    return text_feats
# %% id="image_embeddings"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    torch.nn.functional.normalize(image_feats, p=2, dim=-1)
    return image_feats
