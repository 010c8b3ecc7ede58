"""Judging: points, hints, seeds and verdicts; the checks themselves run against functions in this process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch

from autograder.assignment import checks_module, is_judged, judged_cells
from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.judging import exercise as judging
from autograder.judging.exercise import Subject, judge, judge_many
from autograder.seam.student import ProbedStudent, StudentError, in_process
from autograder.verdicts import CheckInfo, Judgement, Status, Verdict
from tests.misconceptions_bench import CODE_OF_SOLUTIONS

POINTS = {
    "check_setup": 2,
    "check_loading": 6,
    "check_embeddings": 9,
    "check_similarity": 6,
    "check_predictions": 5,
    "check_loop": 6,
    "check_baseline": 4,
    "check_prompts": 6,
    "check_umap": 6,
    "check_experiment": 10,
}


def student(text: str, **names: Any) -> ProbedStudent:
    namespace: dict[str, Any] = {"np": np, "torch": torch, **names}
    exec(text, namespace)
    return in_process(namespace, {})


def judged(cell: str, who: Any, seed: int = 1) -> Judgement:
    return judge(ASSIGNMENT_2, cell, who, None, seed)  # type: ignore[arg-type]


def messages(judgement: Judgement) -> str:
    return " | ".join(verdict.message for verdict in judgement.verdicts)


RIGHT_SIMILARITY = """
def get_cosine_similarity(a, b):
    a, b = (x / x.norm(dim=-1, keepdim=True) for x in (a, b))
    return (a @ b.T).numpy()
