# misconception: texts-truncated
# wrong: the texts are cut after four tokens
# check: text_features_are_the_projected_ones

def get_text_embeddings(class_names):
    inputs = clip_processor(
        text=list(class_names), return_tensors="pt", padding=True, truncation=True, max_length=4
    ).to(device)
    with torch.no_grad():
        feats = projected(clip_model.get_text_features(**inputs))
    return feats / feats.norm(dim=-1, keepdim=True)
