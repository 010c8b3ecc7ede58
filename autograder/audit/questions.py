"""What checks ask a student's functions, and which mistakes each question tells from right work."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.random import Generator

from autograder.assignments.assignment_2 import ASSIGNMENT
from autograder.assignments.assignment_2.checks.test_embeddings import draw_texts
from autograder.assignments.assignment_2.checks.test_loop import draw_problem
from autograder.assignments.assignment_2.checks.test_predictions import (
    draw_narrow,
    draw_similarity,
    draw_unbalanced,
)
from autograder.assignments.assignment_2.checks.test_similarity import draw_rows
from autograder.audit.bench import Bench, quiet
from autograder.audit.slips import SIGNATURES, Slip, slipping
from autograder.audit.transplant import EXERCISES
from autograder.checks.tolerances import HALF_PRECISION
from autograder.judging.exercise import Subject, judge_many
from autograder.seam import probe
from autograder.seam.student import Student
from autograder.seam.wire import Loader, Tensor, pack

_CHOOSES_COLUMNS = ("get_predictions", "get_top_k_predictions")
"""Functions whose answers name columns of their first argument; of columns that are equal either is right."""


@dataclass(frozen=True, eq=False)
class Question:
    """A call of one function that a check makes.

    Attributes:
        function: its name.
        args: what it is called with, as `Student.call` takes it.
        asked_by: the check.
        watched: whether what the call changes counts.
    """

    function: str
    args: tuple[Any, ...]
    asked_by: str
    watched: bool = False

    @cached_property
    def values(self) -> list[Any]:
        """The arguments as a student's function gets them."""
        message = pack({"args": list(self.args)})
        values: list[Any] = probe.tree_of(message.text, message.archive)["args"]
        return values

    def __str__(self) -> str:
        """Such as "values_are_cosines(130 × 24, 10 × 24)"."""
        return f"{self.asked_by}({', '.join(map(_sized, self.args))})"


def _sized(value: Any) -> str:
    match value:
        case Tensor():
            return _sized(value.array)
        case np.ndarray():
            return " × ".join(map(str, value.shape))
        case Loader():
            return f"{len(value.labels)} images by {value.batch_size}{', shuffled' if value.shuffle else ''}"
        case list():
            return f"{len(value)} texts"
        case _:
            return str(value)


class _Recorder:
    """A `Student` that notes what it is asked, and passes it on."""

    def __init__(self, student: Student) -> None:
        self._student = student
        self.questions: list[Question] = []

    def call(self, name: str, *args: Any) -> Any:
        """See `Student.call`."""
        self._note(name, args, watched=False)
        return self._student.call(name, *args)

    def count_calls(
        self, name: str, *args: Any, of: Sequence[str]
    ) -> tuple[Any, Mapping[str, int]]:
        """See `Student.count_calls`."""
        self._note(name, args, watched=False)
        return self._student.count_calls(name, *args, of=of)

    def call_watched(
        self, name: str, *args: Any, watch: Sequence[str] = ()
    ) -> tuple[Any, Sequence[int | str]]:
        """See `Student.call_watched`."""
        self._note(name, args, watched=True)
        return self._student.call_watched(name, *args, watch=watch)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._student, name)

    def _note(self, name: str, args: tuple[Any, ...], *, watched: bool) -> None:
        test = os.environ.get("PYTEST_CURRENT_TEST", "").split("::")[-1].split(" ")[0]
        self.questions.append(Question(name, args, test.removeprefix("test_"), watched))


def questions_of(bench: Bench, exercise: str, seed: int) -> list[Question]:
    """Return what an exercise's checks ask the reference solution's functions, in order."""
    bench.run([(cell, bench.solved[cell]) for cell in EXERCISES[exercise].cells])
    recorder = _Recorder(bench.student())
    with quiet():
        judge_many(
            ASSIGNMENT,
            EXERCISES[exercise].check,
            [Subject(recorder, seed)],
            bench.reference,
            named=0,
        )
    return [q for q in recorder.questions if q.function in SIGNATURES]


