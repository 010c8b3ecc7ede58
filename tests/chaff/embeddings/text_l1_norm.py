# misconception: l1-norm
# wrong: p=1, the sum of absolute values
# check: text_rows_have_unit_length

def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    return text_feats / text_feats.norm(p=1, dim=-1, keepdim=True)
