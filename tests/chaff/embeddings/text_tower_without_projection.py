# misconception: unprojected-output
# wrong: the text tower's pooled output, before the projection
# check: text_features_are_the_projected_ones

def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = clip_model.text_model(**inputs).pooler_output
    return text_feats / text_feats.norm(dim=-1, keepdim=True)
