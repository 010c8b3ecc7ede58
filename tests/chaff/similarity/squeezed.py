# misconception: axis-squeezed
# wrong: one image or one text loses an axis: (M,) or (N,) instead of (N, M)
# check: values_are_cosines

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    a = image_feats.detach().cpu().float()
    b = text_feats.detach().cpu().float()
    a = a / a.norm(dim=1, keepdim=True)
    b = b / b.norm(dim=1, keepdim=True)
    return (a @ b.T).squeeze().numpy()
