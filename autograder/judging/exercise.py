"""Judges one exercise of one submission with the hidden checks, pytest tests, in the grader's own process.

exercise   a graded cell of an assignment, and the module of checks that belongs to it: the cell `check_similarity`
           of assignment_2 is judged by `test_similarity.py` among its checks, the cell `double` of a course's own
           assignment by `checks/NAME/test_double.py` in the course
check      one pytest test, with its points and its hint in a `check` marker
verdict    what one check found, and which mistake it was
judgement  the verdicts of an exercise together

pytest collects the checks of an exercise once a process: starting it takes far longer than the checks do.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from autograder.assignment import MISTAKES_FILE, Assignment, Choice, checks_module
from autograder.checks.expect import NotJudged, Wrong
from autograder.clock import Interrupted
from autograder.diagnosis.evidence import Asked, Evidence, Witness
from autograder.diagnosis.matching import Diagnosis, diagnose, is_answer
from autograder.evidence.seeds import check_generator
from autograder.intake.findings import shortened
from autograder.judging.fit_checks import (
    arguments_of,
    refuse_unfit_checks,
    refuse_unfit_mistakes,
    refuse_unknown_names,
)
from autograder.loading import load_file
from autograder.seam.student import Student, StudentError
from autograder.verdicts import CheckInfo, Judgement, Status, Verdict

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
_DIAGNOSIS = "diagnosis"
_LONGEST_MESSAGE = 2000
"""Characters of a verdict's message: it may quote a student's code, and is read by much that comes later."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Subject:
    """Whose work is judged, on which inputs.

    Attributes:
        student: the seam to the work.
        seed: where the hidden inputs come from.
    """

    student: Student
    seed: int


@cache
def exercise_checks(assignment: Assignment, cell: str) -> tuple[CheckInfo, ...]:
    """Return the checks of a graded cell, in their module's order.

    Raises:
        KeyError: no module belongs to this cell.
        CourseError: its module cannot be loaded, or holds a check that cannot be used.
    """
    path = checks_module(assignment, cell)
    module = load_file(path, "these checks")
    tests = [
        value
        for name, value in vars(module).items()
        if name.startswith("test_") and callable(value) and value.__module__ == module.__name__
    ]
    refuse_unfit_mistakes(assignment)
    refuse_unknown_names(path, assignment)
    refuse_unfit_checks(path, tests, may_have_reference=assignment.has_grader)
    return tuple(_describe(test.__name__, test.pytestmark) for test in tests)


def exercise_points(assignment: Assignment, cell: str) -> float:
    """Return what a graded cell is worth: the sum over its checks, or over those of one experiment.

    Raises:
        KeyError: no module belongs to this cell.
        ValueError: the experiments are not worth the same.
    """
    checks = exercise_checks(assignment, cell)
    letters = {check.experiment for check in checks} - {None}
    common = sum(check.points for check in checks if check.experiment is None)
    totals = {sum(c.points for c in checks if c.experiment == letter) for letter in letters}
    if len(totals) > 1:
        raise ValueError(f"{cell}: the experiments are worth {sorted(totals)} points, not the same")
    return common + (totals.pop() if totals else 0.0)


def judge(
    assignment: Assignment, cell: str, student: Student, reference: Any, seed: int
) -> Judgement:
    """Run the checks of one graded cell against a student's work.

    Args:
        assignment: whose cell it is.
        cell: the graded cell's id.
        student: the seam to the work.
        reference: what the checks may ask for by this name: the grader's own model, data and figures; else None.
        seed: where the hidden inputs come from.

    Raises:
        KeyError: no checks belong to this cell.
        CourseError: they cannot be used.
    """
    return judge_many(assignment, cell, [Subject(student, seed)], reference)[0]


