"""What figures show: read as far as can be, and failed only on what is surely something else."""

from __future__ import annotations

import itertools
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import seaborn as sns
from sklearn.metrics import ConfusionMatrixDisplay

from autograder.assignments.assignment_2.checks.map_drawn import MapAsked
from autograder.assignments.assignment_2.checks.matrix_drawn import confusion, expect_matrix_drawn
from autograder.checks.expect import Wrong
from autograder.checks.pictures import expect_shown
from autograder.seam import drawn
from autograder.seam.figures import read_figures
from autograder.seam.student import Student, in_process
from tests.misconceptions_bench import expected

NAMES = list(expected().class_names)
PROMPTS = [f"a photo of {name}" for name in NAMES]
TRUE = expected().labels()
OLD, NEW = (expected().predictions(texts) for texts in (NAMES, PROMPTS))
MAP = np.random.default_rng(0).normal(size=(len(TRUE), 2)).astype(np.float32)
EMBEDDINGS = expected().image_embeddings()
ACCURACY = float((TRUE == NEW).mean())
COUNTS, FORMER = (confusion(TRUE, predicted, 10).astype(int) for predicted in (NEW, OLD))
PREPARED = """
def image(table, x="", y="", columns=None, rows=None):
    axes = plt.subplots()[1]
    axes.imshow(table)
    axes.set(xlabel=x, ylabel=y)
    for side, names in (("x", columns), ("y", rows)):
        if names is not None:
            getattr(axes, f"set_{side}ticks")(range(10), names)

def scatter(colours, **options):
    return plt.scatter(*points.T, c=colours, **options)

def by_class(classes, names, **options):
    for number, name in enumerate(names):
        plt.plot(*points[classes == number].T, ".", label=name, **options)
    plt.legend()
"""
_REQUESTS = itertools.count()


def student_of(code: str, cell: str, **variables: Any) -> Student:
    """Return a student one of whose cells has shown what some code draws."""
    keeper, request = drawn.keeper(), f"test {next(_REQUESTS)}"
    plt.close("all")
    space = {
        **{"np": np, "plt": plt, "sns": sns, "Display": ConfusionMatrixDisplay, "names": NAMES},
        **{"true": TRUE, "new": NEW, "counts": COUNTS, "former": FORMER},
        **{"points": MAP, "labels": TRUE, "predicted": OLD, "embeddings": EMBEDDINGS},
    }
    exec(PREPARED + code, space)
    for number in plt.get_fignums():
        keeper.keep(plt.figure(number), request)
    student = in_process(variables, {cell: len(plt.get_fignums())}, {cell: request})
    plt.close("all")
    return student


def fault_of_matrix(code: str, reported: float = ACCURACY) -> tuple[str, str | None] | None:
    """Return what Task 3.2 is told of a figure, and the name of the mistake; None if nothing."""
    student = student_of(code, "prompts_run", improved_accuracy=reported)
    try:
        expect_matrix_drawn(
            student, expected(), "prompts_run", "Task 3.2", "improved_accuracy", PROMPTS, NAMES
        )
    except Wrong as wrong:
        return str(wrong), wrong.misconception
    return None


def fault_of_map(code: str) -> tuple[str, str | None] | None:
    """Return what Task 4.3 is told of a figure, and the name of the mistake; None if nothing."""
    asked = MapAsked(expected(), MAP, EMBEDDINGS, TRUE, OLD)
    other = Wrong("no map", "no-figure-drawn")
    student = student_of(code, "umap_plot")
    try:
        expect_shown(student, "umap_plot", lambda axes: asked.fault(axes, other), other)
    except Wrong as wrong:
        return str(wrong), wrong.misconception
    return None


