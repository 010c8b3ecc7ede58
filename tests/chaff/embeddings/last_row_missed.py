# misconception: part-of-the-argument
# wrong: the loop leaves the last row out
# check: text_rows_have_unit_length

# %% id="text_embeddings"
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    n = len(text_feats) - 1
    for i in range(n):
        length = torch.sqrt(torch.sum(text_feats[i] ** 2))
        text_feats[i] = text_feats[i] / length
    return text_feats
