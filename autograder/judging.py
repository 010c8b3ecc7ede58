"""Judges one exercise of one submission: pytest runs the hidden checks in the grader's own process.

exercise   a graded cell and the module of checks that belongs to it: the cell `check_similarity` is
           judged by `autograder/checks/test_similarity.py`
check      one pytest test, with its points and its hint in a `check` marker
verdict    what one check found
judgement  the verdicts of an exercise together
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from autograder.checks.expect import NotJudged, Wrong
from autograder.seeds import check_generator
from autograder.student import Student, StudentError

if TYPE_CHECKING:
    from autograder.expected import Expected

CHECKS_FOLDER = Path(__file__).parent / "checks"
CELL_PREFIX = "check_"
EXPERIMENT_CELL = "check_experiment"
OWN_EXPERIMENT = "D"
OPTIONS_ELSEWHERE = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
"""Environment variables that would change which checks run."""
UNUSED_PLUGINS = (
    "cacheprovider",
    "terminal",
    "logging",
    # These two collect garbage several times a run: most of its time where torch is loaded.
    "unraisableexception",
    "threadexception",
)


class Status(StrEnum):
    """What became of a check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_JUDGED = "not judged"
    """The check itself broke, or it needs what this machine lacks: a person must look."""


@dataclass(frozen=True)
class CheckInfo:
    """A check as its marker describes it.

    Attributes:
        name: the test's name, stable.
        title: what is checked, in a few words.
        points: what passing it earns.
        bonus: what it gives on top of the item's points instead (its `points` are then 0).
        hint: what a student whose work fails it should do.
        experiment: the letter of the mini-experiment it belongs to, if any.
    """

    name: str
    title: str
    points: float
    bonus: float
    hint: str
    experiment: str | None


@dataclass(frozen=True)
class Verdict:
    """What one check found.

    Attributes:
        check: the check.
        status: see `Status`.
        message: what was seen, for the student; empty if it passed.
    """

    check: CheckInfo
    status: Status
    message: str = ""

    @property
    def earned(self) -> float:
        """Points earned; 0 unless passed."""
        return self.check.points if self.status is Status.PASSED else 0.0


@dataclass(frozen=True)
class Judgement:
    """The verdicts of one exercise.

    Attributes:
        cell: the graded cell's id.
        seed: where the hidden inputs came from.
        verdicts: in the order of the checks' module; empty if a person must grade.
        by_hand: why a person must grade this cell, or None.
    """

    cell: str
    seed: int
    verdicts: tuple[Verdict, ...]
    by_hand: str | None = None

    @property
    def points(self) -> float:
        """Points that the exercise is worth."""
        return sum(verdict.check.points for verdict in self.verdicts)

    @property
    def earned(self) -> float:
        """Points earned."""
        return sum(verdict.earned for verdict in self.verdicts)

    @property
    def bonus(self) -> float:
        """Points earned on top."""
        passed = (v for v in self.verdicts if v.status is Status.PASSED)
        return sum(verdict.check.bonus for verdict in passed)

    @property
    def needs_person(self) -> str | None:
        """Why a person must look at this cell, or None."""
        if self.by_hand is not None:
            return self.by_hand
        open_checks = [v.check.title for v in self.verdicts if v.status is Status.NOT_JUDGED]
        return f"not judged: {'; '.join(open_checks)}" if open_checks else None


def checks_module(cell: str) -> Path:
    """Return the module of checks that judges a graded cell.

    Raises:
        KeyError: no module belongs to this cell.
    """
    path = CHECKS_FOLDER / f"test_{cell.removeprefix(CELL_PREFIX)}.py"
    if not cell.startswith(CELL_PREFIX) or not path.is_file():
        raise KeyError(cell)
    return path


def is_judged(cell: str) -> bool:
    """Return whether hidden checks belong to the graded cell of this id."""
    try:
        checks_module(cell)
    except KeyError:
        return False
    return True


def judged_cells() -> tuple[str, ...]:
    """Return the ids of all graded cells that hidden checks belong to, in alphabetical order."""
    modules = CHECKS_FOLDER.glob("test_*.py")
    return tuple(sorted(CELL_PREFIX + path.stem.removeprefix("test_") for path in modules))


@cache
def exercise_checks(cell: str) -> tuple[CheckInfo, ...]:
    """Return the checks of a graded cell, in their module's order.

    Raises:
        KeyError: no module belongs to this cell.
    """
    path = checks_module(cell)
    spec = importlib.util.spec_from_file_location(f"_listed_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tests = [
        value
        for name, value in vars(module).items()
        if name.startswith("test_") and hasattr(value, "pytestmark")
    ]
    return tuple(_describe(test.__name__, test.pytestmark) for test in tests)