RIGHT_MATRICES = {
    "an image": "image(counts)",
    "shares of all": "image(counts / 10_000, 'Predicted label', 'True label', names, names)",
    "shares of predicted classes": "image(counts / counts.sum(axis=0))",
    "whole per cent": "image(np.round(counts / 10))",
    "a mesh": "plt.pcolormesh(counts)",
    "seaborn": "sns.heatmap(counts, annot=True, xticklabels=names, yticklabels=names)",
    "some cells hidden": "sns.heatmap(counts, mask=np.eye(10, dtype=bool))",
    "turned, as the axes say": "image(counts.T, 'actual', 'predicted')",
    "turned, in words that are not known": "image(counts.T, 'Gerçek', 'Tahmin')",
    "turned over, as the names say": "image(counts[::-1], rows=names[::-1], columns=names)",
    "from below": "plt.imshow(counts, origin='lower')",
    "names in another order": "Display.from_predictions(np.array(names)[true], np.array(names)[new])",
    "numbers alone": (
        "axes = plt.subplots()[1]\n"
        "for (row, column), n in np.ndenumerate(counts):\n    axes.text(column, row, f'{n / 10:.1f} %')"
    ),
    "logarithms": "image(np.log1p(counts))",
    "beside the old one": "image(former)\nimage(counts)",
    "what has changed": "image(counts - former)",
    "a table": "plt.table(cellText=counts.tolist())",
    "a text": "plt.text(0, 0, str(counts))",
    "a picture of it": "plt.imshow(np.zeros((400, 400, 3)))",
    "bubbles": "plt.scatter(*np.indices((10, 10)).reshape(2, -1), s=counts.T.ravel())",
    "surfaces": "for i in range(100): plt.gca().add_patch(plt.Rectangle(divmod(i, 10), 1, 1))",
}
WRONG_MATRICES = {
    "turned": ("image(counts.T)", "confusion-axes-swapped"),
    "turned shares": ("image(counts.T / 1000, 'prediction', 'truth')", "confusion-axes-swapped"),
    "axes named the wrong way round": ("image(counts, 'true', 'pred')", "confusion-axes-swapped"),
    "turned, of other predictions": ("image(np.roll(counts, 1, 1).T)", "confusion-axes-swapped"),
    "sorted names": (
        "image(counts, rows=sorted(names), columns=sorted(names))",
        "labels-of-figure-out-of-order",
    ),
    "names of rows alone": (
        "image(counts, rows=names[::-1], columns=names)",
        "labels-of-figure-out-of-order",
    ),
    "the old one": ("sns.heatmap(former)", "old-matrix-drawn"),
    "the old one in shares": ("image(former / 1000, 'predicted', 'true')", "old-matrix-drawn"),
    "of other predictions": ("image(np.roll(counts, 1, 1))", None),
    "bars": ("plt.bar(names, counts.diagonal())", "no-figure-drawn"),
    "a line": ("plt.plot([0.6, 0.7])", "no-figure-drawn"),
    "nothing": ("plt.figure()", "no-figure-drawn"),
}
RIGHT_MAPS = {
    "one plot": "scatter(labels)",
    "a plot a class": "by_class(labels, names)",
    "a palette of nine colours": "scatter(labels, cmap='Set1')",
    "with a legend": "plt.legend(scatter(labels, cmap='tab10').legend_elements()[0], names)",
    "seaborn": "sns.scatterplot(x=points[:, 0], y=points[:, 1], hue=np.array(names)[labels])",
    "grey below": "scatter('lightgrey')\nby_class(labels, names)",
    "one class in grey": "scatter('lightgrey')\nplt.plot(*points[labels == 3].T, 'o')",
    "axes a class": (
        "for number, axes in enumerate(plt.subplots(2, 5)[1].flat):\n"
        "    axes.scatter(*points[labels == number].T, c='black')"
    ),
    "a marker a class": (
        "for number, marker in enumerate('osv^<>pPXD'):\n"
        "    plt.scatter(*points[labels == number].T, marker=marker, c='black')"
    ),
    "a part of the images": "plt.scatter(*points[:2000].T, c=labels[:2000])",
    "to another scale": "plt.scatter(*(points * 2).T, c=predicted)",
    "density": "plt.hexbin(*points.T)",
    "beside another": "scatter(labels)\nplt.figure()\nscatter(predicted)",
}
WRONG_MAPS = {
    "by predictions": ("scatter(predicted)", "coloured-by-predictions"),
    "by predictions, a plot a class": ("by_class(predicted, names)", "coloured-by-predictions"),
    "another order": ("scatter(np.roll(labels, 5))", "labels-from-another-pass"),
    "right and wrong": ("scatter(predicted == labels)", None),
    "one colour": ("scatter('black')", "map-not-coloured"),
    "names sorted": ("by_class(labels, sorted(names))", "labels-of-figure-out-of-order"),
    "bars": ("plt.bar(names, np.bincount(labels))", "no-figure-drawn"),
    "one point a class": ("plt.scatter(*points[:10].T, c=range(10))", None),
    "two of the columns": ("plt.scatter(*embeddings[:, [4, 1]].T, c=labels)", None),
}


