# misconception: distance-instead-of-similarity
# wrong: scipy's "cosine" is one minus the cosine
# check: values_are_cosines

from scipy.spatial.distance import cdist


def get_cosine_similarity(image_feats, text_feats):
    return cdist(image_feats.cpu().numpy(), text_feats.cpu().numpy(), metric="cosine")