"""
RIGHT_PREDICTIONS = "def get_predictions(similarity): return np.argmax(similarity, axis=1)"


# --- what the checks say of themselves ---------------------------------------------------------------


def test_every_graded_cell_is_worth_what_the_assignment_says():
    assert {
        cell: judging.exercise_points(ASSIGNMENT_2, cell) for cell in judged_cells(ASSIGNMENT_2)
    } == POINTS
    assert sum(POINTS.values()) == 60


@pytest.mark.parametrize("cell", sorted(POINTS))
def test_every_check_describes_itself(cell):
    checks = judging.exercise_checks(ASSIGNMENT_2, cell)
    assert len({check.name for check in checks}) == len(checks) > 0
    assert len({check.title for check in checks}) == len(checks)
    for check in checks:
        assert check.title.strip()
        assert check.points >= 0
        assert check.bonus >= 0
        assert check.points or check.bonus
        assert check.hint.endswith((".", "?"))
        assert check.experiment in (None, "A", "B", "C")
        assert (check.experiment is None) or cell == "check_experiment"


@pytest.mark.parametrize("cell", sorted(POINTS))
def test_no_hint_holds_code_of_the_solution(cell):
    for check in judging.exercise_checks(ASSIGNMENT_2, cell):
        assert not CODE_OF_SOLUTIONS.search(f"{check.title} {check.hint}"), check.name


def test_a_cell_is_judged_by_the_module_of_its_name():
    for cell in POINTS:
        assert is_judged(ASSIGNMENT_2, cell)
        assert checks_module(ASSIGNMENT_2, cell).name == f"test_{cell.removeprefix('check_')}.py"


@pytest.mark.parametrize(
    "cell", ["", "check_", "similarity", "check_nothing", "test_similarity", "check_../test_wire"]
)
def test_other_cells_are_not_judged(cell):
    assert not is_judged(ASSIGNMENT_2, cell)
    with pytest.raises(KeyError):
        checks_module(ASSIGNMENT_2, cell)
    with pytest.raises(KeyError):
        judged(cell, student(""))


# --- right and wrong work ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text"),
    [("check_similarity", RIGHT_SIMILARITY), ("check_predictions", RIGHT_PREDICTIONS)],
)
def test_right_work_earns_everything(cell, text):
    seed = 2**64 - 1
    judgement = judged(cell, student(text), seed)
    assert (judgement.earned, judgement.points) == (POINTS[cell], POINTS[cell])
    assert messages(judgement).strip(" |") == ""
    assert judgement.needs_person is None
    assert judgement.seed == seed
    assert tuple(v.check for v in judgement.verdicts) == judging.exercise_checks(ASSIGNMENT_2, cell)


@pytest.mark.parametrize(
    ("text", "points", "message"),
    [
        ("def get_cosine_similarity(a, b): return (a @ b.T).numpy()", 5, "is not the cosine"),
        (
            RIGHT_SIMILARITY.replace("a @ b.T", "b @ a.T"),
            0,
            "has shape (3, 7), expected (7, 3)",
        ),
        (RIGHT_SIMILARITY.replace(".numpy()", ""), 0, "is a torch tensor, expected a NumPy array"),
        ("def get_cosine_similarity(a, b): pass", 0, "is None (is a `return` missing?)"),
        (
            "def get_cosine_similarity(a, b): return np.full((len(a), len(b)), 'x')",
            2,
            "expected real numbers",
        ),
        (
            "def get_cosine_similarity(a, b): return np.full((len(a), len(b)), np.nan)",
            2,
            "holds NaN",
        ),
        ("", 0, "`get_cosine_similarity` is not defined"),
        (
            "def get_cosine_similarity(a, b): raise NotImplementedError('Task 2.3: x')",
            0,
            "Task 2.3",
        ),
    ],
)
def test_wrong_similarities_are_named(text, points, message):
    judgement = judged("check_similarity", student(text))
    assert judgement.earned == points
    assert message in messages(judgement)
    assert judgement.needs_person is None


@pytest.mark.parametrize(
    ("text", "points", "message"),
    [
        ("def get_predictions(s): return np.argmax(s, axis=0)", 0, "has shape (6,), expected (9,)"),
        ("def get_predictions(s): return np.argmin(s, axis=1)", 1, "class that is not the most"),
        ("def get_predictions(s): return np.max(s, axis=1)", 0, "has dtype float32"),
        ("def get_predictions(s): return s.argmax(axis=1)[:, None]", 0, "has shape (9, 1)"),
        ("def get_predictions(s): return s.argmax(axis=1).tolist()", 0, "is a list"),
        ("def get_predictions(s): return int(s.argmax())", 0, "is an int"),
        ("def get_predictions(s): raise SystemExit", 0, "raised SystemExit"),
        ("def get_predictions(s): return fixed.argmax(axis=1)", 0, "has shape (16,)"),
        (
            "def get_predictions(s): return s.argmax(axis=1) if len(s) > 1 else s.argmax()",
            4,
            "the result for a single image is an int",
        ),
    ],
)
def test_wrong_predictions_are_named(text, points, message):
    who = student(text, fixed=np.eye(16, 10))
    judgement = judged("check_predictions", who, seed=3)
    assert judgement.earned == points
    assert message in messages(judgement)


class Recording(ProbedStudent):
    """Keeps the arrays that a check sends."""

    def __init__(self) -> None:
        self.seen: list[np.ndarray] = []

    def call(self, name: str, *args: Any) -> Any:
        self.seen += args
        return args[0].argmax(axis=1)

    def call_watched(
        self, name: str, *args: Any, watch: Sequence[str] = ()
    ) -> tuple[Any, list[int]]:
        return self.call(name, *args), []


def test_the_same_seed_gives_the_same_inputs_and_another_seed_others():
    first, again, other = Recording(), Recording(), Recording()
    for who, seed in ((first, 5), (again, 5), (other, 6)):
        judged("check_predictions", who, seed)
    assert all(np.array_equal(a, b) for a, b in zip(first.seen, again.seen, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first.seen, other.seen, strict=True))


# --- the experiment ----------------------------------------------------------------------------------


def test_an_experiment_of_ones_own_is_graded_by_hand():
    judgement = judged("check_experiment", student("experiment = 'D'"))
    assert judgement.verdicts == ()
    assert judgement.needs_person == "an experiment of the student's own"


@pytest.mark.parametrize("text", ["", "experiment = 'Z'", "experiment = ['D']", "experiment = 4"])
def test_an_unreadable_choice_is_judged_and_told(text):
    judgement = judged("check_experiment", student(text))
    assert judgement.verdicts[0].status is Status.FAILED
    assert "`experiment` is" in judgement.verdicts[0].message
    assert {v.check.experiment for v in judgement.verdicts} == {None, "A"}
    assert judgement.points == 10


def test_only_the_checks_of_the_chosen_experiment_run():
    text = (
        "experiment = 'C'\n"
        "def get_top_k_predictions(s, k): return np.argsort(s, axis=1)[:, -k:]\n"
        "def top_k_accuracy(y, top): return float(np.isin(y, top).mean())"
    )
    judgement = judged("check_experiment", student(text))
    assert {v.check.experiment for v in judgement.verdicts} == {None, "C"}
    said = messages(judgement)
    assert "the right classes in the wrong order" in said
    assert "among the guesses of all images" in said


# --- many at once ------------------------------------------------------------------------------------

WRONG_PREDICTIONS = "def get_predictions(s): return s.argmin(axis=1)"


def test_many_are_judged_as_each_alone():
    subjects = [
        Subject(student(text), seed)
        for text in (RIGHT_PREDICTIONS, WRONG_PREDICTIONS, "")
        for seed in (3, 4)
    ]
    together = judge_many(ASSIGNMENT_2, "check_predictions", subjects, None)  # type: ignore[arg-type]
    alone = tuple(judged("check_predictions", s.student, s.seed) for s in subjects)
    assert together == alone
    assert [judgement.earned for judgement in together] == [
        5,
        5,
        together[2].earned,
        together[3].earned,
        0,
        0,
    ]
    assert together[2].earned < 5


def test_of_many_experiments_each_gets_its_own_checks():
    who = [student(f"experiment = {letter!r}") for letter in "DCAB"]
    found = judge_many(ASSIGNMENT_2, "check_experiment", [Subject(w, 1) for w in who], None)  # type: ignore[arg-type]
    letters = [{v.check.experiment for v in judgement.verdicts} - {None} for judgement in found]
    assert letters == [set(), {"C"}, {"A"}, {"B"}]
    assert found[0].needs_person == "an experiment of the student's own"


def test_none_at_all_are_judged():
    assert judge_many(ASSIGNMENT_2, "check_predictions", [], None) == ()  # type: ignore[arg-type]


def test_pytest_starts_once_for_an_exercise_however_much_is_judged(monkeypatch):
    judging.collected_checks.cache_clear()
    started = []
    main = pytest.main
    monkeypatch.setattr(pytest, "main", lambda *a, **k: started.append(1) or main(*a, **k))
    who = student(RIGHT_PREDICTIONS)
    judge_many(ASSIGNMENT_2, "check_predictions", [Subject(who, seed) for seed in range(40)], None)  # type: ignore[arg-type]
    judged("check_predictions", who)
    assert len(started) == 1


def test_names_are_looked_for_as_far_as_asked():
    subjects = [Subject(student(WRONG_PREDICTIONS), seed) for seed in (3, 4)]
    first, second = judge_many(ASSIGNMENT_2, "check_predictions", subjects, None, named=1)  # type: ignore[arg-type]
    assert [v.status for v in first.verdicts] == [v.status for v in second.verdicts]
    assert {v.misconception for v in first.verdicts if v.status is Status.FAILED} == {"argmin"}
    assert {v.misconception for v in second.verdicts} == {None}


# --- the names of mistakes ---------------------------------------------------------------------------


def test_a_failed_check_says_which_mistake_it_was():
    verdicts = judged("check_predictions", student(WRONG_PREDICTIONS)).verdicts
    assert {v.misconception for v in verdicts if v.status is Status.FAILED} == {"argmin"}
    assert {v.misconception for v in verdicts if v.status is Status.PASSED} <= {None}
    assert not any(v.unknown for v in verdicts)


def test_when_the_name_cannot_be_looked_for_then_the_grade_stands(monkeypatch, caplog):
    def broken(*args):
        raise ZeroDivisionError

    points = judged("check_predictions", student(WRONG_PREDICTIONS)).earned
    monkeypatch.setattr(judging, "diagnose", broken)
    judgement = judged("check_predictions", student(WRONG_PREDICTIONS))
    assert judgement.earned == points
    assert judgement.needs_person is None
    assert "the mistake could not be looked for" in caplog.text


def test_right_work_is_asked_nothing_more():
    who = Recording()
    judged("check_predictions", who, 1)
    assert len(who.seen) == 25


# --- when something breaks ---------------------------------------------------------------------------


class Breaking(ProbedStudent):
    """Lets a check break for a reason that is not the student's."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def call(self, name: str, *args: Any) -> Any:
        raise self.error

    def call_watched(
        self, name: str, *args: Any, watch: Sequence[str] = ()
    ) -> tuple[Any, list[int]]:
        raise self.error


