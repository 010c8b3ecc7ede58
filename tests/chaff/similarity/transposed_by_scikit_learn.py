# misconception: transposed
# wrong: the arguments of scikit-learn's function are exchanged
# check: shape_is_images_by_texts

from sklearn.metrics.pairwise import cosine_similarity


def get_cosine_similarity(image_feats, text_feats):
    return cosine_similarity(text_feats.cpu().numpy(), image_feats.cpu().numpy())
