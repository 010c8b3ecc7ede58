# misconception: scaled-similarity
# wrong: a hundred times the cosine
# check: values_are_cosines

def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=-1, keepdim=True)
    b = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return 100 * (a @ b.T).cpu().numpy()
