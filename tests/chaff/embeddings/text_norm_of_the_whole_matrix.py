# misconception: norm-of-whole-matrix
# wrong: norm() without dim gives one number for all rows
# check: text_rows_have_unit_length

def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    text_feats = text_feats / text_feats.norm()
    return text_feats
