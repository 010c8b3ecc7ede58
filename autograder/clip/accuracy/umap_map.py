"""The map of a model's image embeddings: UMAP, as fast as umap-learn goes with a seed, and how far to trust it.

L. McInnes, J. Healy, J. Melville (2018), "UMAP: uniform manifold approximation and projection for
dimension reduction", arXiv:1802.03426. Two things are done otherwise than its defaults, both
measured in docs/compare.md: the neighbours are found exactly, by matrix products, which the page's
table needs anyway and which spares the approximate search and its compilation; and 100 epochs
follow instead of 500, which is where nearly all the time went.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from autograder.clip.accuracy.encoders import Floats, Ints
from autograder.clip.prompt_sets import CLASS_NAMES

NEIGHBOURS = 15
EPOCHS = 100
LEAST_IMAGES = 50
_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True)
class ModelMap:
    """One model's map.

    Attributes:
        model: its name.
        plane: a point an image, float32 (N, 2), without unit; coordinates differ between machines.
        way: what made it.
        seconds: how long that took, compilation included.
        kept_on_map: for each class the share of its images' `NEIGHBOURS` nearest on the map that
            are of the same class; None for a class without images.
        kept_in_embedding: the same in the embedding, by cosine: what the map could have kept.
        strangers: for each class the class that is most frequent among the other neighbours on the
            map; None where there is none.
    """

    model: str
    plane: Floats
    way: str
    seconds: float
    kept_on_map: tuple[float | None, ...]
    kept_in_embedding: tuple[float | None, ...]
    strangers: tuple[int | None, ...]


def make_map(model: str, embeddings: Floats, labels: Ints, seed: int) -> ModelMap:
    """Reduce unit embeddings, float32 (N, D), to a plane, and say what stayed together.

    Raises:
        ValueError: there are fewer than `LEAST_IMAGES` rows.
    """
    start = time.perf_counter()
    # One more than asked for, since an image is its own nearest.
    near, distances = exact_neighbours(embeddings, NEIGHBOURS + 1)
    gpu = _cuml()
    if gpu is None:
        # Whole arrays: for slices all would be compiled once more.
        nearest = near[:, :NEIGHBOURS].copy(), distances[:, :NEIGHBOURS].copy()
        plane = project(embeddings, seed, nearest)
    else:
        plane = project_on_gpu(gpu, embeddings, seed)
    seconds = time.perf_counter() - start
    search = NearestNeighbors(n_neighbors=NEIGHBOURS + 1).fit(plane)
    on_map = search.kneighbors(plane, return_distance=False)
    kept, strangers = _kept(on_map, labels)
    return ModelMap(
        model=model,
        plane=plane,
        way="umap-learn" if gpu is None else "cuML",
        seconds=seconds,
        kept_on_map=kept,
        kept_in_embedding=_kept(near, labels)[0],
        strangers=strangers,
    )


def exact_neighbours(embeddings: Floats, count: int) -> tuple[NDArray[np.int32], Floats]:
    """Return each row's `count` nearest rows by cosine distance, itself among them, nearest first.

    Args:
        embeddings: rows of length 1, float32 (N, D).
        count: at most N.

    Returns:
        Row numbers, int32 (N, count), and distances 1 - cosine, float32 (N, count), not below 0.
    """
    rows = torch.from_numpy(np.ascontiguousarray(embeddings))
    indices, distances = [], []
    for part in rows.split(_ROWS_AT_ONCE):
        cosine, near = torch.topk(part @ rows.T, count, dim=1)
        indices.append(near.to(torch.int32))
        # Rounding puts some cosines above 1.
        distances.append((1 - cosine).clamp_(min=0))
    return torch.cat(indices).numpy(), torch.cat(distances).numpy()


def project(
    embeddings: Floats, seed: int, neighbours: tuple[NDArray[np.int32], Floats] | None = None
) -> Floats:
    """Reduce unit embeddings, float32 (N, D), to (N, 2) on the CPU; the same seed gives the same map on one machine.

    Args:
        embeddings: at least `LEAST_IMAGES` rows.
        seed: of umap-learn.
        neighbours: what `exact_neighbours` returns for `NEIGHBOURS`, if it is known already.

    Raises:
        ValueError: there are too few rows.
    """
    if len(embeddings) < LEAST_IMAGES:
        raise ValueError(f"UMAP needs at least {LEAST_IMAGES} images, not {len(embeddings)}")
    with warnings.catch_warnings():
        # Its variant that needs TensorFlow is not available, and it warns of that.
        warnings.simplefilter("ignore", ImportWarning)
        import umap  # Here because it takes seconds.

        # New images could not be put on this map, which nobody wants to.
        warnings.filterwarnings("ignore", message=r"precomputed_knn\[2\]")
        reducer = umap.UMAP(
            n_components=2,
            n_neighbors=NEIGHBOURS,
            metric="cosine",
            precomputed_knn=neighbours or exact_neighbours(embeddings, NEIGHBOURS),
            n_epochs=EPOCHS,
            random_state=seed,
            n_jobs=1,  # A seed allows no more, and it warns unless that is said.
        )
        return np.asarray(reducer.fit_transform(embeddings), np.float32)


def project_on_gpu(manifold: Any, embeddings: Floats, seed: int) -> Floats:
    """Reduce as `project` does with cuML's module of the same algorithm; takes it to find neighbours itself."""
    reducer = manifold.UMAP(
        n_components=2,
        n_neighbors=NEIGHBOURS,
        metric="cosine",
        random_state=seed,
        output_type="numpy",
    )
    return np.asarray(reducer.fit_transform(embeddings), np.float32)


def _cuml() -> Any | None:
    """Return cuML's module of manifold algorithms where it is installed and there is a GPU for it."""
    if not torch.cuda.is_available():
        return None
    try:
        from cuml import manifold  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    return manifold


def _kept(
    near: NDArray[np.integer], labels: Ints
) -> tuple[tuple[float | None, ...], tuple[int | None, ...]]:
    """Return each class's share of neighbours of its own, and the most frequent other class."""
    own = np.arange(len(labels))[:, None]
    # An image's own place in the list varies where others equal it: it is left out wherever it stands.
    is_other = near != own
    classes = len(CLASS_NAMES)
    counts = np.zeros((classes, classes), np.int64)
    rows = np.broadcast_to(labels[:, None], near.shape)
    np.add.at(counts, (rows[is_other], labels[near][is_other]), 1)
    shares: list[float | None] = []
    strangers: list[int | None] = []
    for label, row in enumerate(counts):
        shares.append(float(row[label] / row.sum()) if row.sum() else None)
        others = row.copy()
        others[label] = 0
        strangers.append(int(others.argmax()) if others.any() else None)
    return tuple(shares), tuple(strangers)


def named(strangers: Sequence[int | None]) -> tuple[str, ...]:
    """Return the names of classes, "–" for None."""
    return tuple("–" if label is None else CLASS_NAMES[label] for label in strangers)
