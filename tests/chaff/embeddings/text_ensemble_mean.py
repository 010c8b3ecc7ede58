# misconception: ensemble-not-renormalised
# wrong: the mean over several templates is not brought back to length 1
# check: text_rows_have_unit_length

templates = ["{}", "a photo of a person wearing a {} and a coat", "a black and white picture of many {}s"]


def get_text_embeddings(class_names):
    rows = []
    for name in class_names:
        texts = [template.format(name) for template in templates]
        inputs = clip_processor(text=texts, return_tensors="pt", padding=True).to(device)
        with torch.no_grad():
            feats = projected(clip_model.get_text_features(**inputs))
        feats = feats / feats.norm(dim=-1, keepdim=True)
        rows.append(feats.mean(dim=0))
    return torch.stack(rows)
