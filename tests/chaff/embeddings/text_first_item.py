# misconception: unpooled-output
# wrong: out[0] is the last hidden state: a row for each token
# check: text_features_are_the_projected_ones

def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = clip_model.get_text_features(**inputs)[0]
    return text_feats / text_feats.norm(dim=-1, keepdim=True)
