"""Small models of CLIP's architecture with random weights, images and splits, for the tests of the accuracy run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch


def random_clip(**vision: Any) -> Any:
    """A `CLIPModel` with random weights, in eval mode: 56 pixels, 16 patches, unless `vision` says otherwise."""
    from transformers import CLIPConfig, CLIPModel

    settings = {
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_attention_heads": 4,
        "num_hidden_layers": 3,
        "image_size": 56,
        "patch_size": 14,
        **vision,
    }
    torch.manual_seed(0)
    text = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    model = CLIPModel(CLIPConfig(vision_config=settings, text_config=text, projection_dim=24))
    # Initial weights are small and biases 0; trained ones are not.
    with torch.no_grad():
        for parameter in model.vision_model.parameters():
            parameter.add_(0.05 * torch.randn(parameter.shape))
    return model.eval()


def image_processor(side: int, **settings: Any) -> Any:
    """CLIP's image processor for a side, with the backend that the kit's models get."""
    from transformers import CLIPImageProcessor, __version__

    if __version__.startswith("4."):
        from transformers import CLIPImageProcessorFast as CLIPImageProcessor
    defaults = {
        "size": {"shortest_edge": side},
        "crop_size": {"height": side, "width": side},
    }
    return CLIPImageProcessor(**{**defaults, **settings})


def pillow_processor(side: int) -> Any:
    """The same with Pillow's resizing."""
    settings = {"size": {"shortest_edge": side}, "crop_size": {"height": side, "width": side}}
    try:
        from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
    except ImportError:  # transformers 4
        from transformers import CLIPImageProcessor as CLIPImageProcessorPil
    return CLIPImageProcessorPil(**settings)


def drawn_images(count: int, seed: int = 5) -> np.ndarray:
    """Rectangles of chance sizes and brightness on black, uint8 (count, 28, 28)."""
    generator = np.random.default_rng(seed)
    images = np.zeros((count, 28, 28), np.uint8)
    for image in images:
        top, left = generator.integers(0, 14, 2)
        height, width = generator.integers(4, 15, 2)
        patch = generator.integers(60, 256, (height, width))
        image[top : top + height, left : left + width] = patch
    return images


def write_test_split(root: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    """Write the files of a data set in the IDX format that torchvision reads."""
    raw = root / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for split in ("train", "t10k"):
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
            content = header + array.astype(np.uint8).tobytes()
            (raw / f"{split}-{kind}-ubyte").write_bytes(content)
    return root