def judge_many(
    assignment: Assignment,
    cell: str,
    subjects: Sequence[Subject],
    reference: Any,
    named: int | None = None,
) -> tuple[Judgement, ...]:
    """Judge one exercise of many submissions, or of one with many seeds.

    Each judgement is what `judge` gives for that subject: inputs depend on the seed alone, never on what
    else is judged. The checks go round by round (the first check of all subjects, then the second …), so
    subjects that share a student must not mind being called in turns.

    Args:
        assignment: whose cell it is.
        cell: the graded cell's id.
        subjects: whose work, and from which seed; some thousands at once are fine.
        reference: what the checks may ask for by this name: the grader's own model, data and figures; else None.
        named: how many of the subjects, from the first on, get the names of their mistakes; None for all.

    Returns:
        One judgement a subject, in the same order.

    Raises:
        KeyError: no checks belong to this cell.
    """
    exercise_checks(assignment, cell)  # says in words what pytest would pass over
    checks = collected_checks(assignment, cell)
    # A student in this process may print; the audit's and the tests' output is not the place for it.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        stands = [_Stand(assignment, cell, subject) for subject in subjects]
        for check, test in checks:
            for stand in stands:
                if stand.takes(check):
                    stand.run(check, test, reference)
        return tuple(
            stand.judgement(reference, named=named is None or number < named)
            for number, stand in enumerate(stands)
        )


@cache
def collected_checks(
    assignment: Assignment, cell: str
) -> tuple[tuple[CheckInfo, Callable[..., None]], ...]:
    """Return the checks of a graded cell as pytest collects them, and the functions to call.

    Raises:
        KeyError: no module belongs to this cell.
    """
    collector = _Collector()
    with _without(*OPTIONS_ELSEWHERE):
        pytest.main(
            [
                str(checks_module(assignment, cell)),
                "--collect-only",
                f"--rootdir={assignment.checks}",
                "--noconftest",
                "--disable-plugin-autoload",
                "--import-mode=importlib",
                "--override-ini=addopts=",
                "--override-ini=filterwarnings=default",
                *(f"-pno:{plugin}" for plugin in UNUSED_PLUGINS),
            ],
            plugins=[collector],
        )
    return tuple(
        (_describe(item.name, list(item.iter_markers())), item.obj) for item in collector.items
    )


