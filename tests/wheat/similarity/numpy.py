# right: all in NumPy

def get_cosine_similarity(image_feats, text_feats):
    a = image_feats.detach().cpu().numpy()
    b = text_feats.detach().cpu().numpy()
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    b = b / np.linalg.norm(b, axis=1, keepdims=True)
    return np.dot(a, b.T)
