"""The pictures of a run, drawn without pyplot so that nothing global changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from autograder.clip.accuracy.encoders import Ints
from autograder.clip.accuracy.record import AccuracyRun
from autograder.clip.accuracy.run import PromptSetResult
from autograder.clip.accuracy.tables import model_words, scope
from autograder.clip.prompt_sets import CLASS_NAMES

DOTS_PER_INCH = 120

# Ten colours that stay apart for readers with colour-vision deficiencies: Petroff (2021),
# arXiv:2107.02270. Markers and names on the map say the same without colour.
COLOURS = (
    "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6",
    "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
)  # fmt: skip
MARKERS = "o^sDvP*X<>"


def draw_confusion_matrix(run: AccuracyRun, result: PromptSetResult, path: Path) -> None:
    """Write counts, a true class a row and a predicted class a column, shaded by share of the row.

    Raises:
        OSError: the file cannot be written.
    """
    counts = np.array(result.confusion_matrix)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(9.5, 8.2), dpi=DOTS_PER_INCH, layout="constrained")
    axes = figure.add_subplot()
    image = axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    for row, column in np.ndindex(*counts.shape):
        axes.text(
            column,
            row,
            f"{counts[row, column]:,}",
            ha="center",
            va="center",
            fontsize=10,
            fontweight="bold" if row == column else "normal",
            # Empty cells step back, though not beyond what can be read.
            color="white"
            if shares[row, column] > 0.55
            else ("black" if counts[row, column] else "#767676"),
        )
    axes.set_xticks(range(len(CLASS_NAMES)), CLASS_NAMES, rotation=40, ha="right")
    axes.set_yticks(range(len(CLASS_NAMES)), CLASS_NAMES)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.set_title(
        f'Prompt set "{result.prompt_set.name}": accuracy {result.accuracy:.4f}\n'
        f"{model_words(run)}\n{scope(run)}",
        fontsize=11,
    )
    figure.colorbar(image, ax=axes, shrink=0.8, label="share of the true class")
    _save(figure, path)


def draw_map(run: AccuracyRun, plane: NDArray[np.float32], labels: Ints, path: Path) -> None:
    """Write the map (N, 2), a point an image, with colour, marker and name of its true class.

    Raises:
        OSError: the file cannot be written.
    """
    figure = Figure(figsize=(10.5, 8.2), dpi=DOTS_PER_INCH, layout="constrained")
    axes = figure.add_subplot()
    # In random order, so that no class hides another; alike in every run.
    order = np.random.default_rng(run.setting.seed).permutation(len(labels))
    size = float(np.clip(60_000 / max(len(labels), 1), 9, 30))
    for part in np.array_split(order, min(20, len(order))):
        for index in range(len(CLASS_NAMES)):
            rows = part[labels[part] == index]
            axes.scatter(
                plane[rows, 0],
                plane[rows, 1],
                s=size,
                marker=MARKERS[index],
                color=COLOURS[index],
                alpha=0.75,
                linewidths=0,
            )
    for index, name in enumerate(CLASS_NAMES):
        axes.scatter([], [], s=60, marker=MARKERS[index], color=COLOURS[index], label=name)
    for index, (x, y) in _name_places(plane, labels).items():
        axes.text(
            x,
            y,
            CLASS_NAMES[index],
            ha="center",
            va="center",
            fontsize=10.5,
            fontweight="bold",
            bbox={
                "boxstyle": "round,pad=0.2",
                "facecolor": "white",
                "edgecolor": COLOURS[index],
                "linewidth": 2,
                "alpha": 0.85,
            },
        )
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlabel("UMAP 1 (no unit)")
    axes.set_ylabel("UMAP 2 (no unit)")
    axes.set_title(
        f"Image embeddings by true class, reduced with UMAP\n{model_words(run)}\n{scope(run)}",
        fontsize=11,
    )
    axes.legend(title="true class", loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    _save(figure, path)


def _name_places(plane: NDArray[np.float32], labels: Ints) -> dict[int, tuple[float, float]]:
    """Return where the name of each class that occurs is written: on its points, clear of other names."""
    low = plane.min(axis=0).astype(float)
    span = np.maximum(np.ptp(plane, axis=0), 1e-6).astype(float)
    indices = [int(index) for index in np.unique(labels)]
    places = []
    for index in indices:
        points = (plane[labels == index] - low) / span
        # The point nearest to the medians: a class in two clusters is not named in the gap between.
        places.append(points[np.linalg.norm(points - np.median(points, axis=0), axis=1).argmin()])
    spots = np.array(places)
    # A name with its box is about 0.13 of the width and 0.04 of the height: push pairs apart that
    # overlap, downwards and upwards alike, until none does.
    for _ in range(200):
        moved = False
        for one in range(len(spots)):
            for other in range(one):
                apart = spots[one] - spots[other]
                lacking = 0.042 - abs(apart[1])
                if abs(apart[0]) < 0.13 and lacking > 1e-4:
                    shift = lacking / 2 * (1.0 if apart[1] >= 0 else -1.0)
                    spots[one, 1] += shift
                    spots[other, 1] -= shift
                    moved = True
        if not moved:
            break
    return {
        index: (float(x), float(y))
        for index, (x, y) in zip(indices, spots * span + low, strict=True)
    }


def _save(figure: Figure, path: Path) -> None:
    FigureCanvasAgg(figure)
    figure.savefig(path, format="png", dpi=DOTS_PER_INCH)
