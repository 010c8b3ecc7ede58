# right: one minus scipy's cosine distance

from scipy.spatial.distance import cdist


def get_cosine_similarity(image_feats, text_feats):
    return 1 - cdist(image_feats.cpu().numpy(), text_feats.cpu().numpy(), metric="cosine")
