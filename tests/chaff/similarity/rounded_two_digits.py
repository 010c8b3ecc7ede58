# misconception: values-rounded
# wrong: the cosines are rounded to two decimals, so that many classes tie
# check: values_are_cosines

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    image_feats = image_feats / image_feats.norm(dim=-1, keepdim=True)
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    similarity = image_feats.cpu() @ text_feats.cpu().T
    return np.round(similarity.numpy(), 2)
