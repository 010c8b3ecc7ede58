# misconception: values-rounded
# wrong: rounds to two decimals: most classes tie
# check: values_are_cosines

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    i = image_feats / image_feats.norm(dim=-1, keepdim=True)
    t = text_feats / text_feats.norm(dim=-1, keepdim=True)
    sims = i.cpu() @ t.cpu().T
    return np.round(sims.numpy(), 2)
