"""Whether points in the plane are a map of the embeddings, as UMAP makes one.

What UMAP promises is that neighbours stay neighbours. So the neighbours of some drawn images on the map are sought
among those by embedding, and the map has to do better than what costs nothing: principal components and random
projections of the same embeddings, for the same images. How much better, `tolerances` says; how real maps of many
settings and wrong ones do, docs/maps.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from autograder.assignments.assignment_2.checks.presupposed import expect_images
from autograder.assignments.assignment_2.checks.tolerances import (
    DRAWN_INTO_A_CLASS,
    FEWER_FALSE_NEIGHBOURS,
    LINEAR,
    MORE_LIKE_SIMILARITIES,
    MORE_NEIGHBOURS,
    OF_ANOTHER_CLASS,
    SAME_NEIGHBOURS,
    SAYS_MORE_THAN_CLASSES,
)
from autograder.checks.expect import expect
from autograder.clip.expected import Expected
from autograder.seam.student import Student

SAMPLE = 500
"""Rows that are drawn to be looked at."""
MORE_ROWS = 1000
"""Rows among which those are sought that the embeddings place in another class."""
FEW = 30
"""With fewer of these, nothing is said of the labels."""
NEIGHBOURS = 15
"""As many as UMAP itself looks at unless told otherwise."""
PEERS = 200
"""Images of a row's own class that its neighbours on the map are compared with."""
PROJECTIONS = 4
"""Random ones that a map is compared with, besides the principal components."""


def expect_map_of_embeddings(
    student: Student,
    reference: Expected,
    points: np.ndarray,
    embeddings: np.ndarray,
    labels: np.ndarray,
    rng: Generator,
) -> None:
    """Raise `Wrong` unless points are a map of the embeddings that neither labels nor texts took part in.

    Args:
        student: may have prompts that a map can have been made with.
        reference: embeds them and the class names.
        points: (N, 2).
        embeddings: the student's own, (N, D).
        labels: the student's own, int (N,).
        rng: draws the rows that are looked at.
    """
    points = points.astype(np.float64)
    directions = _directions(embeddings)
    rows = rng.choice(len(points), size=SAMPLE, replace=False)
    expect_images(embeddings, reference, rows)
    similarities = [directions @ texts.T for texts in _texts(student, reference)]
    told = "`embeddings_umap` is a map of the similarities with ten texts, not of the embeddings"
    for similarity in similarities:
        expect(not is_linear(points, similarity), told, "map-of-similarities")
    expect(
        not is_linear(points, embeddings),
        "`embeddings_umap` is a linear function of `all_img_emb`, such as principal components or two of its columns;"
        " what UMAP makes is none",
        "linear-map-instead-of-umap",
    )
    on_map = neighbours(points, rows)
    components = neighbours(principal_components(directions), rows)
    expect(
        shared(on_map, components) <= SAME_NEIGHBOURS,
        "on `embeddings_umap` images have the neighbours that they have on the principal components of `all_img_emb`;"
        " what UMAP makes has others",
        "linear-map-instead-of-umap",
    )
    distances = squared_distances(directions, rows)
    by_embedding = nearest(distances)
    times_kept, share_false = beside_linear(
        directions, rows, on_map, components, distances, by_embedding, rng
    )
    expect(
        times_kept >= MORE_NEIGHBOURS
        or rank_among_peers(directions, labels, rows, on_map, rng) < SAYS_MORE_THAN_CLASSES,
        "neighbours on the map are as unlike as any two images of their class: `embeddings_umap` shows something else"
        " than `all_img_emb`",
    )
    kept = shared(on_map, by_embedding)
    for similarity in similarities:
        instead = shared(on_map, neighbours(similarity, rows))
        expect(instead <= MORE_LIKE_SIMILARITIES * kept, told, "map-of-similarities")
    expect(
        times_kept >= MORE_NEIGHBOURS or share_false <= FEWER_FALSE_NEIGHBOURS,
        f"of an image's {NEIGHBOURS} neighbours on the map, {kept:.0%} are among its {NEIGHBOURS} nearest by embedding,"
        " hardly more than on any projection of them onto a plane: `embeddings_umap` is not what UMAP makes of"
        " `all_img_emb`",
    )
    _expect_without_labels(points, directions, labels, rng)


