# right: one minus scipy's cosine distance, clipped against rounding

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    from scipy.spatial.distance import cdist

    x = image_feats.detach().to("cpu", torch.float64).numpy()
    y = text_feats.detach().to("cpu", torch.float64).numpy()
    return np.clip(1.0 - cdist(x, y, metric="cosine"), -1.0, 1.0)
