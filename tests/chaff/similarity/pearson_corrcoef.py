# misconception: correlation-instead-of-cosine
# wrong: np.corrcoef subtracts the mean of each row first: Pearson correlation, not cosine
# check: values_are_cosines

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    a = image_feats.detach().cpu().numpy()
    b = text_feats.detach().cpu().numpy()
    n = a.shape[0]
    full = np.corrcoef(a, b)  # (n+m, n+m)
    return full[:n, n:]