class Interview:
    """Asks a function the same questions again and again, right and with slips."""

    def __init__(
        self, function: str, right: Callable[..., Any], questions: Sequence[Question]
    ) -> None:
        """Ask the right function.

        Args:
            function: its name; questions to others are left out.
            right: the function itself, among whose globals everything that it uses is.
            questions: in the order in which checks ask them.
        """
        self.questions = [q for q in questions if q.function == function]
        self._right = right
        self._answers = [_answer(right, question) for question in self.questions]

    def told_apart(self, slip: Slip) -> list[bool]:
        """Return by which questions a slip shows, in their order."""
        return self.answered_otherwise(slipping(self._right, slip))

    def answered_otherwise(self, function: Callable[..., Any]) -> list[bool]:
        """Return which questions another function answers wrongly, in their order."""
        return [
            not _is_right(question, right, _answer(function, question))
            for question, right in zip(self.questions, self._answers, strict=True)
        ]


@dataclass(frozen=True)
class _Answer:
    """What a function gives, with tensors as `Tensor`, and whether its arguments are no longer what they were."""

    value: Any
    has_changed: bool


def _answer(function: Callable[..., Any], question: Question) -> _Answer | None:
    """Return what a function gives for a question; None for an error.

    It is called without the wire in between: a thousand slips are asked a dozen questions each.
    """
    args = copy.deepcopy(question.values)
    with quiet(), np.errstate(all="ignore"), torch.no_grad():
        try:
            value = function(*args)
        except Exception:
            return None
    changed = question.watched and not all(map(_untouched, question.values, args))
    return _Answer(_plain(value), changed)


def _untouched(before: Any, after: Any) -> bool:
    if isinstance(before, torch.Tensor):
        return torch.equal(before, after)
    if isinstance(before, np.ndarray):
        return np.array_equal(before, after)
    return not isinstance(before, (list, int)) or bool(before == after)


