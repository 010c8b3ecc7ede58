# misconception: template-added
# wrong: "a photo of a" is put in front of every text
# check: text_features_are_the_projected_ones

def get_text_embeddings(class_names):
    prompts = [f"a photo of a {name}" for name in class_names]
    inputs = clip_processor(text=prompts, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        feats = projected(clip_model.get_text_features(**inputs))
    return feats / feats.norm(dim=-1, keepdim=True)