def _texts(student: Student, reference: Expected) -> list[np.ndarray]:
    """Return the embeddings of each ten texts that a map may have been made with."""
    prompts = student.fetch("globals().get('improved_prompts')")
    usable = isinstance(prompts, (list, tuple)) and all(
        isinstance(text, str) and reference.reads_whole(text) for text in prompts
    )
    lists: Sequence[Sequence[str]] = (reference.class_names, prompts if usable else ())
    return [reference.text_embeddings(texts) for texts in lists if len(texts) == 10]


def _expect_without_labels(
    points: np.ndarray, directions: np.ndarray, labels: np.ndarray, rng: Generator
) -> None:
    """Raise `Wrong` if images that the embeddings place in another class lie with their label's class on the map.

    Where there are hardly any such images, nothing can be said of them.
    """
    rows = rng.choice(len(points), size=MORE_ROWS, replace=False)
    by_embedding = nearest(squared_distances(directions, rows))
    strays = rows[share_of_own(labels, rows, by_embedding) < OF_ANOTHER_CLASS]
    if len(strays) < FEW:
        return
    drawn = float(share_of_own(labels, strays, neighbours(points, strays)).mean())
    expect(
        drawn < DRAWN_INTO_A_CLASS,
        f"the nearest images of some are of other classes by embedding, and yet {drawn:.0%} of their neighbours on the"
        " map are of their own: `embeddings_umap` was made with the labels",
        "labels-in-the-map",
    )


def share_of_own(labels: np.ndarray, rows: np.ndarray, beside: np.ndarray) -> np.ndarray:
    """Return for some rows (n,) which share of their neighbours (n, k) has their label, float (n,)."""
    share: np.ndarray = (labels[beside] == labels[rows][:, None]).mean(axis=1)
    return share


def is_linear(points: np.ndarray, rows: np.ndarray) -> bool:
    """Return whether points (N, 2) are a linear function of rows (N, D), up to a shift."""
    centred = [array.astype(np.float64) - array.mean(axis=0) for array in (points, rows)]
    left = centred[0] - centred[1] @ np.linalg.lstsq(centred[1], centred[0], rcond=None)[0]
    return bool((left**2).sum() <= (1 - LINEAR) * (centred[0] ** 2).sum())


def principal_components(rows: np.ndarray) -> np.ndarray:
    """Return the first two of rows (N, D), float64 (N, 2)."""
    centred = rows - rows.mean(axis=0)
    components: np.ndarray = centred @ np.linalg.eigh(centred.T @ centred)[1][:, -2:]
    return components


