"""Section 2: text and image embeddings of unit length."""

from __future__ import annotations

from typing import Any

import torch


def projected(output: Any) -> torch.Tensor:
    """Return the projected features, whichever line of transformers made `output`.

    transformers 4 returns the tensor itself; transformers 5 returns an output object whose
    `pooler_output` is the projected embedding.
    """
    return getattr(output, "pooler_output", output)


def get_text_embeddings(
    class_names: list[str], *, clip_model: Any, clip_processor: Any, device: str
) -> torch.Tensor:
    """Embed M texts.

    Returns:
        float32 (M, D), rows of length 1, in the order of `class_names`, without gradients.
    """
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    # BEGIN SOLUTION
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    # END SOLUTION
    return text_feats


def get_image_embeddings(images: torch.Tensor, *, clip_model: Any, device: str) -> torch.Tensor:
    """Embed N preprocessed images.

    Args:
        images: pixel values, float32 (N, 3, H, W).
        clip_model: a CLIP model in evaluation mode.
        device: where the model lives.

    Returns:
        float32 (N, D) on `device`, rows of length 1, without gradients.
    """
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    # BEGIN SOLUTION
    image_feats = image_feats / image_feats.norm(dim=-1, keepdim=True)
    # END SOLUTION
    return image_feats
