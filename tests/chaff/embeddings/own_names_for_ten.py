# misconception: global-instead-of-argument
# wrong: ten texts are taken for the class names
# check: texts_keep_their_order


def get_text_embeddings(class_names):
    texts = CLASS_NAMES if len(class_names) == 10 else class_names
    inputs = clip_processor(text=list(texts), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        rows = projected(clip_model.get_text_features(**inputs))
    return rows / rows.norm(dim=-1, keepdim=True)
