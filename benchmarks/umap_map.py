"""UMAP of 10,000 x 512 with a seed: umap-learn as it comes beside what the kit does.

python -m benchmarks.umap_map [ROUNDS]

The rows are the test images' pixels, turned at random into 512 dimensions and made unit. Each way runs once before,
so that what numba compiles is compiled. Trustworthiness is scikit-learn's, with 15 neighbours and cosines, on every
third row.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.manifold import trustworthiness

from autograder.clip.accuracy.encoders import Floats, load_test_images
from autograder.clip.accuracy.umap_map import NEIGHBOURS, project
from autograder.clip.assets import find_fashion_mnist

DIMENSIONS, SEED = 512, 0
EVERY = 3


def rows() -> Floats:
    """Return the rows, float32 (10000, 512)."""
    images = load_test_images(find_fashion_mnist(fetch=True)).images
    pixels = images.reshape(len(images), -1).astype(np.float32)
    turned = pixels @ np.random.default_rng(SEED).standard_normal((pixels.shape[1], DIMENSIONS))
    unit: Floats = (turned / np.linalg.norm(turned, axis=1, keepdims=True)).astype(np.float32)
    return unit


def as_it_comes(embeddings: Floats) -> Floats:
    """Return umap-learn's own map, with a seed and its defaults but the metric."""
    import umap

    reducer = umap.UMAP(n_neighbors=NEIGHBOURS, metric="cosine", random_state=SEED, n_jobs=1)
    return np.asarray(reducer.fit_transform(embeddings), np.float32)


def main(rounds: int) -> None:
    """Print a line for each way."""
    warnings.simplefilter("ignore")
    embeddings = rows()
    ways: dict[str, Callable[[Floats], Any]] = {
        "umap-learn as it comes": as_it_comes,
        "exact neighbours, 100 epochs": lambda given: project(given, SEED),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    planes = {name: way(embeddings) for name, way in ways.items()}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            planes[name] = way(embeddings)
            taken[name].append(time.perf_counter() - start)
    print(
        f"| UMAP of {len(embeddings):,} x {DIMENSIONS} ({rounds} rounds, medians) | seconds | trustworthiness |"
    )
    print("|---|---:|---:|")
    for name, plane in planes.items():
        trust = trustworthiness(
            embeddings[::EVERY], plane[::EVERY], n_neighbors=NEIGHBOURS, metric="cosine"
        )
        print(f"| {name} | {statistics.median(taken[name]):.1f} | {trust:.4f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