def _plain(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return Tensor(value.detach().numpy())
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def _is_right(question: Question, right: _Answer | None, answer: _Answer | None) -> bool:
    if answer is None or right is None:
        return answer is right
    value, expected = answer.value, right.value
    if answer.has_changed:
        return False
    if isinstance(expected, tuple):
        return (
            isinstance(value, tuple)
            and len(value) == len(expected)
            and _are_pairs(question, expected, value)
        )
    if question.function in _CHOOSES_COLUMNS and np.shape(expected) == np.shape(value):
        return _chooses_alike(question.args[0], expected, value)
    return _same(expected, value)


def _are_pairs(question: Question, expected: tuple[Any, ...], value: tuple[Any, ...]) -> bool:
    """Return whether labels and predictions are right; a shuffled loader's may come in any order, in step."""
    if not all(
        isinstance(part, np.ndarray) and _same(part.shape, wanted.shape) and part.dtype.kind in "iu"
        for part, wanted in zip(value, expected, strict=True)
    ):
        return False
    if question.args[0].shuffle:
        return sorted(zip(*map(np.ndarray.tolist, value), strict=True)) == sorted(
            zip(*map(np.ndarray.tolist, expected), strict=True)
        )
    return all(map(_same, expected, value))


def _chooses_alike(table: np.ndarray, expected: np.ndarray, value: Any) -> bool:
    if not (isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.size):
        return _same(expected, value)
    if value.min() < 0 or value.max() >= table.shape[1]:
        return False
    if value.ndim == 2 and any(len(set(row)) < len(row) for row in value.tolist()):
        return False
    chosen, best = (
        np.take_along_axis(table, columns.reshape(len(table), -1).astype(np.int64), axis=1)
        for columns in (value, expected)
    )
    return bool((chosen == best).all())


def _same(expected: Any, value: Any) -> bool:
    if isinstance(expected, Tensor):
        return isinstance(value, Tensor) and _same(expected.array, value.array)
    if isinstance(expected, np.ndarray):
        if not (isinstance(value, np.ndarray) and value.shape == expected.shape):
            return False
        if expected.dtype.kind == "f":
            return value.dtype.kind == "f" and bool(
                (np.abs(value.astype(np.float64) - expected) <= HALF_PRECISION).all()
            )
        return value.dtype.kind in "iu" and bool((value == expected).all())
    if isinstance(expected, float):
        return isinstance(value, (int, float)) and abs(value - expected) <= HALF_PRECISION**2
    return bool(expected == value)


def smallest_set(told: np.ndarray) -> list[int]:
    """Return few questions by which all mistakes show that show by any, as column numbers in order.

    Chosen is again and again the question that most of the rest show by, then every one is left out again that the
    others make needless: the greedy set cover, within ln(mistakes) of the smallest (Chvátal 1979,
    doi:10.1287/moor.4.3.233).

    Args:
        told: bool (mistakes, questions).
    """
    rest = told[told.any(axis=1)]
    chosen: list[int] = []
    while len(rest):
        best = int(rest.sum(axis=0).argmax())
        chosen.append(best)
        rest = rest[~rest[:, best]]
    every = told.any(axis=1)
    for column in list(chosen):
        others = [c for c in chosen if c != column]
        if (told[:, others].any(axis=1) == every).all():
            chosen = others
    return sorted(chosen)


_SIZES = (1, 1, 2, 3, 5, 7, 9, 10, 11, 15, 16, 17, 31, 32, 33, 63, 65, 99, 101, 127, 129, 200, 1000)
_WIDTHS = (1, 2, 3, 5, 9, 10, 10, 10, 11, 16, 20, 24)


def further_questions(
    bench: Bench, function: str, rng: Generator, count: int
) -> Iterator[Question]:
    """Yield questions that no check asks, of all sizes that a student might ask.

    Args:
        bench: where pictures, texts and their embeddings come from.
        function: whose.
        rng: draws them.
        count: how many.
    """
    for _ in range(count):
        yield Question(function, _drawn(bench, function, rng), "further", watched=True)


def _drawn(bench: Bench, function: str, rng: Generator) -> tuple[Any, ...]:
    rows, width = int(rng.choice(_SIZES)), int(rng.choice(_WIDTHS))
    draw = (draw_similarity, draw_narrow, draw_unbalanced)[int(rng.integers(3 if width > 1 else 1))]
    less = float(rng.choice((0, 0, 0, 2)))  # below zero throughout
    match function:
        case "get_text_embeddings":
            names = list(map(str, rng.permutation(bench.reference.class_names)))
            return (
                draw_texts(rng, 6)[: int(rng.integers(1, 7))] + names[: int(rng.integers(0, 8))],
            )
        case "get_image_embeddings":
            chosen = rng.choice(10_000, size=min(rows, 130), replace=False)
            return (Tensor(bench.reference.pixel_values(chosen)),)
        case "get_cosine_similarity":
            length = float(rng.choice([0.05, 1.0, 1.0, 1.0, 30.0]))
            depth = int(rng.choice((2, 16, 24, 64)))
            dtype = str(rng.choice(["float32", "float32", "float64"]))
            return tuple(
                Tensor((length * draw_rows(rng, n, depth)).astype(dtype)) for n in (rows, width)
            )
        case "get_predictions":
            return (draw(rng, rows, width) - np.float32(less),)
        case "run_zero_shot":
            size = int(rng.choice((1, 2, 5, 8, 16)))
            count = int(rng.integers(1, 4 * size + 2))
            loader, texts, _ = draw_problem(bench.reference, rng, min(count, 40), size)
            return (loader, texts)
        case "get_multi_prompt_predictions":
            owner = rng.permutation(np.repeat(np.arange(10), rng.integers(1, 4, size=10)))
            return (draw(rng, rows, len(owner)) - np.float32(less), owner)
        case "get_top_k_predictions":
            return (draw(rng, rows, width) - np.float32(less), int(rng.integers(1, width + 1)))
        case _:
            k = int(rng.integers(1, 10))
            guesses = np.stack([rng.permutation(10)[:k] for _ in range(rows)])
            return (rng.integers(0, 10, size=rows), guesses)
