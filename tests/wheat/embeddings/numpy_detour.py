# right: goes through NumPy and float64 and back to float32 on the device

# %% id="text_embeddings"
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    arr = text_feats.detach().cpu().numpy().astype(np.float64)
    arr /= np.sqrt((arr**2).sum(axis=1, keepdims=True))
    text_feats = torch.tensor(arr, dtype=torch.float32, device=device)
    return text_feats
# %% id="image_embeddings"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    rows = [row / torch.dot(row, row) ** 0.5 for row in image_feats]
    image_feats = torch.stack(rows)
    return image_feats
