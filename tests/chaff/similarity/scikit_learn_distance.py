# misconception: distance-instead-of-similarity
# wrong: cosine_distances instead of cosine_similarity
# check: values_are_cosines

from sklearn.metrics.pairwise import cosine_distances


def get_cosine_similarity(image_feats, text_feats):
    return cosine_distances(image_feats.cpu(), text_feats.cpu())
