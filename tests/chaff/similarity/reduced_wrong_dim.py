# misconception: cosine-along-wrong-axis
# wrong: F.cosine_similarity with broadcast tensors is reduced over texts: shape (N, D)
# check: shape_is_images_by_texts

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    v = image_feats.detach().cpu().unsqueeze(1)  # (N, 1, D)
    t = text_feats.detach().cpu().unsqueeze(0)  # (1, M, D)
    similarity = nn.functional.cosine_similarity(v, t, dim=1)
    return similarity.numpy()
