# misconception: template-added
# wrong: puts 'a photo of a' before every text, so that other texts are embedded than those asked for
# check: text_features_are_the_projected_ones

# %% id="text_embeddings"
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    texts = [f"a photo of a {c}" for c in class_names]
    inputs = clip_processor(text=texts, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return text_feats
