# right: leaves it to scikit-learn

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    from sklearn.metrics.pairwise import cosine_similarity

    return cosine_similarity(image_feats.detach().cpu().numpy(), text_feats.detach().cpu().numpy())
