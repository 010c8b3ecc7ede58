# right: large inputs go through the tower in parts

def get_image_embeddings(images, chunk=2):
    parts = []
    with torch.no_grad():
        for part in torch.split(images, chunk):
            feats = projected(clip_model.get_image_features(pixel_values=part.to(device)))
            parts.append(feats / feats.norm(dim=-1, keepdim=True))
    return torch.cat(parts)
