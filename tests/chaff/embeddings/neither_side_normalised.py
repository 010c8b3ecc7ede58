# misconception: not-normalised
# wrong: neither of the two functions divides by the lengths
# check: text_rows_have_unit_length

def get_text_embeddings(class_names):
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    return text_feats


def get_image_embeddings(images):
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    return image_feats