@pytest.mark.parametrize("way", RIGHT_MATRICES)
def test_a_matrix_may_be_drawn_in_any_way(way: str) -> None:
    assert fault_of_matrix(RIGHT_MATRICES[way]) is None


@pytest.mark.parametrize("way", WRONG_MATRICES)
def test_another_matrix_is_told_and_named(way: str) -> None:
    code, name = WRONG_MATRICES[way]
    fault = fault_of_matrix(code)
    assert fault is not None
    assert fault[1] == name, fault


def test_own_wrong_predictions_are_no_wrong_figure() -> None:
    shifted = np.roll(COUNTS, 1, 1)
    accuracy = float(np.trace(shifted) / shifted.sum())
    assert fault_of_matrix("image(np.roll(counts, 1, 1))", accuracy) is None
    # Who measures the bare names once more reports, and draws, what was measured.
    assert fault_of_matrix("image(former)", float((TRUE == OLD).mean())) is None


@pytest.mark.parametrize("way", RIGHT_MAPS)
def test_a_map_may_be_drawn_in_any_way(way: str) -> None:
    assert fault_of_map(RIGHT_MAPS[way]) is None


@pytest.mark.parametrize("way", WRONG_MAPS)
def test_another_map_is_told_and_named(way: str) -> None:
    code, name = WRONG_MAPS[way]
    fault = fault_of_map(code)
    assert fault is not None
    assert fault[1] == name, fault


def test_a_picture_without_a_figure_passes() -> None:
    student = student_of("plt.bar(names, range(10))", "prompts_run")
    beside = in_process({}, {"prompts_run": 2}, student._requests)  # type: ignore[attr-defined]
    assert len(beside.figures("prompts_run")) == 1
    other = Wrong("other")
    expect_shown(beside, "prompts_run", lambda axes: other, other)
    with pytest.raises(Wrong):
        expect_shown(student, "prompts_run", lambda axes: other, other)


def test_a_stranger_word_is_read_or_left() -> None:
    plt.close("all")
    plt.matshow(np.eye(3))
    plt.legend([plt.scatter([1], [2])], ["a"])
    good = drawn.summarised(plt.gcf())
    plt.close("all")
    (read,) = read_figures([good])
    assert read is not None
    assert read.axes[0].tables[0].shape == (3, 3)

    for value in (None, "text", [], {}, -1, 2**40, float("nan"), np.zeros(3), [[1]], object()):
        for path in _paths(good):
            (figure,) = read_figures([_with(good, path, value)])
            assert figure is None or len(figure.axes) <= 1
    assert read_figures("nonsense") == []
    assert len(read_figures([None] * 1000)) == drawn.MOST_FIGURES
    (many,) = read_figures([{**good, "axes": good["axes"] * (drawn.MOST_AXES + 1)}])
    assert many is None


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = (
        node.items() if isinstance(node, dict) else enumerate(node) if type(node) is list else ()
    )
    return [path, *(deeper for key, part in items for deeper in _paths(part, (*path, key)))]


def _with(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = node.copy()
    copy[path[0]] = _with(node[path[0]], path[1:], value)
    return copy


def test_a_notebook_has_room_for_so_many_figures_only() -> None:
    keeper = drawn.keeper()
    figure = plt.figure()
    for _ in range(drawn.MOST_FIGURES + 5):
        keeper.keep(figure, "many")
    plt.close("all")
    assert len(keeper.shown("many")) == drawn.MOST_FIGURES
    assert keeper.shown("none") == []
