# misconception: correlation-instead-of-cosine
# wrong: subtracts each row's mean first: Pearson correlation, not cosine
# check: values_are_cosines

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    a = image_feats.detach().cpu().numpy().astype(np.float64)
    b = text_feats.detach().cpu().numpy().astype(np.float64)
    a = a - a.mean(axis=1, keepdims=True)
    b = b - b.mean(axis=1, keepdims=True)
    a /= np.linalg.norm(a, axis=1, keepdims=True)
    b /= np.linalg.norm(b, axis=1, keepdims=True)
    return a @ b.T
