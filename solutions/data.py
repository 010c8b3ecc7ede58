"""Section 1: the test split and its loader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader
from torchvision.datasets import FashionMNIST

CLASS_NAMES = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]


def collate_clip(
    batch: Sequence[tuple[Any, int]], *, clip_processor: Any
) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn a list of (PIL image, label) pairs into what the model takes.

    Args:
        batch: N pairs of a grey 28 x 28 PIL image and its class index.
        clip_processor: resizes, converts to RGB, rescales to [0, 1] and normalises.

    Returns:
        Pixel values, float32 (N, 3, H, W), and labels, int64 (N,).
    """
    images, labels = zip(*batch, strict=True)
    pixel_values = clip_processor(images=list(images), return_tensors="pt")["pixel_values"]
    return pixel_values, torch.tensor(labels)


def load_test_split(
    *, data_root: str | Path, collate_clip: Callable[..., Any]
) -> tuple[FashionMNIST, DataLoader[Any]]:
    """Build the test split (10,000 PIL images, no transform) and its shuffled loader.

    Raises:
        RuntimeError: the data set is not under `data_root` and cannot be downloaded.
    """
    # BEGIN SOLUTION
    test_dataset = FashionMNIST(root=data_root, train=False, download=True)
    test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
    # END SOLUTION
    return test_dataset, test_loader
