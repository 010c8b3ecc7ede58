# right: the norm written out, with a helper for both towers

def unit_rows(feats):
    lengths = torch.sqrt((feats**2).sum(dim=1))
    return feats / lengths[:, None]


def get_text_embeddings(class_names):
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
        text_feats = unit_rows(text_feats)
    return text_feats


def get_image_embeddings(images):
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
        image_feats = unit_rows(image_feats)
    return image_feats
