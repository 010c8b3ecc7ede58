# misconception: rows-rescaled
# wrong: each row of the table is divided by its length
# check: values_are_cosines


def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=1, keepdim=True)
    b = text_feats / text_feats.norm(dim=1, keepdim=True)
    table = (a @ b.T).numpy()
    return table / np.linalg.norm(table, axis=1, keepdims=True)
