"""Fills a store: one pass of the grader's own over the test images.

The pass gives the grader its reference embeddings as well, so nothing is computed twice. It keeps the levels of the
resized images, too, where normalising them again gives the processor's own bits for every single image.

Rows stand in the order of the pictures' keys, not of the data set: a kernel may read these files, and features beside
the images' labels would be a task's result that nobody has worked for. Who has an image finds its row.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from PIL import Image

from autograder.clip.accuracy.encoders import (
    Floats,
    image_features,
    preprocess,
    projected,
    unit_rows,
)
from autograder.clip.features.inside.fingerprint import (
    IMAGE,
    TEXT,
    processor_fingerprint,
    tower_fingerprint,
    versions,
)
from autograder.clip.features.inside.stored import (
    ABOUT,
    FORMAT,
    KEY_BYTES,
    MODES,
    normalised,
    row_key,
    source_key,
    text_rows,
)
from autograder.clip.prompt_sets import PROMPT_SETS
from autograder.clip.reference import BATCH_SIZE, Reference

LEVELS = 256
ROOM_FOR_LEVELS = 4
"""Levels are kept only where so many times their size is free on the disk."""


@dataclass(frozen=True)
class Normalising:
    """How an image processor makes pixel values of levels.

    Attributes:
        mean: of each channel, float32 (3,), in levels.
        deviation: the same.
    """

    mean: Floats
    deviation: Floats

    def levels(self, pixels: Floats) -> np.ndarray | None:
        """Return the levels of pixel values (n, 3, h, w), uint8, or None if they would not give the same bits."""
        estimate = pixels * self.deviation[:, None, None] + self.mean[:, None, None]
        levels = np.rint(estimate).clip(0, LEVELS - 1).astype(np.uint8)
        same = np.array_equal(
            normalised(levels, self.mean, self.deviation).view(np.uint32), pixels.view(np.uint32)
        )
        return levels if same else None


def fill(reference: Reference, folder: Path) -> Floats:
    """Compute all test images and the kit's prompts, and write a store.

    Args:
        reference: model and data; on a CPU.
        folder: an empty folder, which becomes the store.

    Returns:
        The image embeddings, float32 (N, D), rows of length 1, as `Reference` computes them.

    Raises:
        OSError: the folder cannot be written.
        AssetError: the model's embeddings are not finite.
    """
    model, processor = reference.loaded
    images = reference.images()
    normalising = _normalising(processor.image_processor)
    first = reference.pixel_values([0])
    features = np.empty((len(images), int(model.config.projection_dim)), np.float32)
    keys = np.empty((len(images), KEY_BYTES), np.uint8)
    sources = np.frombuffer(b"".join(_source_keys(images)), np.uint8)
    sources = sources.reshape(len(MODES), len(images), KEY_BYTES)
    order = _by_key(sources[0])
    places = np.argsort(order)
    levels = None
    embeddings = np.empty(features.shape, np.float32)
    for start in range(0, len(images), BATCH_SIZE):
        rows = slice(start, start + BATCH_SIZE)
        pixels = preprocess(processor, images[rows])
        values = pixels.numpy()
        batch = image_features(model, pixels, reference.device)
        features[rows] = batch.numpy()
        embeddings[rows] = unit_rows(batch)
        keys[rows] = [np.frombuffer(row_key(row), np.uint8) for row in values]
        found = normalising.levels(values) if normalising is not None else None
        if found is None:
            normalising = None
            continue
        if start == 0:
            channels = 1 if _is_grey(found) else 3
            size = len(images) * channels * first[0, 0].size
            if shutil.disk_usage(folder).free < ROOM_FOR_LEVELS * size:
                normalising = None
                continue
            levels = _array(folder, "levels", (len(images), channels, *first.shape[2:]), np.uint8)
        assert levels is not None
        if levels.shape[1] == 1 and not _is_grey(found):
            normalising = None
            continue
        levels[places[rows]] = found[:, : levels.shape[1]]
    arrays = [
        _stored(folder, "image_features", features[order]),
        _stored(folder, "image_keys", keys[order]),
    ]
    if levels is not None and (normalising is None or not _colours_are_alike(processor, images)):
        normalising, levels = None, None
    if levels is None:
        (folder / "levels.npy").unlink(missing_ok=True)
    else:
        arrays += [
            levels,
            _stored(folder, "source_keys", sources[:, order].reshape(-1, KEY_BYTES)),
        ]
    arrays += _write_texts(folder, model, processor)
    for array in arrays:
        array.flush()
    del arrays, levels
    _describe(folder, reference, normalising)
    return embeddings


def text_features(model: Any, processor: Any, prompts: list[str]) -> tuple[list[bytes], Floats]:
    """Return the keys and the features, float32 (M, D), of prompts."""
    import torch

    inputs = processor(text=prompts, return_tensors="pt", padding=True)
    with torch.no_grad():
        features: Floats = projected(model.get_text_features(**inputs)).numpy()
    rows = text_rows(
        inputs["input_ids"].numpy(),
        inputs["attention_mask"].numpy(),
        model.config.text_config.eos_token_id,
    )
    return [] if rows is None else list(map(row_key, rows)), features


def prompts() -> list[str]:
    """Return the prompts that a store holds: all of the kit's named sets, each once."""
    return list(dict.fromkeys(prompt for named in PROMPT_SETS.values() for prompt in named))


