# misconception: stale-cache
# wrong: the cache is keyed by the number of texts: another list of the same length gets the old embeddings
# check: texts_keep_their_order

# %% id="text_embeddings"
def get_text_embeddings(class_names: list[str], _cache={}) -> torch.Tensor:
    key = len(class_names)
    if key in _cache:
        return _cache[key]
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    _cache[key] = text_feats
    return text_feats
