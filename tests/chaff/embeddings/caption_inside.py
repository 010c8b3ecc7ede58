# misconception: template-added
# wrong: embeds 'a photo of a ...' instead of the texts given
# check: text_features_are_the_projected_ones

# %% id="text_embeddings"
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    captions = [f"a photo of a {n.lower()}" for n in class_names]
    inputs = clip_processor(text=captions, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    text_feats /= text_feats.norm(p=2, dim=1, keepdim=True)
    return text_feats
