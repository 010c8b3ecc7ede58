"""Accuracies that a student reports, against those that the grader computes itself."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.assignments.assignment_2.checks.tolerances import (
    MOST_CLOSE,
    MOST_TIED,
    ROUNDED_REPORT,
)
from autograder.checks.expect import Wrong, expect, expect_accuracy
from autograder.clip.reference import LONGEST_TEXT
from autograder.seam.student import Student, StudentError
from autograder.seam.wire import Tensor

if TYPE_CHECKING:
    from autograder.clip.expected import Expected, Hits


_HALVES = ("float16", "bfloat16")
_QUOTED = 60
"""Characters of a prompt that a message repeats."""
_WHOLE = 10_000
_QUICK = "globals().get('images_to_measure')"
"""Which the notebook's own quick mode sets."""


def fetch_figure(student: Student, name: str) -> Any:
    """Return what was measured over the test images.

    Raises:
        StudentError: it is not there.
        Wrong: the notebook was left in quick mode, so that it is of a few images.
    """
    value = student.fetch(name)
    images = student.fetch(_QUICK)
    expect(
        not isinstance(images, int) or images >= _WHOLE,
        f"`QUICK` is on, so `{name}` was measured on the first {images} images, and is no final figure: set `QUICK`"
        " to `False` at the end of Section 1",
        "subset-as-whole",
    )
    return value


def expect_reported(value: Any, hits: Hits, what: str, student: Student | None = None) -> None:
    """Raise `Wrong` unless a reported accuracy is what the grader computes.

    Args:
        value: what the student reports.
        hits: the images that the grader's own run gets right, and those whose verdict a rounding error could turn.
        what: what is reported, for the message.
        student: where it comes from: work in half precision, which is right work, gives another figure.
    """
    reported, wanted = expect_accuracy(value, what), float(hits.right.mean())
    expect_share_of(len(hits.right), reported, what)
    tied = float((hits.right != hits.right_backwards).mean())
    tolerance = min(float(hits.close.mean()), MOST_CLOSE) + min(tied, MOST_TIED) + ROUNDED_REPORT
    # Of classes whose texts are read alike a maximum names the first, the end of a sorted row the last.
    if min(abs(reported - wanted), abs(reported - hits.right_backwards.mean())) <= tolerance:
        return
    if student is not None and any(
        abs(reported - share) <= MOST_CLOSE + ROUNDED_REPORT
        for dtype in half_precisions(student)
        for share in (wanted, hits.rounded(dtype))
    ):
        return
    seen = f"{what} is {reported:.4f}, but these inputs give {wanted:.4f}"
    raise Wrong(f"{seen}: over all 10,000 test images, with what the notebook holds now")


def half_precisions(student: Student) -> set[str]:
    """Return which kinds of half precision a notebook works in: "float16", "bfloat16", both or none.

    It works in one where its model does, or where its embeddings or its cosines come in it or hold nothing but
    numbers of that kind.
    """
    rows = np.random.default_rng(0).normal(size=(6, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    images, texts = Tensor(rows[:3]), Tensor(rows[3:])
    found = set()
    for ask in (
        lambda: student.fetch("next(clip_model.parameters())[:0]"),
        lambda: student.call("get_text_embeddings", ["a red scarf", "a hat"]),
        lambda: student.call("get_cosine_similarity", images, texts),
    ):
        with suppress(StudentError):
            found.add(_half_precision(ask()))
    return found - {""}


def _half_precision(value: Any) -> str:
    if isinstance(value, Tensor) and value.dtype in _HALVES:
        return value.dtype
    array = value.array if isinstance(value, Tensor) else value
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f" or not array.size:
        return ""
    single = array.astype(np.float32)
    if len(np.unique(single)) <= single.size / 2:  # zeros and ones are numbers of every kind
        return ""
    # bfloat16 is the first half of float32; most of its numbers float16 has as well.
    if not (single.view(np.uint32) & 0xFFFF).any():
        return "bfloat16"
    return "float16" if (single == single.astype(np.float16)).all() else ""


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


def expect_read_whole(texts: Sequence[str], reference: Expected, name: str) -> None:
    """Raise `Wrong` if a text is longer than the model reads."""
    for text in texts:
        if reference.reads_whole(text):
            continue
        size = (
            f"{len(text):,} characters"
            if len(text) > LONGEST_TEXT
            else f"{len(reference.read([text])[0])} tokens"
        )
        raise Wrong(
            f"`{name}` holds a prompt of {size}, {text[:_QUOTED]!r}…; the model reads"
            f" {reference.reference.most_tokens} tokens at most",
            "prompt-too-long",
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
