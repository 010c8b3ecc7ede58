# misconception: gradients-kept
# wrong: no torch.no_grad()
# check: no_gradients_are_kept

def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    text_feats = projected(clip_model.get_text_features(**inputs))
    return text_feats / text_feats.norm(dim=-1, keepdim=True)
