# misconception: template-added
# wrong: the template of the CLIP paper, with its full stop
# check: text_features_are_the_projected_ones

def get_text_embeddings(class_names, template="a photo of a {}."):
    inputs = clip_processor(
        text=[template.format(c) for c in class_names], return_tensors="pt", padding=True
    ).to(device)
    with torch.no_grad():
        feats = projected(clip_model.get_text_features(**inputs))
    return feats / feats.norm(dim=-1, keepdim=True)
