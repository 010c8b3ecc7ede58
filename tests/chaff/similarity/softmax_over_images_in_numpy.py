# misconception: softmax-wrong-axis
# wrong: scipy's softmax down the columns
# check: values_are_cosines

from scipy.special import softmax


def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=-1, keepdim=True)
    b = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return softmax((a @ b.T).cpu().numpy(), axis=0)
