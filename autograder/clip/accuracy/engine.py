"""The way images are embedded: the fast one where it agrees with the plain one on a sample, else the plain one.

Nothing here trusts that a faster way is right. Before a run, a sample of the images goes both ways, and the fast
one is taken only if no row differs by more than its precision explains. The sample warms it up as well.
"""

from __future__ import annotations

import contextlib
import gc
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

from autograder.clip.accuracy.encoders import (
    Floats,
    Greys,
    ImageEncoder,
    plain_image_encoder,
    preprocess,
    unit_rows,
)
from autograder.clip.accuracy.pixels import FastPixels, fast_pixels
from autograder.clip.accuracy.tower import ImageTower, UnknownArchitecture, tower_flops
from autograder.clip.reference import COSINE_TOLERANCE, MARGIN_TOLERANCE
from autograder.errors import AssetError, KitError

FAST: Final = "fast"
PLAIN: Final = "plain"
AUTO: Final = "auto"
SAMPLED_IMAGES: Final = 16
BATCH_WORK: Final = 1.5e11
"""Floating-point operations of a batch on a CPU: seconds, so that Ctrl-C is quick, and not many small steps."""

GPU_BATCH: Final = 500
LARGEST_BATCH: Final = 1000


@dataclass(frozen=True)
class Precision:
    """A number format, and how far results in it may lie from the plain loop's in float32.

    Attributes:
        name: as on the command line.
        dtype: of weights and activations; lengths are made 1 and cosines taken in float32 always.
        row_tolerance: largest length of the difference of two unit rows, of the same image.
        margin_tolerance: below this margin between the best two classes, the classes may differ.
    """

    name: str
    dtype: torch.dtype
    row_tolerance: float
    margin_tolerance: float


PRECISIONS: Final = {
    precision.name: precision
    for precision in (
        # Derived in `autograder.clip.reference`.
        Precision("float32", torch.float32, COSINE_TOLERANCE, MARGIN_TOLERANCE),
        # Measured, see docs/accuracy.md: at least twice the largest of 10,000 images of the small model.
        Precision("float16", torch.float16, 1e-2, 5e-3),
        Precision("bfloat16", torch.bfloat16, 8e-2, 4e-2),
    )
}
DTYPES: Final = (*PRECISIONS, AUTO)


@dataclass(frozen=True)
class Engine:
    """How images are embedded in a run.

    Attributes:
        encode: the encoder.
        way: `FAST` or `PLAIN`.
        precision: of the results.
        difference: largest length of the difference from the plain way's unit row in the sample.
        workers: threads that embed; see `autograder.clip.accuracy.run.encode_images`.
        notes: for people: what is not as it was asked for, and why.
    """

    encode: ImageEncoder
    way: str
    precision: Precision
    difference: float
    workers: int
    notes: tuple[str, ...]


def choose_precision(name: str, device: str) -> Precision:
    """Return the precision of a name; `AUTO` is the fastest that the device computes in hardware.

    Raises:
        KitError: there is no such precision.
    """
    if name == AUTO:
        return PRECISIONS[_fastest(device)]
    if name not in PRECISIONS:
        raise KitError(f"--dtype {name} is unknown; choose one of {', '.join(DTYPES)}")
    return PRECISIONS[name]


def choose_batch_size(model: Any, device: str) -> int:
    """Return how many images a batch has where nobody says otherwise: 17 for ViT-B/32 on a CPU."""
    if device != "cpu":
        return GPU_BATCH
    return min(max(int(BATCH_WORK / tower_flops(model)), 1), LARGEST_BATCH)


