# misconception: reshaped-not-transposed
# wrong: reshape keeps the order of the numbers and does not transpose
# check: values_are_cosines

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    image_feats = image_feats.cpu()
    text_feats = text_feats.cpu()
    image_feats = image_feats / image_feats.norm(dim=1, keepdim=True)
    text_feats = text_feats / text_feats.norm(dim=1, keepdim=True)
    m, d = text_feats.shape
    sim = torch.matmul(image_feats, text_feats.reshape(d, m))
    return sim.numpy()
