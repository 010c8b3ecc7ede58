# right: torch.nn.functional.normalize does the division

import torch.nn.functional as F


def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    return F.normalize(text_feats, p=2, dim=1)


def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    return F.normalize(image_feats, p=2, dim=1)
