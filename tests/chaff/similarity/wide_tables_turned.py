# misconception: axis-by-size
# wrong: a table that is wider than high is turned
# check: values_are_cosines


def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=1, keepdim=True)
    b = text_feats / text_feats.norm(dim=1, keepdim=True)
    table = (a @ b.T).numpy()
    return table if len(table) >= table.shape[1] else table.T
