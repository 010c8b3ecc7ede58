# misconception: array-instead-of-tensor
# wrong: a NumPy array is returned
# check: text_rows_have_unit_length

def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return text_feats.cpu().numpy()
