# right: the towers and the projections called one by one

def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        pooled = clip_model.text_model(**inputs).pooler_output
        text_feats = clip_model.text_projection(pooled)
    return text_feats / text_feats.norm(dim=-1, keepdim=True)


def get_image_embeddings(images):
    with torch.no_grad():
        pooled = clip_model.vision_model(pixel_values=images.to(device)).pooler_output
        image_feats = clip_model.visual_projection(pooled)
    return image_feats / image_feats.norm(dim=-1, keepdim=True)