def exercise_points(cell: str) -> float:
    """Return what a graded cell is worth: the sum over its checks, or over those of one experiment.

    Raises:
        KeyError: no module belongs to this cell.
        ValueError: the experiments are not worth the same.
    """
    checks = exercise_checks(cell)
    letters = {check.experiment for check in checks} - {None}
    common = sum(check.points for check in checks if check.experiment is None)
    totals = {sum(c.points for c in checks if c.experiment == letter) for letter in letters}
    if len(totals) > 1:
        raise ValueError(f"{cell}: the experiments are worth {sorted(totals)} points, not the same")
    return common + (totals.pop() if totals else 0.0)


def judge(cell: str, student: Student, reference: Expected, seed: int) -> Judgement:
    """Run the checks of one graded cell against a student's work.

    Args:
        cell: the graded cell's id.
        student: the seam to the work.
        reference: the grader's own model, data and figures.
        seed: where the hidden inputs come from.

    Raises:
        KeyError: no checks belong to this cell.
    """
    path = checks_module(cell)
    letter: str | None = None
    if cell == EXPERIMENT_CELL:
        letter = _chosen_experiment(student)
        if letter == OWN_EXPERIMENT:
            return Judgement(cell, seed, (), by_hand="an experiment of the student's own")
    bench = _Bench(student, reference, seed, letter)
    with _without(*OPTIONS_ELSEWHERE):
        status = pytest.main(
            [
                str(path),
                f"--rootdir={CHECKS_FOLDER}",
                "--noconftest",
                "--disable-plugin-autoload",
                "--import-mode=importlib",
                "--override-ini=addopts=",
                "--override-ini=filterwarnings=default",
                *(f"-pno:{plugin}" for plugin in UNUSED_PLUGINS),
            ],
            plugins=[bench],
        )
    expected = [c for c in exercise_checks(cell) if c.experiment in (None, letter)]
    if [verdict.check for verdict in bench.verdicts] != expected:
        raise RuntimeError(f"pytest ended with {status!r} and did not run every check of {cell}")
    return Judgement(cell, seed, tuple(bench.verdicts))


@contextlib.contextmanager
def _without(*variables: str) -> Iterator[None]:
    kept = {name: os.environ.pop(name) for name in variables if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


def _chosen_experiment(student: Student) -> str:
    """Return the letter that the student chose; "A" where the choice cannot be read, so that checks say so."""
    try:
        letter = student.fetch("experiment")
    except StudentError:
        return "A"
    known = ("A", "B", "C", OWN_EXPERIMENT)
    return letter if isinstance(letter, str) and letter in known else "A"


def _describe(name: str, marks: list[pytest.Mark]) -> CheckInfo:
    by_name = {mark.name: mark for mark in marks}
    options = by_name["check"].kwargs
    experiment = by_name.get("experiment")
    return CheckInfo(
        name=name,
        title=options["title"],
        points=float(options.get("points", 0)),
        bonus=float(options.get("bonus", 0)),
        hint=options["hint"],
        experiment=experiment.args[0] if experiment else None,
    )


class _Bench:
    """The pytest plugin that hands a submission to the checks and keeps what they find."""

    def __init__(
        self, student: Student, reference: Expected, seed: int, letter: str | None
    ) -> None:
        self._student = student
        self._reference = reference
        self._seed = seed
        self._letter = letter
        self.verdicts: list[Verdict] = []

    @pytest.fixture
    def student(self) -> Student:
        return self._student

    @pytest.fixture
    def reference(self) -> Expected:
        return self._reference

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        return check_generator(self._seed, request.node.name)

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "check: a hidden check")
        config.addinivalue_line("markers", "experiment: belongs to one mini-experiment")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._letter is not None:
            items[:] = [
                item
                for item in items
                if (mark := item.get_closest_marker("experiment")) is None
                or mark.args[0] == self._letter
            ]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        report: Any = yield
        error = call.excinfo.value if call.excinfo is not None else None
        if call.when == "call" or (call.when == "setup" and error is not None):
            check = _describe(item.name, list(item.iter_markers()))
            self.verdicts.append(Verdict(check, *_status(error)))
        return report


def _status(error: BaseException | None) -> tuple[Status, str]:
    match error:
        case None:
            return Status.PASSED, ""
        case Wrong() | StudentError():
            return Status.FAILED, str(error)
        case NotJudged():
            return Status.NOT_JUDGED, str(error)
        case _:
            return Status.NOT_JUDGED, f"{type(error).__name__}: {error}"
