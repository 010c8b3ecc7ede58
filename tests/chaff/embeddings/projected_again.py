# misconception: projected-twice
# wrong: what the model has projected goes through the projection once more
# check: text_features_are_the_projected_ones

def get_text_embeddings(class_names):
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        feats = clip_model.text_projection(projected(clip_model.get_text_features(**inputs)))
    return feats / feats.norm(dim=-1, keepdim=True)


def get_image_embeddings(images):
    with torch.no_grad():
        feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
        feats = clip_model.visual_projection(feats)
    return feats / feats.norm(dim=-1, keepdim=True)
