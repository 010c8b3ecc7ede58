"""Fashion-MNIST as tensors: the splits, and the processor's normalisation without the processor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torchvision.datasets import FashionMNIST

from autograder.clip.small_clip.model import IMAGE_MEAN, IMAGE_STD
from autograder.errors import AssetError

VALIDATION_SIZE = 5_000
"""The last images of the training split, held out: every choice is made on them."""


@dataclass(frozen=True)
class Split:
    """Images (N, 28, 28) uint8 and labels (N,) int64."""

    images: Tensor
    labels: Tensor


def load_split(root: Path, split: str) -> Split:
    """Read `"train"` (55,000), `"validation"` (5,000) or `"test"` (10,000) below a torchvision root.

    Raises:
        AssetError: if the data set is not there.
        ValueError: for another split's name.
    """
    if split not in {"train", "validation", "test"}:
        raise ValueError(f"unknown split {split!r}: choose train, validation or test")
    try:
        dataset = FashionMNIST(str(root), train=split != "test", download=False)
    except RuntimeError as error:
        raise AssetError(
            f"{root}: no Fashion-MNIST here. Give the folder that holds FashionMNIST/raw."
        ) from error
    images, labels = dataset.data, dataset.targets
    if split == "train":
        images, labels = images[:-VALIDATION_SIZE], labels[:-VALIDATION_SIZE]
    elif split == "validation":
        images, labels = images[-VALIDATION_SIZE:], labels[-VALIDATION_SIZE:]
    return Split(images, labels)


def to_pixel_values(images: Tensor) -> Tensor:
    """What the checkpoint's processor makes of grey images: (N, 28, 28) uint8 -> (N, 3, 28, 28)."""
    pixels = (images.to(torch.float32) / 255 - IMAGE_MEAN) / IMAGE_STD
    return pixels.unsqueeze(1).expand(-1, 3, -1, -1)
