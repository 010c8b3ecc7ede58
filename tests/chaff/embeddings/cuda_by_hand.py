# misconception: hard-coded-cuda
# wrong: inputs are sent to "cuda"
# check: text_rows_have_unit_length

def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to("cuda")
    with torch.no_grad():
        feats = projected(clip_model.get_text_features(**inputs))
    return feats / feats.norm(dim=-1, keepdim=True)
