"""Accuracies that a student reports, against those that the grader computes itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.checks.expect import Wrong, expect, expect_accuracy
from autograder.checks.tolerances import ROUNDED_REPORT

if TYPE_CHECKING:
    from autograder.expected import Expected
    from autograder.student import Student


def expect_reported(value: Any, hits: np.ndarray, close: np.ndarray, what: str) -> None:
    """Raise `Wrong` unless a reported accuracy is what the grader computes.

    Args:
        value: what the student reports.
        hits: bool (N,), the images that the grader's own run gets right.
        close: bool (N,), the images whose verdict a rounding error could turn.
        what: what is reported, for the message.
    """
    reported, wanted = expect_accuracy(value, what), float(hits.mean())
    expect_share_of(len(hits), reported, what)
    if abs(reported - wanted) <= close.mean() + ROUNDED_REPORT:
        return
    seen = f"{what} is {reported:.4f}, but these inputs give {wanted:.4f}"
    raise Wrong(f"{seen}: over all 10,000 test images, with what the notebook holds now")


def expect_share_of(images: int, reported: float, what: str) -> None:
    """Raise `Wrong` unless a number is the share of a whole number of images, up to rounding in half precision.

    A mean of the accuracies of batches of unlike sizes is none, nor is the accuracy on some 300 of them, however
    near it may be.
    """
    right = reported * images
    # Double precision, or single: a share of 10,000 images is off by some 1e-8 there.
    whole = abs(right - round(right)) < 0.01
    expect(
        whole or reported == float(np.float16(reported)),
        f"{what} is {reported:.6f}, which no number of right answers among {images:,} images gives: {right:,.2f}"
        " of them would be right",
    )


def expect_class_names_kept(student: Student, reference: Expected) -> None:
    """Raise `Wrong` if `CLASS_NAMES` is no longer what Section 1 gave."""
    names = student.fetch("list(CLASS_NAMES)")
    expect(
        names == list(reference.class_names),
        "`CLASS_NAMES` was changed, so every later cell that uses it means something else;"
        " give your prompts a name of their own",
        "class-names-overwritten",
    )
