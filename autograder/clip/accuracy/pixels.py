"""From grey bytes to a processor's own pixel values, bit for bit and several times as fast.

A CLIP processor copies a grey image to three channels, enlarges each, and divides and subtracts. Here
one channel is enlarged, by two small matrix products. An image tower can take its levels as they are
(`autograder.clip.accuracy.tower.Shades`); the three channels are made of them to compare with the processor.

Why the products give the same bits: Pillow (`src/libImaging/Resample.c`) and PyTorch's kernel for
bytes (`aten/src/ATen/native/cpu/UpSampleKernel.cpp`) both resize first along rows and then along
columns, with weights that are whole multiples of 2^-p, and round each pass to a byte: half is added,
the fraction is cut off, and the result is kept within 0 and 255. Pillow has p = 22; PyTorch has the
largest p, at most 22, whose weights fit 16 bits: 14 for 28 to 224 pixels. Weights are products'
factors here, so each sum is a whole multiple of 2^-p below 2^9. In float32 it is exact in any order
as long as p is 15 or less, in float64 for either.

On a CPU, PyTorch's kernel itself is used where it is what the processor uses. It works on all channels
of a pixel at once, so four grey images are handed to it as the four channels of one.

Nothing is taken on trust: `fast_pixels` compares with the processor on images that it is given, and
returns None unless every bit is the same. Processors of another kind (another filter, no square,
padding) therefore keep their own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import interpolate, pad

from autograder.clip.accuracy.encoders import Greys, preprocess
from autograder.clip.accuracy.tower import Shades
from autograder.clip.reference import pixel_settings

LEVELS: Final = 256
BICUBIC: Final = 3
"""Pillow's number of the filter."""

VALUES_AT_ONCE: Final = 500_000
"""Values of a channel that a CPU makes at once, eight images of 224 pixels: they stay in its caches."""

CHANNELS: Final = 4
"""Most channels for which PyTorch's resizing of bytes has vector instructions."""

_PILLOW_BITS = 22
_NOISE_SEED = 0


