"""The smallest failing example of a mistake that has no name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.diagnosis.evidence import MAX_CALLS_OF_AN_EXAMPLE, MAX_FURTHER_CALLS
from autograder.feedback.examples import example_lines
from autograder.judging.exercise import judge
from autograder.seam.student import ProbedStudent, StudentError, in_process
from autograder.verdicts import Judgement

ODD = """
def get_predictions(similarity):
    best = similarity.argmax(axis=1)
    best[0] = (best[0] + 1) % similarity.shape[1]
    return best
"""
CROOKED = """
def get_cosine_similarity(a, b):
    table = torch.nn.functional.normalize(a) @ torch.nn.functional.normalize(b).T
    return (9 * table).sin().numpy()
"""


def student(text: str) -> ProbedStudent:
    namespace: dict[str, Any] = {"np": np, "torch": torch}
    exec(text, namespace)
    return in_process(namespace, {})


def judged(cell: str, who: ProbedStudent, seed: int = 1) -> Judgement:
    return judge(ASSIGNMENT_2, cell, who, None, seed)  # type: ignore[arg-type]


def examples(judgement: Judgement) -> list[Any]:
    return [verdict.example for verdict in judgement.verdicts if verdict.example is not None]


def test_an_unknown_mistake_is_called_unknown_and_shown_on_one_row():
    for seed in range(20):
        judgement = judged("check_predictions", student(ODD), seed)
        unknown = [verdict for verdict in judgement.verdicts if verdict.unknown]
        assert unknown
        example = unknown[0].example
        (table,) = example.arguments
        assert table.shape == (1, 2)
        assert example.got.tolist() != example.expected.tolist()
        assert example.expected.tolist() == table.argmax(axis=1).tolist()


def test_an_example_fails_by_itself():
    (table,) = examples(judged("check_predictions", student(ODD)))[0].arguments
    assert student(ODD).call("get_predictions", table).tolist() != table.argmax(axis=1).tolist()


def test_images_texts_and_coordinates_are_cut():
    example = examples(judged("check_similarity", student(CROOKED)))[0]
    images, texts = example.arguments
    assert images.array.shape == texts.array.shape == (1, 2)


def test_a_mistake_that_needs_two_rows_keeps_two():
    text = (
        "def get_predictions(s):\n    best = s.argmax(axis=1)\n"
        "    if len(s) > 1:\n        best[-1] = s[-1].argsort()[-2]\n    return best"
    )
    example = examples(judged("check_predictions", student(text), seed=4))[0]
    assert len(example.arguments[0]) == 2


def test_what_the_code_raises_is_shown_too():
    text = "def get_predictions(s): return {}['best']"
    judgement = judged("check_predictions", student(text))
    assert all(verdict.unknown for verdict in judgement.verdicts)
    example = examples(judgement)[0]
    assert "raised KeyError" in example.raised
    assert example.arguments[0].shape == (1, 2)


@pytest.mark.parametrize("text", ["", "def get_predictions(s): raise NotImplementedError('Task')"])
def test_work_that_is_not_there_is_no_mistake(text):
    judgement = judged("check_predictions", student(text))
    assert not any(verdict.unknown or verdict.misconception for verdict in judgement.verdicts)
    assert examples(judgement) == []


def test_the_same_seed_gives_the_same_example():
    first, again = (
        example_lines(examples(judged("check_predictions", student(ODD), 9))[0]) for _ in "ab"
    )
    assert first == again


class Slow(ProbedStudent):
    """Answers wrongly a few times, and then does not end any more."""

    def __init__(self) -> None:
        self.calls = 0

    def call(self, name: str, *args: Any) -> Any:
        self.calls += 1
        if self.calls > 6:
            raise StudentError("your code did not end within 120 seconds")
        return np.roll(args[0].argmax(axis=1), 1) * 0 + 1


def test_code_that_hangs_is_not_called_again():
    who = Slow()
    judged("check_predictions", who)
    assert who.calls <= 7


class Counting(ProbedStudent):
    """Wrong in a way that cannot be cut down."""

    def __init__(self) -> None:
        self.calls = 0

    def call(self, name: str, *args: Any) -> Any:
        self.calls += 1
        table = args[0]
        wrong = table.argsort(axis=1)[:, -2]
        return wrong if len(table) > 3 else table.argmax(axis=1)


def test_the_number_of_calls_is_bounded():
    who = Counting()
    assert examples(judged("check_predictions", who))[0].arguments[0].shape[0] > 3
    assert who.calls <= 5 + MAX_FURTHER_CALLS + MAX_CALLS_OF_AN_EXAMPLE


def test_an_example_is_told_in_three_lines():
    lines = example_lines(examples(judged("check_predictions", student(ODD)))[0])
    assert lines[0].startswith("get_predictions([[")
    assert lines[1].startswith("gives [")
    assert lines[2].startswith("expected [")


def test_large_arrays_and_foreign_objects_are_told_shortly():
    from autograder.diagnosis.smallest import Example
    from autograder.seam.wire import Loader, Opaque, Tensor

    loader = Loader(np.zeros((2, 3, 4, 4), np.float32), np.array([1, 2]), 2)
    example = Example("f", (loader, Tensor(np.zeros((9, 9)))), Opaque("Odd"), "x" * 1000)
    call, got, wanted = example_lines(example)
    assert "2 images, batches of 2, labels [1, 2]" in call
    assert "9 × 9 numbers" in call
    assert got == "gives <Odd>"
    assert len(wanted) < 320