def digest(path: Path) -> str:
    """Return the XXH3 of a file: it finds damage, and nobody but the grader writes these files."""
    found = xxhash.xxh3_128()
    with path.open("rb") as file:
        while block := file.read(1 << 24):
            found.update(block)
    return found.hexdigest()


def _array(
    folder: Path, name: str, shape: tuple[int, ...], dtype: Any = np.float32
) -> np.memmap[Any, Any]:
    return np.lib.format.open_memmap(folder / f"{name}.npy", "w+", dtype, shape)


def _stored(folder: Path, name: str, content: np.ndarray) -> np.memmap[Any, Any]:
    array = _array(folder, name, content.shape, content.dtype)
    array[:] = content
    return array


def _by_key(keys: np.ndarray) -> np.ndarray:
    """Return the order that keys, uint8 (N, 16), sort into."""
    return np.lexsort(keys.T[::-1])


def _normalising(processor: Any) -> Normalising | None:
    """Return how a processor seems to normalise; whether it does so is seen image by image."""
    import torch

    if not (processor.do_rescale and processor.do_normalize):
        return None
    # As transformers does it with torchvision: both steps in one.
    factor = 1.0 / processor.rescale_factor
    mean, deviation = (
        (torch.tensor(list(values), dtype=torch.float32) * factor).numpy()
        for values in (processor.image_mean, processor.image_std)
    )
    return Normalising(mean, deviation) if len(mean) == len(deviation) == 3 else None


def _is_grey(levels: np.ndarray) -> bool:
    return bool((levels[:, :1] == levels).all())


def _colours_are_alike(processor: Any, images: np.ndarray) -> bool:
    """Return whether a processor makes the same of grey pictures and of their colour copies, by a sample."""
    grey = [Image.fromarray(image) for image in images[:: max(1, len(images) // 64)]]
    both = [
        processor(images=pictures, return_tensors="pt")["pixel_values"].numpy()
        for pictures in (grey, [picture.convert("RGB") for picture in grey])
    ]
    return np.array_equal(*both)


def _source_keys(images: np.ndarray) -> Iterator[bytes]:
    for mode in MODES:
        for image in images:
            picture = Image.fromarray(image)
            yield source_key(picture if picture.mode == mode else picture.convert(mode))


def _write_texts(folder: Path, model: Any, processor: Any) -> list[np.memmap[Any, Any]]:
    keys, features = text_features(model, processor, prompts())
    names = np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY_BYTES)
    order = _by_key(names)
    return [
        _stored(folder, "text_features", features[order]),
        _stored(folder, "text_keys", names[order]),
    ]


def _describe(folder: Path, reference: Reference, normalising: Normalising | None) -> None:
    """Write what a store is about, after its arrays; readable for all, as kernels may be of another user."""
    model, processor = reference.loaded
    pictures = processor.image_processor
    name = reference.snapshot.name
    arrays = sorted(folder.glob("*.npy"))
    kept = {
        "mean": [float(value) for value in normalising.mean],
        "deviation": [float(value) for value in normalising.deviation],
    } if normalising is not None else None  # fmt: skip
    about = {
        "format": FORMAT,
        # Kernels see this file, and the folders of this machine are none of their business.
        "model": Path(name).name if Path(name).is_absolute() else name,
        "weights_sha256": reference.snapshot.weights_sha256,
        "versions": versions(),
        "images": len(reference.images()),
        "pixels": list(reference.pixel_values([0]).shape[1:]),
        "towers": {kind: tower_fingerprint(model, kind) for kind in (IMAGE, TEXT)},
        "processor": {
            "module": type(pictures).__module__,
            "name": type(pictures).__qualname__,
            "fingerprint": processor_fingerprint(pictures),
        },
        "levels": kept,
        "shapes": {path.stem: list(np.load(path, mmap_mode="r").shape) for path in arrays},
        "digests": {path.stem: digest(path) for path in arrays},
    }
    (folder / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
        path.chmod(0o644)
    folder.chmod(0o755)
