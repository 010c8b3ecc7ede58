"""What one pass over the test images costs with the feature store and without it, piece by piece.

    python -m benchmarks.features [--images 320] [--base]

Seconds of processor time on one thread, so that a busy machine changes little, for 10,000 images in batches of 16 as
the notebook makes them. Measured with fewer images and multiplied; `--base` measures the architecture of ViT-B/32 with
random weights as well, whose snapshot is made in a temporary folder (600 MB).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from autograder.clip.accuracy.encoders import load_test_images
from autograder.clip.assets import ModelSnapshot, find_fashion_mnist, find_model
from autograder.clip.features.inside.answers import Answers
from autograder.clip.features.inside.fingerprint import (
    IMAGE,
    Sample,
    tower_fingerprint,
    tower_state,
)
from autograder.clip.features.inside.stored import normalised, row_key, source_key
from autograder.clip.features.store import trusted
from autograder.clip.reference import Reference
from benchmarks.base_model import random_base_snapshot

CACHE_VARIABLE = "AUTOGRADER_CACHE"
WHOLE, BATCH, ROUNDS = 10_000, 16, 3


def main(arguments: list[str]) -> None:
    """Measure and print a table for each model."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.features")
    parser.add_argument("--images", type=int, default=320, help="of the test split")
    parser.add_argument("--base", action="store_true", help="also ViT-B/32's architecture")
    options = parser.parse_args(arguments)
    data = find_fashion_mnist(fetch=True)
    threads, cache = torch.get_num_threads(), os.environ.get(CACHE_VARIABLE)
    torch.set_num_threads(1)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            # A store of part of the images is of no use to anybody else.
            os.environ[CACHE_VARIABLE] = f"{scratch}/cache"
            part = _first_images(data, Path(scratch) / "data", options.images)
            show("the small checkpoint", find_model("small"), part)
            if options.base:
                show("ViT-B/32, random weights", random_base_snapshot(Path(scratch) / "base"), part)
    finally:
        torch.set_num_threads(threads)
        os.environ.pop(CACHE_VARIABLE)
        if cache is not None:
            os.environ[CACHE_VARIABLE] = cache


def show(name: str, snapshot: ModelSnapshot, data: Path) -> None:
    """Measure one model and print the table."""
    reference = Reference(snapshot, data)
    reference.pixel_values([0])  # loads model and data
    started = time.process_time()
    trust = trusted(reference, may_fill=True)
    store = trust.store
    if store is None:
        raise SystemExit(trust.complaint)
    filling = time.process_time() - started
    model, processor = reference.loaded
    pictures = [Image.fromarray(image) for image in reference.images()]
    answers = Answers([str(store.folder)])
    batches = [
        [pictures[i : i + BATCH], np.arange(i, min(i + BATCH, len(pictures)))]
        for i in range(0, len(pictures), BATCH)
    ]
    pixels = [torch.from_numpy(store.pixels(rows)) for _, rows in batches]
    levels = [np.array(store.array("levels")[rows]) for _, rows in batches]
    mean, deviation = (
        np.array(store.about["levels"][key], np.float32) for key in ("mean", "deviation")
    )
    kind = type(processor.image_processor)
    sample = Sample(model, IMAGE)

    def processed(pictures: list[Any]) -> Any:
        return processor(images=pictures, return_tensors="pt")

    def with_store(pictures: list[Any]) -> Any:
        plain = kind.__call__
        kind.__call__ = lambda self, images, **options: answers.of_processor(
            plain, self, (images,), options
        )
        try:
            return processor(images=pictures, return_tensors="pt")
        finally:
            kind.__call__ = plain

    plain = type(model).get_image_features
    with torch.no_grad():
        rows = [
            ("processor, computing", timed(processed, [b[0] for b in batches])),
            ("processor, from the store", timed(with_store, [b[0] for b in batches])),
            ("  hashing the pictures", timed(lambda b: [source_key(p) for p in b], [b[0] for b in batches])),
            ("  normalising the levels", timed(lambda x: normalised(x, mean, deviation), levels)),
            ("  (instead: copying float32 rows)", timed(_copied, pixels)),
            ("features, computing", timed(lambda x: plain(model, x), pixels, 1)),
            ("features, from the store", timed(lambda x: answers.of_tower(IMAGE, plain, model, (x,), {}), pixels)),
            ("  hashing the pixels", timed(lambda x: [row_key(row) for row in x.numpy()], pixels)),
            ("  looking at the parameters", timed(lambda x: tower_state(model, IMAGE), pixels)),
            ("  looking at a sample of them", timed(lambda x: sample.is_same(), pixels)),
        ]  # fmt: skip
    once = timed(lambda x: tower_fingerprint(model, IMAGE), [None])
    size = sum(file.stat().st_size for file in store.folder.iterdir()) / 2**20
    scale = WHOLE / len(pictures)
    print(f"\n{name}: {len(pictures)} images measured, seconds of one core for {WHOLE:,}\n")
    for what, seconds in rows:
        print(f"    {what:36}{seconds * scale:9.2f}")
    print(f"    {'hashing all parameters, once':36}{once:9.3f}")
    print(f"    {'filling the store':36}{filling * scale:9.1f}")
    print(f"    {'the store, MiB':36}{size * scale:9.0f}")
    print(f"    answers: {answers.report()}", flush=True)


def timed(action: Callable[[Any], Any], inputs: list[Any], rounds: int = ROUNDS) -> float:
    """Return the processor time of an action on all inputs, in seconds: the best of some rounds."""
    action(inputs[0])
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for given in inputs:
            action(given)
        best = min(best, time.process_time() - started)
    return best


def _copied(pixels: torch.Tensor) -> torch.Tensor:
    return pixels.clone()


def _first_images(data: Path, folder: Path, count: int) -> Path:
    """Write a data set of the first test images, in the form that torchvision reads."""
    split = load_test_images(data)
    raw = folder / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "t10k"):
        for name, array in (("images-idx3", split.images), ("labels-idx1", split.labels)):
            few = array[:count].astype(np.uint8)
            header = bytes([0, 0, 8, few.ndim]) + np.array(few.shape, ">i4").tobytes()
            (raw / f"{part}-{name}-ubyte").write_bytes(header + few.tobytes())
    return folder


if __name__ == "__main__":
    main(sys.argv[1:])