def squared_distances(embeddings: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return those of some of N embeddings to all, float32 (n, N); infinite for a row and itself."""
    # Seen from their mean, small distances lose least by the subtraction.
    centred = (embeddings - embeddings.mean(axis=0)).astype(np.float32)
    lengths = (centred**2).sum(axis=1)
    distances: np.ndarray = centred[rows] @ centred.T
    distances *= -2
    distances += lengths
    distances += lengths[rows][:, None]
    distances[np.arange(len(rows)), rows] = np.inf
    return distances


def nearest(distances: np.ndarray) -> np.ndarray:
    """Return the nearest (n, k) by distances (n, N), by number, in any order."""
    found: np.ndarray = np.argpartition(distances, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
    return found


def neighbours(points: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the nearest points (n, k) of some of N points, by number, each point itself left out."""
    from sklearn.neighbors import NearestNeighbors  # only here: it takes a second to load

    tree = NearestNeighbors(n_neighbors=NEIGHBOURS + 1).fit(points)
    found: np.ndarray = tree.kneighbors(points[rows], return_distance=False)
    own = found == rows[:, None]
    # Where many points coincide, a point need not be among its own nearest.
    own[~own.any(axis=1), -1] = True
    return found[~own].reshape(len(rows), NEIGHBOURS)


def false_neighbours(distances: np.ndarray, ordered: np.ndarray, on_map: np.ndarray) -> float:
    """Return how far neighbours on a map are beyond the nearest: 1 less their trustworthiness (Venna and Kaski 2001).

    Args:
        distances: of n rows to all N by embedding, (n, N).
        ordered: the same, each row sorted.
        on_map: neighbours on the map, int (n, k).

    Returns:
        0 if all are the k nearest, about 0.5 if they could be any.
    """
    (count, total), k = distances.shape, on_map.shape[1]
    near = np.take_along_axis(distances, on_map, axis=1)
    ranks = np.stack([np.searchsorted(*pair) for pair in zip(ordered, near, strict=True)]) + 1
    beyond = np.maximum(ranks - k, 0).sum()
    return float(2 * beyond / (count * k * (2 * total - 3 * k - 1)))


def beside_linear(
    embeddings: np.ndarray,
    rows: np.ndarray,
    on_map: np.ndarray,
    components: np.ndarray,
    distances: np.ndarray,
    by_embedding: np.ndarray,
    rng: Generator,
) -> tuple[float, float]:
    """Return how well a map keeps neighbours, beside the best of linear maps.

    Args:
        embeddings: (N, D).
        rows: some of the N, int (n,).
        on_map: their neighbours on the map, int (n, k).
        components: their neighbours on the principal components, int (n, k).
        distances: of these rows to all by embedding, (n, N).
        by_embedding: their nearest by these, int (n, k).
        rng: draws the projections.

    Returns:
        How many times the neighbours that these keep it keeps, and which share of their false neighbours it has.
    """
    drawn = [rng.normal(size=(embeddings.shape[1], 2)) for _ in range(PROJECTIONS)]
    on_linear = [components, *(neighbours(embeddings @ axes, rows) for axes in drawn)]
    ordered = np.sort(distances, axis=1)
    kept, *kept_by_linear = (shared(one, by_embedding) for one in (on_map, *on_linear))
    false, *false_by_linear = (
        false_neighbours(distances, ordered, one) for one in (on_map, *on_linear)
    )
    tiny = np.finfo(np.float64).tiny
    return kept / max(*kept_by_linear, tiny), false / max(min(false_by_linear), tiny)


def rank_among_peers(
    embeddings: np.ndarray,
    labels: np.ndarray,
    rows: np.ndarray,
    on_map: np.ndarray,
    rng: Generator,
) -> float:
    """Return how near a row's neighbours on a map are to it by embedding, among the images of its own class.

    0 means that they are the nearest, 0.5 that they could be any: whatever a map makes of the classes, drawing them
    apart alone gives no less.

    Args:
        embeddings: (N, D).
        labels: (N,).
        rows: some of the N, int (n,).
        on_map: their neighbours on the map, int (n, k).
        rng: draws the images that they are compared with.
    """
    members = {label: np.flatnonzero(labels == label) for label in np.unique(labels[rows])}
    ranks = []
    for row, beside in zip(rows, on_map, strict=True):
        alike = beside[labels[beside] == labels[row]]
        if not len(alike):
            continue
        others = members[labels[row]]
        peers = rng.choice(others[others != row], size=PEERS)
        near, far = (
            np.linalg.norm(embeddings[some] - embeddings[row], axis=1) for some in (alike, peers)
        )
        ranks.append(float((far < near[:, None]).mean()))
    return float(np.mean(ranks)) if ranks else 1.0


def shared(one: np.ndarray, other: np.ndarray) -> float:
    """Return the share of neighbours that two tables (n, k) have in common."""
    return float((one[:, :, None] == other[:, None, :]).any(axis=2).mean())


def _directions(embeddings: np.ndarray) -> np.ndarray:
    """Return unit rows, float64 (N, D): by them rows are compared, however long they are."""
    rows = embeddings.astype(np.float64)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float32).tiny)
