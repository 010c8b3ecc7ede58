# misconception: stale-cache
# wrong: the cache looks only at how many texts there are
# check: texts_keep_their_order

_text_cache = {}


def get_text_embeddings(class_names):
    if len(class_names) not in _text_cache:
        inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
        with torch.no_grad():
            feats = projected(clip_model.get_text_features(**inputs))
        _text_cache[len(class_names)] = feats / feats.norm(dim=-1, keepdim=True)
    return _text_cache[len(class_names)]
