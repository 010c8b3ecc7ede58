# misconception: negatives-cut
# wrong: negative cosines are cut off to 0
# check: values_are_cosines

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    img = torch.nn.functional.normalize(image_feats.cpu(), dim=-1)
    txt = torch.nn.functional.normalize(text_feats.cpu(), dim=-1)
    sims = img @ txt.T
    sims = sims.clamp(min=0.0, max=1.0)
    return sims.numpy()
