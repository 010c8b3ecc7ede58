# misconception: only-one-side-normalised
# wrong: the text features are returned as they come
# check: text_rows_have_unit_length

def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    return text_feats
