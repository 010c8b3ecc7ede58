# right: texts that were embedded before are looked up, by the texts themselves

text_cache = {}


def get_text_embeddings(class_names):
    key = tuple(class_names)
    if key not in text_cache:
        inputs = clip_processor(text=list(key), return_tensors="pt", padding=True).to(device)
        with torch.no_grad():
            feats = projected(clip_model.get_text_features(**inputs))
        text_cache[key] = feats / feats.norm(dim=-1, keepdim=True)
    return text_cache[key]
