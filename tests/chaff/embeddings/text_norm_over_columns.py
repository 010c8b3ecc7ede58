# misconception: norm-over-columns
# wrong: dim=0 runs down the columns
# check: text_rows_have_unit_length

def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    return text_feats / text_feats.norm(dim=0, keepdim=True)
