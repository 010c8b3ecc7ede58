# misconception: gradients-kept
# wrong: gradients are switched on by hand in both functions
# check: no_gradients_are_kept

@torch.enable_grad()
def get_text_embeddings(class_names):
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    feats = projected(clip_model.get_text_features(**inputs))
    return feats / feats.norm(dim=-1, keepdim=True)


@torch.enable_grad()
def get_image_embeddings(images):
    feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    return feats / feats.norm(dim=-1, keepdim=True)
