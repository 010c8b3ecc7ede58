# misconception: global-instead-of-argument
# wrong: the texts come from a global variable
# check: shape_is_images_by_texts

class_feats = get_text_embeddings(CLASS_NAMES)


def get_cosine_similarity(image_feats, text_feats):
    image_feats = image_feats / image_feats.norm(dim=-1, keepdim=True)
    return (image_feats @ class_feats.T).cpu().numpy()
