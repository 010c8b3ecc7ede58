# misconception: reshaped-not-transposed
# wrong: computes texts by images and reshapes instead of transposing: entries are scrambled
# check: values_are_cosines

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    n, m = len(image_feats), len(text_feats)
    image_feats = image_feats.cpu() / image_feats.cpu().norm(dim=-1, keepdim=True)
    text_feats = text_feats.cpu() / text_feats.cpu().norm(dim=-1, keepdim=True)
    sim = text_feats @ image_feats.T        # (M, N)
    return sim.reshape(n, m).numpy()        # -> (N, M)
