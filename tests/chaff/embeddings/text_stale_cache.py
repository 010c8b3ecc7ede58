# misconception: stale-cache
# wrong: the first result is kept and returned for every later argument
# check: texts_keep_their_order

cached_text_feats = None


def get_text_embeddings(class_names):
    global cached_text_feats
    if cached_text_feats is None:
        inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
        with torch.no_grad():
            feats = projected(clip_model.get_text_features(**inputs))
        cached_text_feats = feats / feats.norm(dim=-1, keepdim=True)
    return cached_text_feats
