# misconception: negatives-cut
# wrong: negative cosines become 0
# check: known_angles

def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=-1, keepdim=True)
    b = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return np.maximum((a @ b.T).cpu().numpy(), 0)
