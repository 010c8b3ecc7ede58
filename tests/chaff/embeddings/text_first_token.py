# misconception: unpooled-output
# wrong: the first token of the last hidden state, as with BERT
# check: text_features_are_the_projected_ones

def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        output = clip_model.get_text_features(**inputs)
    text_feats = output.last_hidden_state[:, 0]
    return text_feats / text_feats.norm(dim=-1, keepdim=True)