@contextlib.contextmanager
def _without(*variables: str) -> Iterator[None]:
    kept = {name: os.environ.pop(name) for name in variables if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


def _chosen(choice: Choice, student: Student) -> str:
    """Return the letter that the student chose; the first one where it cannot be read, so that checks say so."""
    first, *_ = choice.letters
    try:
        letter = student.fetch(choice.variable)
    except StudentError:
        return first
    known = (*choice.letters, choice.by_hand)
    return letter if isinstance(letter, str) and letter in known else first


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


class _Stand:
    """One subject on the bench: its witness, and what the checks have found so far."""

    def __init__(self, assignment: Assignment, cell: str, subject: Subject) -> None:
        self.assignment = assignment
        self.cell = cell
        self.seed = subject.seed
        self.witness = Witness(subject.student)
        is_chosen = any(check.experiment for check in exercise_checks(assignment, cell))
        choice = assignment.choice if is_chosen else None
        self.letter = _chosen(choice, subject.student) if choice is not None else None
        self.is_own = choice is not None and self.letter == choice.by_hand
        self.found: list[tuple[CheckInfo, BaseException | None]] = []

    def takes(self, check: CheckInfo) -> bool:
        """Return whether a check belongs to this subject's exercise."""
        return not self.is_own and check.experiment in (None, self.letter)

    def run(self, check: CheckInfo, test: Callable[..., None], reference: Any) -> None:
        """Run one check, and keep what it found."""
        self.witness.check = check.name
        rng = check_generator(self.seed, check.name)
        possible = {"student": self.witness, "reference": reference, "rng": rng}
        try:
            test(**{name: possible[name] for name in arguments_of(test)})
        except (KeyboardInterrupt, pytest.exit.Exception, Interrupted):
            raise
        except AssertionError as error:
            # An instructor's check may be written as any test; what pytest adds to its words shows hidden inputs.
            said = str(error.args[0]).splitlines()[:1] if error.args else []
            words = next((line for line in said if not line.startswith("assert ")), "")
            own = Wrong(words or "this is not as it is asked for")
            self.found.append((check, own if self.assignment.asserts_judge else error))
        except Wrong as error:
            self.found.append((check, self._without_unknown_name(error)))
        except BaseException as error:  # a check that breaks in any way is not judged
            self.found.append((check, error))
        else:
            self.found.append((check, None))

    def _without_unknown_name(self, error: Wrong) -> BaseException:
        """Return what a check has raised; that it is broken, where it names a mistake that nobody has described."""
        name = error.misconception
        if name is None or name in self.assignment.catalogue().by_id:
            return error
        return RuntimeError(
            f"the check names the mistake {name!r}, which is in no catalogue: describe it in {MISTAKES_FILE}"
        )

    def judgement(self, reference: Any, *, named: bool) -> Judgement:
        """Return the verdicts, with the names of mistakes if asked for them.

        Raises:
            RuntimeError: pytest did not collect every check.
        """
        if self.is_own:
            return Judgement(self.cell, self.seed, (), by_hand="an experiment of the student's own")
        if [check for check, _ in self.found] != list(
            filter(self.takes, exercise_checks(self.assignment, self.cell))
        ):
            raise RuntimeError(f"pytest did not collect every check of {self.cell}")
        verdicts = [
            Verdict(check, *_status(error), broken=_is_broken(error)) for check, error in self.found
        ]
        if named and self.assignment.mistakes:
            for number, verdict in self._diagnosed(verdicts, reference):
                verdicts[number] = verdict
        return Judgement(self.cell, self.seed, tuple(verdicts))

    def _diagnosed(
        self, verdicts: Sequence[Verdict], reference: Any
    ) -> Iterator[tuple[int, Verdict]]:
        """Yield the verdicts that say which mistake it was, with their places."""
        asked = Asked(self.witness, lambda: check_generator(self.seed, _DIAGNOSIS))
        failed = [
            (number, error)
            for number, (check, error) in enumerate(self.found)
            # Missing a bonus is no mistake.
            if error is not None and verdicts[number].status is Status.FAILED and check.points
        ]
        evidence = [
            Evidence(self.cell, self.found[number][0].name, error, asked, reference)
            for number, error in failed
        ]
        try:
            diagnoses: Sequence[Diagnosis] = diagnose(evidence, self.assignment)
        except Exception:
            # A name that is not found costs a hint; it must never cost the grade.
            _log.exception("%s: the mistake could not be looked for", self.cell)
            diagnoses = [Diagnosis()] * len(failed)
        asked_for = self.assignment.asked_for or frozenset()
        for (number, error), found in zip(failed, diagnoses, strict=True):
            yield (
                number,
                replace(
                    verdicts[number],
                    misconception=found.misconception,
                    unknown=found.misconception is None and is_answer(error, asked_for),
                    example=found.example,
                ),
            )


class _Collector:
    """The pytest plugin that keeps what is collected.

    Checks name what they need as arguments; a stand gives them, since they differ from stand to stand.
    """

    def __init__(self) -> None:
        self.items: list[pytest.Function] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "check: a hidden check")
        config.addinivalue_line("markers", "experiment: belongs to one mini-experiment")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = [item for item in session.items if isinstance(item, pytest.Function)]


def _is_broken(error: BaseException | None) -> bool:
    return error is not None and not isinstance(error, (Wrong, StudentError, NotJudged))


def _status(error: BaseException | None) -> tuple[Status, str]:
    match error:
        case None:
            return Status.PASSED, ""
        case Wrong() | StudentError():
            status, message = Status.FAILED, str(error)
        case NotJudged():
            status, message = Status.NOT_JUDGED, str(error)
        case _:
            status, message = Status.NOT_JUDGED, f"{type(error).__name__}: {error}"
    return status, shortened(message, _LONGEST_MESSAGE)
