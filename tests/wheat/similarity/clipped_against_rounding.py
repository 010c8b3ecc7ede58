# right: rounding can give 1.0000001, so the values are clipped to [-1, 1]

def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=-1, keepdim=True)
    b = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return torch.clamp(torch.matmul(a, b.to(a.device).t()), -1.0, 1.0).cpu().numpy()
