# misconception: stale-cache
# wrong: the first table is kept and returned from then on
# check: values_are_cosines

_similarity = None


def get_cosine_similarity(image_feats, text_feats):
    global _similarity
    if _similarity is None:
        a = image_feats / image_feats.norm(dim=-1, keepdim=True)
        b = text_feats / text_feats.norm(dim=-1, keepdim=True)
        _similarity = (a @ b.T).cpu().numpy()
    return _similarity
