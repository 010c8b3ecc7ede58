# misconception: argument-changed
# wrong: the caller's list of texts is turned round before it is read from behind
# check: texts_keep_their_order


def get_text_embeddings(class_names):
    class_names.reverse()
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        rows = projected(clip_model.get_text_features(**inputs)).flip(0)
    return rows / rows.norm(dim=-1, keepdim=True)
