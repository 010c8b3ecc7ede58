# misconception: negatives-cut
# wrong: clips to 0..1, so all opposite directions count as right angles
# check: values_are_cosines

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    image_feats = torch.nn.functional.normalize(image_feats.cpu(), dim=1)
    text_feats = torch.nn.functional.normalize(text_feats.cpu(), dim=1)
    return np.clip((image_feats @ text_feats.T).numpy(), 0.0, 1.0)