@dataclass(frozen=True)
class FastPixels:
    """Enlarges and normalises grey images, on the device that its tensors are on.

    Attributes:
        across: weights of the pass along rows, (side, w); of the dtype in which sums are exact.
        down: weights of the pass along columns, (h, side).
        factor: what levels are multiplied by first, or None where that is part of mean and deviation.
        mean: what is subtracted, float32 (3, 1, 1).
        deviation: what is divided by, float32 (3, 1, 1).
        resized: side to which PyTorch's own kernel resizes, before cropping; None to use the weights.
    """

    across: torch.Tensor
    down: torch.Tensor
    factor: float | None
    mean: torch.Tensor
    deviation: torch.Tensor
    resized: int | None = None

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """Return pixel values: uint8 (B, side, side) -> float32 (B, 3, h, w).

        On CUDA, products of float32 must not be rounded to TF32, which is PyTorch's own setting.
        """
        values = torch.empty(
            (len(images), 3, len(self.down), self.across.shape[1]),
            dtype=torch.float32,
            device=images.device,
        )
        at_once = max(len(images), 1)
        if images.device.type == "cpu":
            at_once = max(VALUES_AT_ONCE // (values.shape[2] * values.shape[3]), 1)
            at_once = -(-at_once // CHANNELS) * CHANNELS
        for start in range(0, len(images), at_once):
            rows = slice(start, start + at_once)
            self._normalise(self.levels(images[rows]), values[rows])
        return values

    def levels(self, images: torch.Tensor) -> torch.Tensor:
        """Return enlarged images, uint8 (B, side, side) -> (B, h, w): whole numbers from 0 to 255, of any dtype."""
        if self.resized is not None:
            return self._resized_by_library(images, self.resized)
        grey = images.to(self.across.dtype)
        wide = _as_bytes((grey.reshape(-1, grey.shape[-1]) @ self.across).view(*grey.shape[:2], -1))
        return _as_bytes(self.down @ wide)

    def shades(self) -> Shades:
        """Return how each channel's pixel values are made of levels."""
        mean, deviation = (part.flatten().to(torch.float64) for part in (self.mean, self.deviation))
        return Shades((1.0 if self.factor is None else self.factor) / deviation, -mean / deviation)

    def to(self, device: str) -> FastPixels:
        """Return the same on another device; only a CPU has PyTorch's kernel for bytes.

        Raises:
            TypeError: the device lacks float64, and exact sums need it.
        """
        moved = (
            tensor.to(device) for tensor in (self.across, self.down, self.mean, self.deviation)
        )
        across, down, mean, deviation = moved
        resized = self.resized if device == "cpu" else None
        return replace(
            self, across=across, down=down, mean=mean, deviation=deviation, resized=resized
        )

    def _resized_by_library(self, images: torch.Tensor, side: int) -> torch.Tensor:
        count = len(images)
        packed = pad(images, (0, 0, 0, 0, 0, -count % CHANNELS))
        packed = packed.view(-1, CHANNELS, *images.shape[1:])
        made = interpolate(
            packed.contiguous(memory_format=torch.channels_last),
            size=(side, side),
            mode="bicubic",
            antialias=True,
            align_corners=False,
        )
        height, width = len(self.down), self.across.shape[1]
        top, left = (side - height) // 2, (side - width) // 2
        made = made[..., top : top + height, left : left + width]
        return made.reshape(-1, height, width)[:count]

    def _normalise(self, levels: torch.Tensor, out: torch.Tensor) -> None:
        if self.factor is not None:
            levels = levels * self.factor
        if levels.dtype == torch.float64:  # rounded to float32 before anything is subtracted
            levels = levels.to(torch.float32)
        torch.sub(levels[:, None], self.mean, out=out)
        out /= self.deviation


def fast_pixels(processor: Any, probes: Greys) -> FastPixels | None:
    """Return what gives a processor's own bits on the probes and on noise, or None if nothing here does.

    Args:
        processor: a `CLIPProcessor`, or an image processor.
        probes: some images, uint8 (n, side, side).
    """
    processor = getattr(processor, "image_processor", processor)
    settings = pixel_settings(processor.to_dict())
    side = probes.shape[1]
    sizes = _square_sizes(settings, side)
    if sizes is None or probes.shape[2] != side:
        return None
    noise = np.random.default_rng(_NOISE_SEED).integers(0, LEVELS, (2, side, side), np.uint8)
    images = np.concatenate([probes, noise])
    wanted = preprocess(processor, images).view(torch.int32)
    for bits in (_bits_of_torch(side, sizes[0]), _PILLOW_BITS):
        weights = _weights(side, *sizes, bits)
        for factor, mean, deviation in _normalisations(settings):
            pixels = FastPixels(weights.T.contiguous(), weights, factor, mean, deviation)
            if not _equal(pixels, images, wanted):
                continue
            by_library = replace(pixels, resized=sizes[0])
            return by_library if _equal(by_library, images, wanted) else pixels
    return None


def _equal(pixels: FastPixels, images: Greys, wanted: torch.Tensor) -> bool:
    """Whether all bits are those that are wanted, int32 (n, 3, h, w)."""
    return torch.equal(pixels(torch.from_numpy(images)).view(torch.int32), wanted)


def _as_bytes(sums: torch.Tensor) -> torch.Tensor:
    """Round in place to whole numbers from 0 to 255 as the libraries do: halves go up."""
    return sums.add_(0.5).floor_().clamp_(0, LEVELS - 1)


def _square_sizes(settings: dict[str, Any], side: int) -> tuple[int, int] | None:
    """Return to which side images are resized and then cropped; None where that is done otherwise than here."""
    size = settings["size"] or {}
    resized = size.get("shortest_edge", size.get("height"))
    crop = settings["crop_size"] or {}
    cropped = crop.get("height")
    if not settings["do_resize"]:
        resized = side
    elif settings["resample"] != BICUBIC or size.get("width", resized) != resized:
        return None
    if not settings["do_center_crop"]:
        cropped = resized
    elif crop.get("width") != cropped:
        return None
    if resized is None or cropped is None or cropped > resized:
        return None
    return resized, cropped


def _weights(side: int, resized: int, cropped: int, bits: int) -> torch.Tensor:
    """Return the weights of one pass, (cropped, side): what the crop cuts off is not computed."""
    exact = _bicubic(side, resized)
    whole = np.trunc(exact * 2**bits + np.copysign(0.5, exact))
    start = (resized - cropped) // 2
    weights = torch.from_numpy(whole[start : start + cropped] / 2**bits)
    return weights.to(torch.float32 if bits <= 15 else torch.float64)


def _bits_of_torch(side: int, resized: int) -> int:
    """Return the p of PyTorch's kernel: the largest whose weights stay below 2^15."""
    largest = _bicubic(side, resized).max()
    bits = 0
    while bits < _PILLOW_BITS and int(0.5 + largest * 2 ** (bits + 1)) < 2**15:
        bits += 1
    return bits


def _bicubic(side: int, resized: int) -> NDArray[np.float64]:
    """Return the weights of bicubic resizing with antialiasing before rounding, (resized, side), rows of sum 1.

    The kernel is R. Keys (1981), "Cubic convolution interpolation for digital image processing",
    with a = -1/2, stretched where the image is made smaller.
    """
    scale = side / resized
    stretch = max(scale, 1.0)
    weights = np.zeros((resized, side))
    for row in range(resized):
        centre = (row + 0.5) * scale
        first = max(int(centre - 2 * stretch + 0.5), 0)
        last = min(int(centre + 2 * stretch + 0.5), side)
        taps = np.array([_keys((x + 0.5 - centre) / stretch) for x in range(first, last)])
        weights[row, first:last] = taps / taps.sum()
    return weights


def _keys(x: float) -> float:
    x = abs(x)
    if x < 1:
        return (1.5 * x - 2.5) * x * x + 1
    return -0.5 * (((x - 5) * x + 8) * x - 4) if x < 2 else 0.0


def _normalisations(
    settings: dict[str, Any],
) -> Sequence[tuple[float | None, torch.Tensor, torch.Tensor]]:
    """Return the two orders in which processors rescale and normalise: as one step, or one after the other."""
    if not (settings["do_rescale"] and settings["do_normalize"]):
        return ()
    factor = float(settings["rescale_factor"])
    # Written with nine digits in the settings; 1/255 itself is what everybody means by that.
    if abs(factor * (LEVELS - 1) - 1) < 1e-8:
        factor = 1 / (LEVELS - 1)
    mean, deviation = (
        torch.tensor(settings[name], dtype=torch.float32).view(-1, 1, 1)
        for name in ("image_mean", "image_std")
    )
    if len(mean) != 3 or len(deviation) != 3:
        return ()
    return (
        (None, mean * (1.0 / factor), deviation * (1.0 / factor)),
        (factor, mean, deviation),
    )
