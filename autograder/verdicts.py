"""What judging an exercise gives: the verdict of each check, and the judgement that they make together.

Imports nothing heavy: pages, reports and gradebooks are made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.diagnosis.smallest import Example


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
        misconception: the id of the mistake that the student seems to have made, in the assignment's
            catalogue. None if the check did not fail or the mistake has no name.
        unknown: the check failed on an answer, and no known mistake would give that answer.
        example: the smallest failing example of an unknown mistake, where there is one.
        broken: the check itself broke; the message says how, which is for the instructor.
    """

    check: CheckInfo
    status: Status
    message: str = ""
    misconception: str | None = None
    unknown: bool = False
    example: Example | None = None
    broken: bool = False

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
        if not open_checks:
            return None
        broken = next((f" ({v.message})" for v in self.verdicts if v.broken), "")
        return f"not judged: {'; '.join(open_checks)}{broken}"
