# misconception: texts-truncated
# wrong: truncates to 6 tokens: longer prompts lose their end
# check: text_rows_have_unit_length

# %% id="text_embeddings"
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(
        text=list(class_names),
        return_tensors="pt",
        padding="max_length",
        max_length=6,
        truncation=True,
    ).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    norms = torch.linalg.norm(text_feats, dim=1, keepdim=True)
    text_feats = text_feats / norms
    return text_feats
