# misconception: range-changed
# wrong: the cosines are moved to 0 to 1
# check: values_are_cosines


def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=1, keepdim=True)
    b = text_feats / text_feats.norm(dim=1, keepdim=True)
    table = (a @ b.T).numpy()
    return (1 + table) / 2