@pytest.mark.parametrize("error", [ZeroDivisionError("so"), AssertionError("so"), SystemExit("so")])
def test_when_a_check_breaks_then_a_person_must_look(error):
    judgement = judged("check_predictions", Breaking(error))
    assert {verdict.status for verdict in judgement.verdicts} == {Status.NOT_JUDGED}
    assert judgement.earned == 0
    assert judgement.needs_person is not None
    assert judgement.needs_person.startswith("not judged: The best class of each image; ")
    assert judgement.verdicts[0].message == f"{type(error).__name__}: so"


def test_when_the_student_gives_no_answer_then_the_check_has_failed():
    judgement = judged("check_predictions", Breaking(StudentError("Not run: so")))
    assert {verdict.status for verdict in judgement.verdicts} == {Status.FAILED}
    assert judgement.verdicts[0].message == "Not run: so"
    assert judgement.needs_person is None


def test_judging_prints_nothing(capfd):
    judged("check_predictions", student(RIGHT_PREDICTIONS))
    judged("check_similarity", student("def get_cosine_similarity(a, b): print('x' * 99); 1 / 0"))
    judged("check_predictions", Breaking(ZeroDivisionError("so")))
    assert capfd.readouterr() == ("", "")


def test_options_for_pytest_in_the_environment_change_nothing(monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing_of_this_name --exitfirst")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    assert judged("check_predictions", student(RIGHT_PREDICTIONS)).earned == 5


def test_points_add_up():
    check = CheckInfo("test_x", "x", 2, 1, "Do.", None)
    verdicts = tuple(Verdict(check, status) for status in Status)
    judgement = Judgement("check_x", 1, verdicts)
    assert (judgement.points, judgement.earned, judgement.bonus) == (6, 2, 1)
