"""Grey images and prompts to unit embeddings: the plain way, behind a type that a faster way can share.

Everything that needs image embeddings takes an `ImageEncoder`, a function of grey images.
`plain_image_encoder` is the definition of what is right: PIL images through the model's own
processor, float32, no batching tricks. A faster backend is another function of the same type, held
against this one.

torch is imported where it is used: every grader loads this module, and most of what is judged needs no model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from autograder.errors import AssetError, KitError

if TYPE_CHECKING:
    import torch

Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int64]
Greys: TypeAlias = NDArray[np.uint8]

ImageEncoder: TypeAlias = Callable[[Greys], Floats]
"""uint8 (B, H, W) -> float32 (B, D), rows of length 1, in the same order."""

TextEncoder: TypeAlias = Callable[[Sequence[str]], Floats]
"""M prompts -> float32 (M, D), rows of length 1, in the same order."""

TEXTS_AT_ONCE = 128


@dataclass(frozen=True)
class TestImages:
    """The test split in its own order: grey levels, uint8 (N, 28, 28), and class indices, int64 (N,)."""

    __test__ = False  # The name is no pytest class.

    images: Greys
    labels: Ints

    def __len__(self) -> int:
        return len(self.labels)


def load_test_images(data_root: Path) -> TestImages:
    """Read the test split under a torchvision root, without downloading.

    Raises:
        AssetError: the files are missing or cannot be read.
    """
    from torchvision.datasets import FashionMNIST

    try:
        dataset = FashionMNIST(root=data_root, train=False, download=False)
    except (RuntimeError, ValueError, OSError) as error:
        raise AssetError(
            f"{data_root}: Fashion-MNIST cannot be read here ({error}). "
            "Give the folder that holds FashionMNIST/raw with the original files."
        ) from error
    return TestImages(dataset.data.numpy(), dataset.targets.numpy().astype(np.int64))


def preprocess(processor: Any, images: Greys) -> torch.Tensor:
    """Put grey images through the real processor: uint8 (B, H, W) -> float32 (B, 3, h, w)."""
    pictures = [Image.fromarray(image) for image in images]
    pixel_values: torch.Tensor = processor(images=pictures, return_tensors="pt")["pixel_values"]
    return pixel_values


def plain_image_encoder(model: Any, processor: Any, device: str) -> ImageEncoder:
    """Return the plain float32 encoder of a `CLIPModel`, which must be on `device` already.

    The encoder raises AssetError when the model's embeddings are not finite or have no direction.
    """

    def encode(images: Greys) -> Floats:
        return embed_pixels(model, preprocess(processor, images), device)

    model.eval()
    return encode


def embed_pixels(model: Any, pixel_values: torch.Tensor, device: str) -> Floats:
    """Embed preprocessed images, float32 (B, 3, h, w) -> (B, D), rows of length 1.

    Raises:
        AssetError: the embeddings are not finite or have no direction.
    """
    return unit_rows(image_features(model, pixel_values, device))


def image_features(model: Any, pixel_values: torch.Tensor, device: str) -> torch.Tensor:
    """Return what the model makes of preprocessed images before lengths are made 1: float32 (B, 3, h, w) -> (B, D)."""
    import torch

    with torch.no_grad(), _exact(device):
        return projected(model.get_image_features(pixel_values=pixel_values.to(device)))


def plain_text_encoder(model: Any, processor: Any, device: str) -> TextEncoder:
    """Return the plain float32 encoder of prompts of a `CLIPModel`, which must be on `device` already.

    The encoder raises KitError for a prompt with more tokens than the text tower has positions, and
    AssetError as `plain_image_encoder` does.
    """
    import torch

    longest = int(model.config.text_config.max_position_embeddings)

    def encode(prompts: Sequence[str]) -> Floats:
        parts = []
        for start in range(0, len(prompts), TEXTS_AT_ONCE):
            part = list(prompts[start : start + TEXTS_AT_ONCE])
            for prompt, ids in zip(part, processor.tokenizer(part)["input_ids"], strict=True):
                if len(ids) > longest:
                    raise KitError(
                        f"the prompt {prompt[:60]!r}... has {len(ids)} tokens and the model reads {longest} at most; "
                        "shorten it"
                    )
            inputs = processor(text=part, return_tensors="pt", padding=True).to(device)
            with torch.no_grad(), _exact(device):
                parts.append(unit_rows(projected(model.get_text_features(**inputs))))
        if not parts:
            return np.empty((0, int(model.config.projection_dim)), np.float32)
        return np.concatenate(parts)

    model.eval()
    return encode


def encode_in_batches(
    encoder: ImageEncoder, images: Greys, batch_size: int
) -> Iterator[tuple[int, Floats]]:
    """Yield each batch's number of images and embeddings, in order; the last batch may be smaller."""
    for start in range(0, len(images), batch_size):
        embeddings = encoder(images[start : start + batch_size])
        yield len(embeddings), embeddings


def projected(output: Any) -> torch.Tensor:
    """Return the features in what `get_image_features` or `get_text_features` of any transformers returns."""
    # transformers 5 returns an output object, transformers 4 the tensor itself.
    features: torch.Tensor = getattr(output, "pooler_output", output)
    return features


def unit_rows(features: torch.Tensor) -> Floats:
    """Return features with rows of length 1, float32 (B, D).

    Raises:
        AssetError: they are not finite or have no direction.
    """
    import torch

    unit = (features / features.norm(dim=-1, keepdim=True)).to("cpu", torch.float32).numpy()
    if not np.isfinite(unit).all():
        raise AssetError(
            "the model's embeddings are not finite numbers: its weights are damaged or of another architecture. "
            "Fetch the model again."
        )
    return unit


def _exact(device: str) -> AbstractContextManager[Any]:
    """Keep float32 convolutions in float32: on CUDA, cuDNN rounds their inputs to TF32's 10 bits by default."""
    if device.startswith("cuda"):
        import torch

        manager: AbstractContextManager[Any] = torch.backends.cudnn.flags(
            enabled=True, allow_tf32=False
        )
        return manager
    return nullcontext()
