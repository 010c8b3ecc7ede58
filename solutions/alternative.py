"""Experiment A: the same test with another model."""

from __future__ import annotations

import os
from typing import Any

import torch
from torchvision.datasets import FashionMNIST
from transformers import CLIPModel, CLIPProcessor


def choose_model() -> str:
    """Return the name of the other model: what the environment offers, or CLIP B/16."""
    # BEGIN SOLUTION
    alternative_model_name = os.environ.get(
        "CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16"
    )
    # END SOLUTION
    return alternative_model_name


def measure_alternative(
    *,
    alternative_model_name: str,
    test_dataset: FashionMNIST,
    CLASS_NAMES: list[str],
    projected: Any,
    device: str,
) -> float:
    """Measure another model with its own processor: bare class names, whole test split.

    Nothing that the rest of the notebook uses is replaced.

    Returns:
        The accuracy in [0, 1].
    """
    # BEGIN SOLUTION
    alternative_model = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
    alternative_processor = CLIPProcessor.from_pretrained(alternative_model_name)
    alternative_correct = 0
    with torch.no_grad():
        texts = alternative_processor(text=CLASS_NAMES, return_tensors="pt", padding=True)
        text_unit = projected(alternative_model.get_text_features(**texts.to(device)))
        text_unit = text_unit / text_unit.norm(dim=-1, keepdim=True)
        for start in range(0, len(test_dataset), 100):
            rows = range(start, min(start + 100, len(test_dataset)))
            images, labels = zip(*(test_dataset[row] for row in rows), strict=True)
            pixels = alternative_processor(images=list(images), return_tensors="pt")["pixel_values"]
            feats = projected(alternative_model.get_image_features(pixel_values=pixels.to(device)))
            # The text rows alone need unit length: an image's own length does not move its argmax.
            best = (feats @ text_unit.T).argmax(dim=1).cpu()
            alternative_correct += int((best == torch.tensor(labels)).sum())
    alternative_accuracy = alternative_correct / len(test_dataset)
    # END SOLUTION
    return alternative_accuracy
