# misconception: global-instead-of-argument
# wrong: embeds CLASS_NAMES, whatever the argument says
# check: text_rows_have_unit_length

def get_text_embeddings(class_names):
    inputs = clip_processor(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        feats = projected(clip_model.get_text_features(**inputs))
    return feats / feats.norm(dim=-1, keepdim=True)
