"""The accuracy run on a CUDA device, beside the ways that people know, in one process.

python -m benchmarks.gpu [--images N] [--rounds N]

Rates are medians of rounds in which every way has its turn, preprocessing and copying included; memory is the most
that tensors took on the device beside the weights. Differences are of unit rows, from what the plain loop gives on
the CPU in float32.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

import numpy as np
import torch

from autograder.clip.accuracy.encoders import (
    Floats,
    Greys,
    load_test_images,
    plain_image_encoder,
    plain_text_encoder,
)
from autograder.clip.accuracy.engine import PRECISIONS
from autograder.clip.accuracy.tower import tower_flops
from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.clip.assets.loading import load_model
from autograder.clip.prompt_sets import PROMPT_SETS
from autograder.clip.reference import margins
from benchmarks.accuracy import Way, kit_way, product_rate, seed_way
from benchmarks.base_model import random_base_model

DEVICE = "cuda"
PRODUCT_SIDE = 8192
FEW_IMAGES = 1000
"""For the loops whose preprocessing is Pillow's or the processor's: seconds a round."""
COMPARED_IMAGES = 100
"""Images that ViT-B/32 embeds on the CPU as well."""


def measure_ways(model: Any, processor: Any, images: Greys, rounds: int) -> None:
    """Print a table of all ways; the model is on the CPU before and on the device after."""
    compared = images[:: max(len(images) // COMPARED_IMAGES, 1)]
    wanted = plain_image_encoder(model, processor, "cpu")(compared)
    model = model.to(DEVICE)
    plain = plain_image_encoder(model, processor, DEVICE)
    few = images[:FEW_IMAGES]
    ways: list[tuple[Way, Greys, str]] = [
        (seed_way(model, DEVICE), few, "float32"),
        (Way("transformers, batches of 500", plain), few[:500], "float32"),
    ]
    for number_format in PRECISIONS:
        ways.append(
            (kit_way(model, processor, images, DEVICE, number_format), images, number_format)
        )
    limits: dict[str, list[float]] = {number_format: [] for number_format in PRECISIONS}
    rates: dict[str, list[float]] = {way.name: [] for way, *_ in ways}
    memory: dict[str, float] = {}
    for way, given, _ in ways:
        torch.cuda.reset_peak_memory_stats()
        weights = torch.cuda.memory_allocated()
        way.embed(given)
        memory[way.name] = (torch.cuda.max_memory_allocated() - weights) / 1e9
    for _ in range(rounds):
        for way, given, number_format in ways:
            limits[number_format].append(
                product_rate(PRECISIONS[number_format].dtype, PRODUCT_SIDE, DEVICE)
            )
            start = time.perf_counter()
            way.embed(given)
            rates[way.name].append(len(given) / (time.perf_counter() - start))
    first = statistics.median(rates[ways[0][0].name])
    print(f"{len(images):,} images, {rounds} rounds, {torch.cuda.get_device_name()}\n")
    print("| way | images/s | ratio | TFLOP/s | share of torch.matmul | GB | rows differ by |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for way, _, number_format in ways:
        rate = statistics.median(rates[way.name])
        flops = rate * tower_flops(model)
        share = flops / statistics.median(limits[number_format])
        made = way.embed(compared)
        differs = "–" if made is None else f"{_largest_distance(made, wanted):.1e}"
        print(
            f"| {way.name} | {rate:,.0f} | {rate / first:,.1f} | {flops / 1e12:.1f} | {share:.2f} "
            f"| {memory[way.name]:.1f} | {differs} |"
        )


def measure_answers(images: Greys) -> None:
    """Print how far rows, margins and classes of the small checkpoint are from the CPU's, over all prompt sets."""
    snapshot = find_model("small")
    model, processor = load_model(snapshot, "cpu")
    texts = [
        plain_text_encoder(model, processor, "cpu")(prompts) for prompts in PROMPT_SETS.values()
    ]
    wanted = plain_image_encoder(model, processor, "cpu")(images)
    model, processor = load_model(snapshot, DEVICE)
    print("\n| the small checkpoint | rows differ by | margins | images in another class |")
    print("|---|---:|---:|---:|")
    ways = [Way("transformers, float32", plain_image_encoder(model, processor, DEVICE))]
    ways += [
        kit_way(model, processor, images, DEVICE, number_format) for number_format in PRECISIONS
    ]
    for way in ways:
        made = np.asarray(way.embed(images))
        moved, others = 0.0, 0
        for text in texts:
            before, after = wanted @ text.T, made @ text.T
            moved = max(moved, float(np.abs(margins(before) - margins(after)).max()))
            others += int((before.argmax(1) != after.argmax(1)).sum())
        print(f"| {way.name} | {_largest_distance(made, wanted):.1e} | {moved:.1e} | {others} |")


def _largest_distance(made: Any, wanted: Floats) -> float:
    return float(np.linalg.norm(np.asarray(made) - wanted, axis=1).max())


def main(images: int, rounds: int) -> None:
    """Print the tables.

    Args:
        images: how many test images the fast ways embed in a round.
        rounds: how often each way has its turn.
    """
    if not torch.cuda.is_available():
        raise SystemExit("This benchmark needs a CUDA device, and torch finds none here.")
    greys = load_test_images(find_fashion_mnist(fetch=True)).images[:images]
    measure_ways(*random_base_model(), greys, rounds)
    measure_answers(greys)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    main(options.images, options.rounds)
