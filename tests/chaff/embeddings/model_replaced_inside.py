# misconception: model-overwritten
# wrong: the function loads another model into clip_model
# check: image_features_are_the_projected_ones

def get_image_embeddings(images):
    global clip_model
    clip_model = CLIPModel.from_pretrained(os.environ["CLIP_ALTERNATIVE_MODEL"]).to(device).eval()
    with torch.no_grad():
        feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    return feats / feats.norm(dim=-1, keepdim=True)
