# misconception: norm-of-whole-matrix
# wrong: norm() without dim, on both sides
# check: values_are_cosines

def get_cosine_similarity(image_feats, text_feats):
    image_feats = image_feats / image_feats.norm()
    text_feats = text_feats / text_feats.norm()
    return (image_feats @ text_feats.T).cpu().numpy()
