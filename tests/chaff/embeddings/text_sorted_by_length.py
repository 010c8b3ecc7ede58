# misconception: order-not-kept
# wrong: sorted by length, so that padding is saved, and never put back
# check: texts_keep_their_order

def get_text_embeddings(class_names):
    by_length = sorted(class_names, key=len)
    inputs = clip_processor(text=by_length, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return text_feats
