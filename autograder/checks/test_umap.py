"""Section 4: all image embeddings, and their map."""

import numpy as np
import pytest
from numpy.random import Generator
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from autograder.checks.expect import expect, expect_array
from autograder.checks.pictures import expect_picture
from autograder.checks.tolerances import LINEAR, MORE_LIKE_SIMILARITIES, NO_ORDER
from autograder.expected import Expected
from autograder.kernel.wire import Tensor
from autograder.student import Student


def fetch_array(student: Student, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return a variable of the notebook as an ndarray of this shape; a tensor counts as well."""
    value = student.fetch(name)
    value = value.array if isinstance(value, Tensor) else value
    array = expect_array(value, f"`{name}`", shape)
    expect(array.dtype.kind in "iuf", f"`{name}` holds no numbers")
    expect(np.isfinite(array).all(), f"`{name}` holds NaN or infinite values")
    return array


@pytest.mark.check(
    points=1,
    title="`all_img_emb` holds an embedding of every test image",
    hint="Go through the whole `test_loader`, embed each batch, and join the batches at the end.",
)
def test_every_image_is_embedded(student: Student, reference: Expected, rng: Generator) -> None:
    wanted = reference.image_embeddings()
    got = fetch_array(student, "all_img_emb", wanted.shape)
    # The mean does not depend on the order in which the loader gave the images.
    expect(
        np.allclose(got.mean(axis=0), wanted.mean(axis=0), atol=1e-3),
        "`all_img_emb` does not hold the embeddings of the test images, each once",
    )


@pytest.mark.check(
    points=2,
    title="`all_labels` stay in step with the embeddings",
    hint="A shuffled loader gives another order each time it is read: collect the labels in the same"
    " pass as the embeddings, not in a second one and not from the data set.",
)
def test_labels_are_in_step(student: Student, reference: Expected, rng: Generator) -> None:
    known = reference.image_embeddings()
    got = fetch_array(student, "all_img_emb", known.shape)
    labels = fetch_array(student, "all_labels", (10_000,))
    rows = rng.choice(10_000, size=200, replace=False)
    nearest = (got[rows].astype(np.float32) @ known.T).argmax(axis=1)
    share = float((reference.labels()[nearest] == labels[rows]).mean())
    # Two test images of different classes may be near-duplicates; labels out of step agree in 10 %.
    expect(share > 0.9, f"only {share:.0%} of the labels belong to the embedding beside them")


@pytest.mark.check(
    points=2,
    title="`embeddings_umap` is a map of them in two dimensions, row by row",
    hint="Reduce `all_img_emb` to `n_components=2` with UMAP. Keep the rows in their order, so that"
    " point i is image i.",
)
def test_map_keeps_the_rows(student: Student, reference: Expected, rng: Generator) -> None:
    points = fetch_array(student, "embeddings_umap", (10_000, 2))
    labels = fetch_array(student, "all_labels", (10_000,)).astype(np.int64)
    share = float(cross_val_score(KNeighborsClassifier(15), points, labels, cv=5).mean())
    expect(
        share > NO_ORDER,
        f"on the map, neighbours share their class in {share:.0%} of cases, hardly more than by"
        " chance: the points and `all_labels` are out of step, or the map is not of the embeddings",
    )
    expect_map_of_embeddings(student, reference, points, rng)


def expect_map_of_embeddings(
    student: Student, reference: Expected, points: np.ndarray, rng: Generator
) -> None:
    """Raise `Wrong` if a map (10000, 2) shows similarities with ten texts, not the embeddings that they come from."""
    embeddings = fetch_array(student, "all_img_emb", reference.image_embeddings().shape)
    embeddings = embeddings.astype(np.float32)
    prompts = student.fetch("globals().get('improved_prompts')")
    usable = isinstance(prompts, (list, tuple)) and all(isinstance(text, str) for text in prompts)
    lists = [
        texts for texts in (reference.class_names, prompts if usable else ()) if len(texts) == 10
    ]
    similarities = [embeddings @ reference.text_embeddings(texts).T for texts in lists]
    told = "`embeddings_umap` is a map of the similarities with ten texts, not of the embeddings"
    for similarity in similarities:
        expect(not is_linear(points, similarity), told, "map-of-similarities")
    # Principal components keep few neighbours of either kind, so that comparing them says nothing.
    if is_linear(points, embeddings):
        return
    rows = rng.choice(len(points), size=1_000, replace=False)
    on_map = neighbours(points, rows)
    kept = shared(on_map, neighbours(embeddings, rows))
    for similarity in similarities:
        instead = shared(on_map, neighbours(similarity, rows))
        expect(instead <= MORE_LIKE_SIMILARITIES * kept, told, "map-of-similarities")


def is_linear(points: np.ndarray, rows: np.ndarray) -> bool:
    """Return whether points (N, 2) are a linear function of rows (N, D), up to a shift."""
    centred = [(array - array.mean(axis=0)).astype(np.float64) for array in (points, rows)]
    left = centred[0] - centred[1] @ np.linalg.lstsq(centred[1], centred[0], rcond=None)[0]
    return bool((left**2).sum() <= (1 - LINEAR) * (centred[0] ** 2).sum())


def neighbours(points: np.ndarray, rows: np.ndarray, count: int = 15) -> np.ndarray:
    """Return the nearest points (n, `count`) of some of N points, by number, each point itself left out."""
    found: np.ndarray = (
        NearestNeighbors(n_neighbors=count + 1)
        .fit(points)
        .kneighbors(points[rows], return_distance=False)
    )
    return found[:, 1:]


def shared(one: np.ndarray, other: np.ndarray) -> float:
    """Return the share of neighbours that two tables (n, count) have in common."""
    return (
        float(np.mean([len(set(a) & set(b)) for a, b in zip(one, other, strict=True)]))
        / one.shape[1]
    )


@pytest.mark.check(
    points=1,
    title="The map is drawn",
    hint="Draw a scatter plot of `embeddings_umap`, coloured by `all_labels`, in the cell of Task 4.3.",
)
def test_map_is_drawn(student: Student, reference: Expected, rng: Generator) -> None:
    expect_picture(student, "umap_plot", "Task 4.3", "embeddings_umap")
