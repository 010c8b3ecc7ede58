# misconception: absolute-values
# wrong: the sign is dropped, so opposite directions look the same
# check: known_angles

def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=-1, keepdim=True)
    b = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return (a @ b.T).abs().cpu().numpy()
