# misconception: images-processed-twice
# wrong: the argument is ready for the model, but goes through the processor again
# check: image_features_are_the_projected_ones

def get_image_embeddings(images):
    inputs = clip_processor(images=images, return_tensors="pt").to(device)
    with torch.no_grad():
        feats = projected(clip_model.get_image_features(**inputs))
    return feats / feats.norm(dim=-1, keepdim=True)
