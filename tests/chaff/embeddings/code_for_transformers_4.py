# misconception: transformers-output-object
# wrong: both functions take the output object for a tensor
# check: text_rows_have_unit_length

def get_text_embeddings(class_names):
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = clip_model.get_text_features(**inputs)
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return text_feats


def get_image_embeddings(images):
    with torch.no_grad():
        image_feats = clip_model.get_image_features(pixel_values=images.to(device))
    image_feats = image_feats / image_feats.norm(dim=-1, keepdim=True)
    return image_feats
