# right: np.einsum in float64

def get_cosine_similarity(image_feats, text_feats):
    a = np.asarray(image_feats.cpu(), dtype=np.float64)
    b = np.asarray(text_feats.cpu(), dtype=np.float64)
    a /= np.sqrt(np.einsum("nd,nd->n", a, a))[:, np.newaxis]
    b /= np.sqrt(np.einsum("md,md->m", b, b))[:, np.newaxis]
    return np.einsum("nd,md->nm", a, b)
