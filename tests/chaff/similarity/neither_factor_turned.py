# misconception: factor-not-turned
# wrong: the .T is missing
# check: shape_is_images_by_texts

def get_cosine_similarity(image_feats, text_feats):
    image_unit = image_feats / image_feats.norm(dim=-1, keepdim=True)
    text_unit = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return (image_unit @ text_unit).cpu().numpy()
