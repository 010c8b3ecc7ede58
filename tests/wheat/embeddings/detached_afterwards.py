# right: gradients are recorded and thrown away; wasteful, but none are kept

def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    text_feats = projected(clip_model.get_text_features(**inputs)).detach()
    return text_feats / text_feats.norm(dim=-1, keepdim=True)


def get_image_embeddings(images):
    image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device))).detach()
    return image_feats / image_feats.norm(dim=-1, keepdim=True)
