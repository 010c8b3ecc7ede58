"""Section 4: all image embeddings, and their map."""

import numpy as np
import pytest
from numpy.random import Generator
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from autograder.assignments.assignment_2.checks.dimensions import expect_two_dimensions
from autograder.assignments.assignment_2.checks.map_drawn import MapAsked
from autograder.assignments.assignment_2.checks.map_of_embeddings import (
    SAMPLE,
    expect_map_of_embeddings,
)
from autograder.assignments.assignment_2.checks.presupposed import expect_images
from autograder.assignments.assignment_2.checks.reports import fetch_figure
from autograder.assignments.assignment_2.checks.tolerances import NO_ORDER
from autograder.assignments.assignment_2.checks.tsne import expect_no_tsne
from autograder.checks.expect import Wrong, expect, expect_array
from autograder.checks.pictures import expect_picture, expect_shown
from autograder.checks.tolerances import HALF_PRECISION
from autograder.clip.expected import Expected
from autograder.seam.student import Student, StudentError
from autograder.seam.wire import Tensor

LARGEST_ENTRY = 1e6
"""Of embeddings, whatever their length: beyond, float32 overflows in what is computed of them."""
FOLDS = 5
"""Parts of the images, each of which the others are asked to tell the classes of."""


def fetch_array(student: Student, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return a variable of the notebook as an ndarray of this shape; a tensor counts as well."""
    value = fetch_figure(student, name)
    value = value.array if isinstance(value, Tensor) else value
    array = expect_array(value, f"`{name}`", shape)
    expect(array.dtype.kind in "iuf", f"`{name}` holds no numbers")
    expect(np.isfinite(array).all(), f"`{name}` holds NaN or infinite values")
    return array


def fetch_embeddings(student: Student, reference: Expected) -> np.ndarray:
    """Return `all_img_emb` if it has the shape of the test images' embeddings, and no entries beyond all bounds."""
    array = fetch_array(student, "all_img_emb", reference.image_embeddings().shape)
    expect(
        np.abs(array).max() < LARGEST_ENTRY,
        f"`all_img_emb` holds entries beyond {LARGEST_ENTRY:g}, which no embedding has",
    )
    return array


@pytest.mark.check(
    points=1,
    title="`all_img_emb` holds an embedding of every test image",
    hint="Go through the whole `test_loader`, embed each batch, and join the batches at the end.",
)
def test_every_image_is_embedded(student: Student, reference: Expected, rng: Generator) -> None:
    wanted = reference.image_embeddings()
    got = fetch_embeddings(student, reference)
    # The mean does not depend on the order in which the loader gave the images.
    told = "`all_img_emb` does not hold the embeddings of the test images, each once"
    expect(np.allclose(got.mean(axis=0), wanted.mean(axis=0), atol=1e-3), told)
    rows = rng.choice(10_000, size=SAMPLE, replace=False)
    known = wanted[expect_images(got, reference, rows)]
    expect(np.abs(got[rows] - known).max() <= HALF_PRECISION, told)


@pytest.mark.check(
    points=2,
    title="`all_labels` stay in step with the embeddings",
    hint="A shuffled loader gives another order each time it is read: collect the labels in the same"
    " pass as the embeddings, not in a second one and not from the data set.",
)
def test_labels_are_in_step(student: Student, reference: Expected, rng: Generator) -> None:
    got = fetch_embeddings(student, reference)
    labels = fetch_array(student, "all_labels", (10_000,))
    rows = rng.choice(10_000, size=SAMPLE, replace=False)
    nearest = expect_images(got, reference, rows)
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
    most = int(np.unique(labels, return_counts=True)[1].max())
    expect(
        most >= FOLDS,
        f"no label stands more than {most} times in `all_labels`: these are no classes",
    )
    share = float(cross_val_score(KNeighborsClassifier(15), points, labels, cv=FOLDS).mean())
    expect(
        share > NO_ORDER,
        f"on the map, neighbours share their class in {share:.0%} of cases, hardly more than by"
        " chance: the points and `all_labels` are out of step, or the map is not of the embeddings",
    )
    embeddings = fetch_embeddings(student, reference).astype(np.float32)
    expect_no_tsne(student)
    expect_two_dimensions(student)
    expect_map_of_embeddings(student, reference, points, embeddings, labels, rng)


@pytest.mark.check(
    points=1,
    title="The map is drawn",
    hint="Draw a scatter plot of `embeddings_umap`, coloured by `all_labels`, in the cell of Task 4.3.",
)
def test_map_is_drawn(student: Student, reference: Expected, rng: Generator) -> None:
    expect_picture(student, "umap_plot", "Task 4.3", "embeddings_umap")
    try:
        points = fetch_array(student, "embeddings_umap", (10_000, 2))
        labels = fetch_array(student, "all_labels", (10_000,)).astype(np.int64)
        predicted = student.fetch("globals().get('y_pred')")
    except (StudentError, Wrong):  # another check's matter
        return
    try:
        embeddings = fetch_embeddings(student, reference)
    except (StudentError, Wrong):
        embeddings = np.empty((0, 2))
    asked = MapAsked(reference, points, embeddings, labels, predicted)
    other = Wrong("the cell of Task 4.3 shows a picture, but no map is in it", "no-figure-drawn")
    expect_shown(student, "umap_plot", lambda axes: asked.fault(axes, other), other)
