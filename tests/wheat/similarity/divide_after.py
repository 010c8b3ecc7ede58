# right: takes dot products first in double precision and divides by the outer product of the norms

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    v, t = (np.asarray(x.detach().to("cpu"), dtype=np.float64) for x in (image_feats, text_feats))
    dots = np.einsum("nd,md->nm", v, t)
    lengths = np.outer(np.sqrt((v * v).sum(1)), np.sqrt((t * t).sum(1)))
    return dots / lengths
