# misconception: element-wise-product
# wrong: * instead of @
# check: shape_is_images_by_texts

def get_cosine_similarity(image_feats, text_feats):
    image_feats = image_feats / image_feats.norm(dim=-1, keepdim=True)
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return (image_feats * text_feats).cpu().numpy()
