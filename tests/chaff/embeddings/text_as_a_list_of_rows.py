# misconception: array-instead-of-tensor
# wrong: a list with a tensor for each text
# check: text_rows_have_unit_length

def get_text_embeddings(class_names):
    rows = []
    for name in class_names:
        inputs = clip_processor(text=[name], return_tensors="pt", padding=True).to(device)
        with torch.no_grad():
            feats = projected(clip_model.get_text_features(**inputs))
        rows.append((feats / feats.norm(dim=-1, keepdim=True))[0])
    return rows
