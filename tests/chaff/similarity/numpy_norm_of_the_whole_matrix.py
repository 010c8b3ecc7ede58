# misconception: norm-of-whole-matrix
# wrong: np.linalg.norm without axis
# check: values_are_cosines

def get_cosine_similarity(image_feats, text_feats):
    a, b = image_feats.cpu().numpy(), text_feats.cpu().numpy()
    return (a @ b.T) / (np.linalg.norm(a) * np.linalg.norm(b))
