# misconception: order-not-kept
# wrong: the texts are sorted before they are embedded
# check: texts_keep_their_order

def get_text_embeddings(class_names):
    inputs = clip_processor(text=sorted(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        feats = projected(clip_model.get_text_features(**inputs))
    return feats / feats.norm(dim=-1, keepdim=True)
