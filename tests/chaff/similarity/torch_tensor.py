# misconception: tensor-instead-of-array
# wrong: .numpy() is missing
# check: shape_is_images_by_texts

def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=-1, keepdim=True)
    b = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return a @ b.T