def cpu_has_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 in hardware: by AVX-512 BF16 or AMX."""
    names = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(torch.cpu, name, lambda: False)()) for name in names)


def open_engine(
    model: Any,
    processor: Any,
    device: str,
    images: Greys,
    *,
    precision: Precision,
    batch_size: int,
) -> Engine:
    """Return the fastest way that agrees with the plain one on a sample of the images.

    In the end the plain one is left, in float32: it agrees with itself.

    Args:
        model: a `CLIPModel` in float32, on `device`.
        processor: its `CLIPProcessor`.
        device: as PyTorch names it.
        images: those that will be embedded, uint8 (N, side, side); the sample is spread over them.
        precision: the one that is wanted.
        batch_size: images at once.

    Raises:
        AssetError: the model's embeddings are not finite.
    """
    rows = np.unique(np.linspace(0, len(images) - 1, SAMPLED_IMAGES).astype(np.int64))
    sample = images[rows]
    plain = sparing(plain_image_encoder(model, processor, device))
    wanted = plain(sample)
    notes = []
    if precision.name == "bfloat16" and device == "cpu" and not cpu_has_bfloat16():
        notes.append("this processor only emulates bfloat16, which is far slower than float32")
    pixels = fast_pixels(processor, sample)
    if pixels is None:
        notes.append("images go through the processor: no fast way gives its bits")
    # Each once, the wanted one first.
    for candidate in dict.fromkeys((precision, PRECISIONS["float32"])):
        try:
            encode = fast_image_encoder(model, processor, pixels, device, candidate)
            made = encode(_warming(sample, device, batch_size))[: len(sample)]
        except UnknownArchitecture as reason:
            notes.append(f"the plain way, since the model is no image tower of CLIP's: {reason}")
            return Engine(plain, PLAIN, PRECISIONS["float32"], 0.0, 1, tuple(notes))
        except AssetError:  # Not finite: the plain way's rows are, so the range was too small.
            notes.append(f"not the fast way in {candidate.name}: its rows are not finite")
            continue
        difference = float(np.linalg.norm(made - wanted, axis=1).max(initial=0.0))
        if difference <= candidate.row_tolerance:
            workers = torch.get_num_threads() if device == "cpu" else 1
            return Engine(encode, FAST, candidate, difference, workers, tuple(notes))
        notes.append(
            f"not the fast way in {candidate.name}: its rows differ by {difference:.1e} "
            f"from the plain way's, {candidate.row_tolerance:.0e} is allowed"
        )
    return Engine(plain, PLAIN, PRECISIONS["float32"], 0.0, 1, tuple(notes))


def fast_image_encoder(
    model: Any,
    processor: Any,
    pixels: FastPixels | None,
    device: str,
    precision: Precision,
) -> ImageEncoder:
    """Return the encoder of `ImageTower`: bytes go to the device, are enlarged there, and embedded.

    Args:
        model: a `CLIPModel` in float32, on `device`.
        processor: its `CLIPProcessor`, used where `pixels` is None.
        pixels: its fast equal.
        device: as PyTorch names it.
        precision: of the tower; lengths are made 1 in float32.

    Raises:
        UnknownArchitecture: the model is not built as CLIP's image tower is.
    """
    there = None
    if pixels is not None:
        # MPS has no float64.
        with contextlib.suppress(TypeError):
            there = pixels.to(device)
    shades = there.shades() if there is not None else None
    tower = ImageTower(model, precision.dtype, shades)

    def encode(images: Greys) -> Floats:
        with torch.inference_mode():
            if there is not None:
                given = there.levels(torch.from_numpy(images).to(device))
            else:
                given = preprocess(processor, images).to(device)
            return unit_rows(tower(given).to(torch.float32))

    return sparing(encode)


def _warming(sample: Greys, device: str, batch_size: int) -> Greys:
    """Return the sample, repeated to a whole batch where kernels are chosen for a size."""
    count = len(sample) if device == "cpu" else max(batch_size, len(sample))
    return np.resize(sample, (count, *sample.shape[1:]))


def sparing(encode: ImageEncoder) -> ImageEncoder:
    """Make an encoder take half as many images at once, from then on, whenever memory runs out.

    The encoder that is returned raises KitError when there is not even room for one image.
    """
    most: int | None = None

    def encode_sparingly(images: Greys) -> Floats:
        nonlocal most
        parts: list[Floats] = []
        start = 0
        while start < len(images) or not parts:
            batch = images[start : start + (most or len(images))]
            made = _unless_out_of_memory(encode, batch)
            if made is not None:
                parts.append(made)
                start += len(batch)
            elif len(batch) <= 1:
                raise KitError(
                    "there is not enough memory to embed a single image; close other programs, "
                    "or choose another --device or a smaller model"
                )
            else:
                most = len(batch) // 2
                _free_memory()
        return np.concatenate(parts)

    return encode_sparingly


def _unless_out_of_memory(encode: ImageEncoder, batch: Greys) -> Floats | None:
    # A function of its own: the exception holds on to the tensors of the attempt until it is gone.
    try:
        return encode(batch)
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        return None


def _is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    # PyTorch's CPU allocator raises a plain RuntimeError; MPS says it in words as well.
    text = str(error).lower()
    return "defaultcpuallocator" in text or "out of memory" in text


def _free_memory() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _fastest(device: str) -> str:
    if device.startswith("cuda"):
        # Three bits more than bfloat16 at the same speed; CLIP's own weights were released in it.
        return "float16"
    if device == "cpu" and cpu_has_bfloat16():
        return "bfloat16"
    return "float32"
