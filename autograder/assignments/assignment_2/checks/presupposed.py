"""Steps that points presuppose: whoever has not made them gets nothing for what comes after.

Rows of length 1, a second run that starts afresh, a map with classes in it: each is easily had without the work that it
is a part of. So the checks for them also ask whether that work was done, as leniently as is possible: mistakes that
other checks are there for (a text in a template, a wrong order, a row that is not divided) leave these points alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from autograder.assignments.assignment_2.checks.tolerances import (
    FOLLOWS_THE_MODEL,
    MOST_REPEATED,
    SAME_IMAGE,
    SAME_PREDICTIONS,
)
from autograder.checks.expect import Wrong, expect
from autograder.checks.tolerances import HALF_PRECISION
from autograder.seam.student import Student, StudentError
from autograder.seam.wire import Loader, Tensor

if TYPE_CHECKING:
    from autograder.clip.expected import Expected


def expect_from_the_model(
    got: np.ndarray, wanted: np.ndarray, what: str, least: float = FOLLOWS_THE_MODEL
) -> None:
    """Raise `Wrong` unless rows follow their inputs as the model's embeddings do.

    Which row belongs to which input, how long rows are and where their mean lies are other checks' matter.

    Args:
        got: the student's rows, (n, D), n at least 2.
        wanted: the model's, unit rows (n, D).
        what: whose rows they are, for the message.
        least: the mean cosine above which they follow; see `tolerances`.
    """
    one, other = _from_their_mean(got), _from_their_mean(wanted)
    agreement = one @ other.T
    expect(
        agreement[linear_sum_assignment(-agreement)].mean() > least,
        f"{what} are not what the model makes of these inputs, so nothing else about them counts",
    )


def _from_their_mean(rows: np.ndarray) -> np.ndarray:
    """Return the directions in which rows (n, D) lie from their mean; zeros where there is none."""
    rows = rows.astype(np.float64)
    for centre in (False, True):
        rows = rows - rows.mean(axis=0) if centre else rows
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        # Equal rows are off from their mean by rounding only.
        usable = np.isfinite(lengths) & (lengths > HALF_PRECISION)
        rows = np.where(usable, rows / np.where(usable, lengths, 1), 0)
    return rows


def expect_classified(
    student: Student, pair: tuple[Any, Any], loader: Loader, text_feats: Tensor, wanted: np.ndarray
) -> None:
    """Raise `Wrong` unless a run of the loop has classified the loader's images, rightly or not.

    Classified are they where the predictions are the right ones, in any order; the right ones under other names, as
    where texts of another order were compared; or what the notebook's own functions give, mistakes of theirs included.
    """
    for part in pair:
        predicted = np.array(list(_entries(part)))
        if _relabelled(predicted, wanted) or sorted(predicted.tolist()) == sorted(wanted.tolist()):
            return
    own = _by_own_functions(student, loader, text_feats)
    # Functions that answer the same whatever they are asked classify nothing.
    expect(
        own is not None and len(set(own)) > 1 and any(list(_entries(part)) == own for part in pair),
        "the images were not classified: the predictions have nothing to do with them, so nothing else about the loop"
        " counts",
    )


def _entries(part: Any) -> Iterator[Any]:
    """Yield the numbers and texts in an array or tensor, or in lists of them."""
    if isinstance(part, Tensor):
        part = part.array
    if isinstance(part, np.ndarray):
        if part.dtype.kind in "biufUS":
            yield from part.ravel().tolist()
    elif isinstance(part, (list, tuple)):
        for entry in part:
            yield from _entries(entry)
    elif isinstance(part, (int, float, str)):
        yield part


def _relabelled(predicted: np.ndarray, wanted: np.ndarray) -> bool:
    """Return whether predictions, of the first or last images at least, become right by renaming classes."""
    count = min(len(predicted), len(wanted))
    if not count:
        return False
    names = np.unique(predicted, return_inverse=True)[1]
    for part, right in ((names[:count], wanted[:count]), (names[-count:], wanted[-count:])):
        table = np.zeros((len(wanted), len(wanted)))
        np.add.at(table, (np.unique(part, return_inverse=True)[1], right), 1)
        if table[linear_sum_assignment(-table)].sum() >= SAME_PREDICTIONS * count:
            return True
    return False


def _by_own_functions(student: Student, loader: Loader, text_feats: Tensor) -> list[Any] | None:
    """Return what the functions of the tasks before give for a loader, batch by batch; None where they fail."""
    predicted: list[Any] = []
    for start in range(0, len(loader.labels), loader.batch_size):
        images = Tensor(loader.pixel_values[start : start + loader.batch_size])
        try:
            embeddings = student.call("get_image_embeddings", images)
            similarity = student.call("get_cosine_similarity", embeddings, text_feats)
            predicted += _entries(student.call("get_predictions", similarity))
        except StudentError:
            return None
    return predicted


def expect_images(embeddings: np.ndarray, reference: Expected, rows: np.ndarray) -> np.ndarray:
    """Return which test images some rows (n, D) of `all_img_emb` show, int64 (n,); how long rows are does not matter.

    Raises:
        Wrong: they do not show test images, or show some of them again and again.
    """
    images = images_shown(embeddings, reference, rows)
    if images is None or len(set(images.tolist())) <= (1 - MOST_REPEATED) * len(rows):
        raise Wrong(
            "the rows of `all_img_emb` are not embeddings of the test images, so nothing that is made of them counts"
        )
    return images


def images_shown(
    embeddings: np.ndarray, reference: Expected, rows: np.ndarray
) -> np.ndarray | None:
    """Return which test images some rows (n, D) are nearest to, int64 (n,); None if most of them show none."""
    some = embeddings[rows].astype(np.float32)
    some /= np.maximum(np.linalg.norm(some, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    similarity = some @ reference.image_embeddings().T
    return similarity.argmax(axis=1) if np.median(similarity.max(axis=1)) > 1 - SAME_IMAGE else None
