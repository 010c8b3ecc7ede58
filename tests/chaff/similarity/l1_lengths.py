# misconception: l1-norm
# wrong: scikit-learn's normalize with norm="l1"
# check: values_are_cosines

from sklearn.preprocessing import normalize


def get_cosine_similarity(image_feats, text_feats):
    a = normalize(image_feats.cpu().numpy(), norm="l1")
    b = normalize(text_feats.cpu().numpy(), norm="l1")
    return a @ b.T
