# right: a loop over the texts, each encoded alone, stacked at the end

def get_text_embeddings(class_names):
    rows = []
    for name in class_names:
        inputs = clip_processor(text=[name], return_tensors="pt", padding=True).to(device)
        with torch.no_grad():
            feats = projected(clip_model.get_text_features(**inputs))[0]
        rows.append(feats / feats.norm())
    return torch.stack(rows)
