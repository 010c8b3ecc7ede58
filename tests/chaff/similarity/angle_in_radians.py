# misconception: distance-instead-of-similarity
# wrong: returns the angle (arccos) instead of its cosine: small means similar
# check: values_are_cosines

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    a = image_feats.cpu().numpy()
    b = text_feats.cpu().numpy()
    dot = np.dot(a, b.T)
    norms = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)[None, :]
    return np.arccos(np.clip(dot / norms, -1.0, 1.0))
