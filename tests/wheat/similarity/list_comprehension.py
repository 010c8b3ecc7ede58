# right: torch's cosine_similarity of each pair, in a nested list comprehension

from torch.nn.functional import cosine_similarity


def get_cosine_similarity(image_feats, text_feats):
    text_feats = text_feats.to(image_feats.device)
    return np.array([[cosine_similarity(v, t, dim=0).item() for t in text_feats] for v in image_feats])
