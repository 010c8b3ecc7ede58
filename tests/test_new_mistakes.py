"""The generator of mistakes: it makes what it says, and its questions tell right from wrong."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest
import torch

from autograder.audit.mutants import mutate_all
from autograder.audit.new_mistakes import Slips, WheatMutants, as_text
from autograder.audit.questions import Interview, Question, further_questions, smallest_set
from autograder.audit.slips import CHANGES, SIGNATURES, TABLE, WHEN, Slip, all_slips, slipping
from autograder.cli import main
from autograder.seam.wire import Tensor


def predictions(similarity: np.ndarray) -> np.ndarray:
    result: np.ndarray = np.asarray(similarity).argmax(axis=1)
    return result


def cosines(images: torch.Tensor, texts: torch.Tensor) -> np.ndarray:
    images, texts = (rows / rows.norm(dim=1, keepdim=True) for rows in (images, texts))
    result: np.ndarray = (images @ texts.T).numpy()
    return result


ONE = Question("get_predictions", (np.array([[1, 2, 3], [6, 5, 4]], np.float32),), "two_rows")
MANY = Question(
    "get_predictions",
    (np.random.default_rng(1).normal(size=(40, 5)).astype(np.float32),),
    "many",
    watched=True,
)
TIES = Question("get_predictions", (np.array([[1.0, 3, 3]]),), "ties")


@pytest.mark.parametrize(
    ("place", "change", "when", "shown"),
    [
        ("argument 0", "negated", "always", [True, True]),
        ("argument 0", "cut after 32 rows", "always", [False, True]),
        ("argument 0", "all zero", "with more than 16 rows", [False, True]),
        ("argument 0", "doubled", "always", [False, False]),
        ("answer 0", "one more", "from the second call on", [False, True]),
        ("answer 0", "as bytes", "always", [False, False]),
        ("answer 0", "as texts", "always", [True, True]),
        ("the caller's argument 0", "negated", "always", [False, True]),
        ("memory", "of one call for all", "always", [False, True]),
        ("memory", "by the number of rows", "always", [False, False]),
    ],
)
def test_a_slip_shows_where_it_changes_the_answer(
    place: str, change: str, when: str, shown: list[bool]
) -> None:
    interview = Interview("get_predictions", predictions, [ONE, MANY])
    assert interview.told_apart(Slip("get_predictions", place, change, when)) == shown


def test_of_equal_values_either_is_right() -> None:
    interview = Interview("get_predictions", predictions, [TIES])
    assert interview.answered_otherwise(lambda table: np.array([2])) == [False]
    assert interview.answered_otherwise(lambda table: np.array([0])) == [True]
    assert interview.answered_otherwise(lambda table: np.array([3])) == [True]
    assert interview.answered_otherwise(lambda table: [2]) == [True]


def test_half_precision_is_right_work_and_an_error_is_none() -> None:
    rng = np.random.default_rng(2)
    args = (Tensor(rng.normal(size=(3, 8)).astype(np.float32)),) * 2
    interview = Interview(
        "get_cosine_similarity", cosines, [Question("get_cosine_similarity", args, "one")]
    )

    def half(images: torch.Tensor, texts: torch.Tensor) -> np.ndarray:
        return cosines(images, texts).astype(np.float16)

    def fails(images: torch.Tensor, texts: torch.Tensor) -> np.ndarray:
        raise ValueError

    assert interview.answered_otherwise(half) == [False]
    assert interview.answered_otherwise(fails) == [True]
    assert interview.answered_otherwise(lambda a, b: cosines(a, b).T + 0.02) == [True]


@pytest.mark.parametrize("function", SIGNATURES)
def test_every_function_has_thousands_of_slips_or_hundreds(function: str) -> None:
    slips = list(all_slips(function))
    assert len(set(slips)) == len(slips) > 500
    assert len({str(slip) for slip in slips}) == len(slips)


def test_every_slip_of_a_table_can_be_made() -> None:
    """A change that always raises would show by any question and say nothing of it."""
    table = np.random.default_rng(3).normal(size=(12, 12)).astype(np.float32)
    for change in CHANGES[TABLE].values():
        assert isinstance(change(table.copy()), np.ndarray)
    for when in WHEN.values():
        assert when((table,), 0) in (True, False)
        assert when((torch.from_numpy(table), torch.from_numpy(table)), 1) in (True, False)


def test_a_slip_leaves_the_right_function_and_its_arguments_alone() -> None:
    table = np.array([[1, 2], [4, 3]], np.float32)
    slip = Slip("get_predictions", "argument 0", "with the first column zero", "always")
    assert slipping(predictions, slip)(table).tolist() == [1, 1]
    assert table.tolist() == [[1, 2], [4, 3]]
    assert predictions(table).tolist() == [1, 0]


def test_few_questions_show_what_all_show() -> None:
    told = np.array(
        [
            [True, False, False, True],
            [True, False, True, False],
            [False, True, False, False],
            [False, False, False, False],
        ]
    )
    assert smallest_set(told) == [0, 1]


def test_further_questions_are_answered_and_differ() -> None:
    questions = list(further_questions(None, "get_predictions", np.random.default_rng(4), 60))  # type: ignore[arg-type]
    shapes = {question.args[0].shape for question in questions}
    assert len(shapes) > 30
    interview = Interview("get_predictions", predictions, questions)
    assert not any(interview.answered_otherwise(predictions))


def test_a_students_whole_source_is_mutated() -> None:
    source = "def get_predictions(similarity):\n    return similarity.argmax(axis=1)\n"
    assert "def get_predictions(similarity):\n    return similarity.argmin(axis=1)\n" in set(
        mutate_all(source)
    )


def test_what_was_found_is_told() -> None:
    slip = Slip("get_predictions", "answer 0", "one more", "with one column")
    found = Slips("get_predictions", [ONE, MANY], [MANY], 10, 7, [(slip, ONE)])
    assert found.same == 2
    text = as_text([found], [WheatMutants("similarity", 5, 4, 1, [])])
    assert "get_predictions                     2       1      10       7       2        1" in text
    assert (
        "survives: answer 0 one more, with one column (a wrong answer to two_rows(2 × 3))" in text
    )
    assert "similarity                                          5       4       1        0" in text


@pytest.mark.kernel
def test_the_command_lists_what_was_made() -> None:
    command = [
        sys.executable,
        "-m",
        "autograder.cli",
        "audit",
        "--new-mistakes",
        "40",
        "--only",
        "predictions/small_int",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    made = re.search(r"^predictions +(\d+) +(\d+) +(\d+) +(\d+)$", done.stdout, re.MULTILINE)
    assert made is not None, done.stdout
    tried, caught, same, survive = map(int, made.groups())
    assert tried == caught + same + survive >= 3
    assert caught >= 2


def test_a_function_that_nobody_knows_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--new-mistakes", "--only", "no_such_thing"]) == 1
    assert "no function and no right variant has 'no_such_thing'" in capsys.readouterr().err
