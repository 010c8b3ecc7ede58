"""Answers that are known already: the processor and the model, asked about images of the test split.

A variant's own code really runs, over all 10,000 images where it goes through all of them. What takes the time is the
same for every variant: the pixel values of a test image, and what the model makes of them. Both are remembered by
content, the image's bytes, so that another image, another setting of the processor, a model in training mode or with
gradients gets its own answer from the real thing. A memory may change time, never a result.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from PIL import Image
from torchvision.datasets import mnist

from autograder.clip.accuracy.encoders import Greys, preprocess

BATCH = 200
_STEP = 3
"""Every third value is enough to find an image by; whether it is the one is then asked of all of them."""


class PixelMemory:
    """Grey images of the test split and their pixel values, float32 (N, 3, H, W).

    Attributes:
        pixels: the pixel values.
        last: the rows of them that were recalled last.
    """

    def __init__(self, processor: Any, images: Greys) -> None:
        """Put N images, uint8 (N, 28, 28), through a processor."""
        parts = [preprocess(processor, images[i : i + BATCH]) for i in range(0, len(images), BATCH)]
        self.pixels = _shared(torch.cat(parts))
        self._rows = {image.tobytes(): row for row, image in enumerate(images)}
        self.last: list[int] = []

    def recall(self, images: Sequence[Any]) -> torch.Tensor | None:
        """Return the pixel values of PIL images, or None unless all are grey images of the test split."""
        rows = []
        for image in images:
            if not isinstance(image, Image.Image) or image.mode != "L" or image.size != (28, 28):
                return None
            row = self._rows.get(image.tobytes())
            if row is None:
                return None
            rows.append(row)
        self.last = rows
        return self.pixels[rows]


def give_data_set_memory(images: Greys) -> None:
    """Let the data set copy its grey images, uint8 (N, 28, 28), instead of making each from its numbers again."""
    plain = getattr(mnist, "_Image_fromarray", None)
    if plain is None:  # an older torchvision
        return
    known = {image.tobytes(): Image.fromarray(image) for image in images}

    def from_array(array: np.ndarray, mode: str) -> Image.Image:
        image = known.get(array.tobytes()) if mode == "L" and array.shape == (28, 28) else None
        return plain(array, mode=mode) if image is None else image.copy()

    mnist._Image_fromarray = from_array


class FeatureMemory:
    """What a model's image tower gives for all pixel values of a `PixelMemory`."""

    def __init__(self, model: Any, memory: PixelMemory) -> None:
        """Run the model over the pixel values that a processor's memory holds."""
        pixels = memory.pixels
        with torch.no_grad():
            parts = [model.get_image_features(pixel_values=part) for part in pixels.split(BATCH)]
        self._kind = type(parts[0])
        self._fields = {
            name: _shared(torch.cat([part[name] for part in parts]))
            for name in parts[0]
            if name != "loss"
        }
        self._memory = memory
        self._pixels = pixels
        self._rows = {mark: number for number, mark in enumerate(_marks(pixels))}

    def recall(self, pixel_values: Any) -> Any:
        """Return the model's output for pixel values (n, 3, H, W), or None unless all are known."""
        if not isinstance(pixel_values, torch.Tensor) or pixel_values.dtype != torch.float32:
            return None
        if pixel_values.shape[1:] != self._pixels.shape[1:] or pixel_values.requires_grad:
            return None
        # Mostly these are what the processor has given last; whether they are is asked of all values.
        found: list[int | None] = [*self._memory.last]
        if not torch.equal(self._pixels[found], pixel_values):
            found = [self._rows.get(mark) for mark in _marks(pixel_values)]
            if None in found or not torch.equal(self._pixels[found], pixel_values):
                return None
        return self._kind(**{name: field[found] for name, field in self._fields.items()})


def give_processor_memory(processor: Any, memory: PixelMemory) -> None:
    """Let a processor answer for test images from memory where it is asked for nothing but their pixels."""
    plain = type(processor)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if (
            not args
            and set(kwargs) == {"images", "return_tensors"}
            and kwargs["return_tensors"] == "pt"
        ):
            images = kwargs["images"]
            pixels = memory.recall(images) if isinstance(images, (list, tuple)) and images else None
            if pixels is not None:
                from transformers import BatchFeature

                return BatchFeature({"pixel_values": pixels})
        return plain.__call__(self, *args, **kwargs)

    # Python looks `__call__` up on the class, so the instance gets a class of its own, of the same name.
    remembering = type(plain.__name__, (plain,), {"__call__": call, "__module__": plain.__module__})
    processor.__class__ = remembering


def give_model_memory(model: Any, memory: FeatureMemory) -> None:
    """Let a model answer for test images from memory, unless it trains or records gradients."""
    plain = model.get_image_features

    def get_image_features(pixel_values: Any = None, **kwargs: Any) -> Any:
        if not kwargs and not model.training and not torch.is_grad_enabled():
            known = memory.recall(pixel_values)
            if known is not None:
                return known
        return plain(pixel_values=pixel_values, **kwargs)

    model.get_image_features = get_image_features


def as_transformers_4(model: Any) -> None:
    """Let a model return its features as tensors, which the older line of transformers does."""
    for name in ("get_image_features", "get_text_features"):
        plain = getattr(model, name)

        def tensors(*args: Any, _plain: Any = plain, **kwargs: Any) -> Any:
            output = _plain(*args, **kwargs)
            return getattr(output, "pooler_output", output)

        setattr(model, name, tensors)


def _shared(tensor: torch.Tensor) -> torch.Tensor:
    """Return a copy in memory that processes share: forking copies no table of its pages, which takes most of the time.

    Nobody writes to it: what is recalled is a copy of some rows.
    """
    room = mmap.mmap(-1, tensor.numel() * tensor.element_size())
    shared = torch.frombuffer(room, dtype=tensor.dtype).reshape(tensor.shape)
    return shared.copy_(tensor)


def _marks(pixels: torch.Tensor) -> list[int]:
    """Return a number for each image, float32 (n, 3, H, W), by which it is looked up; equal images have equal ones."""
    bits = np.ascontiguousarray(pixels.numpy()).view(np.int32).reshape(len(pixels), -1)
    marks: list[int] = (bits[:, ::_STEP].astype(np.int64) @ _weights(bits.shape[1])).tolist()
    return marks


@cache
def _weights(length: int) -> np.ndarray:
    drawn = np.random.default_rng(0).integers(-(2**40), 2**40, size=len(range(0, length, _STEP)))
    return drawn.astype(np.int64)
