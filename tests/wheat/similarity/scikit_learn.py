# right: scikit-learn's cosine_similarity, which takes arrays

from sklearn.metrics.pairwise import cosine_similarity


def get_cosine_similarity(image_feats, text_feats):
    return cosine_similarity(image_feats.cpu().numpy(), text_feats.cpu().numpy())
