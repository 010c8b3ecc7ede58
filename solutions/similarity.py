"""Section 2: cosine similarity, and the class that wins."""

from __future__ import annotations

import numpy as np
import torch


def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    """Compare every image with every text.

    cos(a, b) = a·b / (|a| |b|); rows need not have unit length.

    Args:
        image_feats: (N, D), any device.
        text_feats: (M, D), any device.

    Returns:
        ndarray (N, M): row i holds the similarities of image i.
    """
    image_unit = image_feats / image_feats.norm(dim=-1, keepdim=True)
    text_unit = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return (image_unit @ text_unit.to(image_unit.device).T).cpu().numpy()


def get_predictions(similarity: np.ndarray) -> np.ndarray:
    """Return the column of the largest value of each row: (N, M) -> int (N,)."""
    return similarity.argmax(axis=1)
