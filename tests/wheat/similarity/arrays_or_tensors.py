# right: takes tensors as well as arrays, through a helper

def _to_numpy(x):
    return x.detach().cpu().numpy() if isinstance(x, torch.Tensor) else np.asarray(x)


def _unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def get_cosine_similarity(image_feats, text_feats):
    """Cosine similarity, (N, D) and (M, D) to (N, M)."""
    return _unit(_to_numpy(image_feats)) @ _unit(_to_numpy(text_feats)).T
