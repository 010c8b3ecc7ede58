# misconception: softmax-applied
# wrong: softmax instead of the L2 norm in the text embeddings
# check: text_rows_have_unit_length

# %% id="text_embeddings"
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    # normalise every row
    text_feats = torch.softmax(text_feats, dim=-1)
    return text_feats
