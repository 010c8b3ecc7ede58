# right: divided in place

def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
        text_feats /= text_feats.norm(dim=-1, keepdim=True)
    return text_feats


def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
        image_feats /= image_feats.norm(p=2, dim=-1, keepdim=True)
    return image_feats
