# misconception: unprojected-output
# wrong: skips text_projection: these vectors do not lie in the shared space
# check: text_rows_have_unit_length

# %% id="text_embeddings"
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        out = clip_model.text_model(
            input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]
        )
        text_feats = out.pooler_output
    text_feats = text_feats / torch.linalg.norm(text_feats, dim=1, keepdim=True)
    return text_feats
