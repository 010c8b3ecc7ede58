# misconception: texts-altered
# wrong: only the last word of each text is embedded
# check: text_features_are_the_projected_ones


def get_text_embeddings(class_names):
    words = [name.split()[-1] for name in class_names]
    inputs = clip_processor(text=words, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    return text_feats / text_feats.norm(dim=-1, keepdim=True)
