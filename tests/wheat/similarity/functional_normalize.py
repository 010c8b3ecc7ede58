# right: normalised with torch.nn.functional, multiplied with @

import torch.nn.functional as F


def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    image_feats = F.normalize(image_feats, dim=-1)
    text_feats = F.normalize(text_feats, dim=-1).to(image_feats.device)
    return (image_feats @ text_feats.T).cpu().numpy()
