# right: a tiny number keeps the division away from zero

def get_cosine_similarity(image_feats, text_feats, eps=1e-8):
    dots = image_feats @ text_feats.to(image_feats.device).T
    lengths = image_feats.norm(dim=1)[:, None] * text_feats.to(image_feats.device).norm(dim=1)[None, :]
    return (dots / (lengths + eps)).cpu().numpy()
