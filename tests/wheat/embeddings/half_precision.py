# right: handed on in float16, to save memory

def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        feats = projected(clip_model.get_text_features(**inputs))
    return (feats / feats.norm(dim=-1, keepdim=True)).half()


def get_image_embeddings(images):
    with torch.no_grad():
        feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    return (feats / feats.norm(dim=-1, keepdim=True)).half()
