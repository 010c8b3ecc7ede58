# right: normalised in float64

def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs)).double()
    return text_feats / text_feats.norm(dim=-1, keepdim=True)


def get_image_embeddings(images):
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device))).double()
    return image_feats / image_feats.norm(dim=-1, keepdim=True)
