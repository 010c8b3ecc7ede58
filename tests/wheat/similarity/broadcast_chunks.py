# right: F.cosine_similarity with broadcasting, image by image

# %% id="similarity"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    image_feats, text_feats = image_feats.detach().cpu(), text_feats.detach().cpu()
    out = np.empty((image_feats.shape[0], text_feats.shape[0]), dtype=np.float32)
    for i, v in enumerate(image_feats):
        out[i] = torch.cosine_similarity(v.unsqueeze(0), text_feats, dim=1).numpy()
    return out
