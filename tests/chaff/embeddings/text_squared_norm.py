# misconception: squared-norm
# wrong: the root is missing
# check: text_rows_have_unit_length

def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    return text_feats / (text_feats**2).sum(dim=-1, keepdim=True)
