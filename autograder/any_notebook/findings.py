"""What came of a notebook: plain data, from which tables and JSON are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """What became of a part of an exercise."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_FOUND = "not found"
    """The notebook does not have what this part is about; that is no failure."""
    NOT_JUDGED = "not judged"
    """The check itself broke, or needs what this machine lacks, or the kernel was gone by then."""


class Kind(StrEnum):
    """What happened in a cell."""

    ERROR = "error"
    STOPPED = "stopped"
    """The cell, or the whole run, was ended at a limit."""
    ORDER = "order"
    """The cell uses what a run from top to bottom does not have."""
    NOTE = "note"
    """Something of the student's machine is not here; the cell went on without it. No problem of the work."""
    ELSEWHERE = "elsewhere"
    """The cell stopped for want of something of the student's machine, or on purpose. No problem of the work."""

    CAUSED = "caused"
    """The cell stopped only for want of what another one was to make: that one is the problem, and told once."""

    @property
    def is_problem(self) -> bool:
        """Whether it is one of the work."""
        return self not in (Kind.NOTE, Kind.ELSEWHERE, Kind.CAUSED)


@dataclass(frozen=True)
class Part:
    """What one check found.

    Attributes:
        check: the check's stable name.
        title: what is checked, in a few words.
        state: see `State`.
        points: what it is worth.
        bonus: what it gave on top.
        message: what was seen; empty if it passed.
        mistake: the id of the mistake that it looks like, or None.
        mistake_name: what that mistake is called, or None.
        hint: what to do about it; empty unless it failed.
        example: lines of the smallest failing example of a mistake without a name.
    """

    check: str
    title: str
    state: State
    points: float
    bonus: float = 0.0
    message: str = ""
    mistake: str | None = None
    mistake_name: str | None = None
    hint: str = ""
    example: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExerciseFinding:
    """What was found of one exercise.

    Attributes:
        exercise: id of the graded cell in the release.
        title: what people call it.
        found: the numbers of the cells that make a name, by name; an empty tuple where only the run has shown
            that it is there.
        worth: points of the exercise as a whole.
        parts: a part a check; empty if nothing of it was found, or a person must grade it.
        by_hand: why a person must grade it, or None.
        remarks: what a reader should know besides, in sentences; none of it costs points.
        near: names of the notebook that are like one that was not found, by that name.
        judged_after: the cell after which it was judged, from 1; None if it was not.
    """

    exercise: str
    title: str
    found: Mapping[str, tuple[int, ...]]
    worth: float
    parts: tuple[Part, ...] = ()
    by_hand: str | None = None
    remarks: tuple[str, ...] = ()
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    judged_after: int | None = None

    @property
    def points(self) -> float:
        """What the parts that were found, and judged, are worth."""
        return sum(p.points for p in self.parts if p.state in (State.PASSED, State.FAILED))

    @property
    def earned(self) -> float:
        """Points earned."""
        return sum(part.points for part in self.parts if part.state is State.PASSED)

    @property
    def bonus(self) -> float:
        """Points earned on top."""
        return sum(part.bonus for part in self.parts)

    @property
    def is_judged(self) -> bool:
        """Whether any part of it was found and judged."""
        return any(part.state in (State.PASSED, State.FAILED) for part in self.parts)

    @property
    def failed(self) -> tuple[Part, ...]:
        """The parts that cost points."""
        return tuple(p for p in self.parts if p.state is State.FAILED and p.points)


@dataclass(frozen=True)
class CellFinding:
    """What happened in one cell.

    Attributes:
        cell: its number, counted from 1 over all cells, texts included; None for the notebook as a whole.
        kind: see `Kind`.
        text: what happened.
        mistake: the id of the mistake that it looks like, or None.
        hint: what to do about it; empty where nothing is known.
        cause: the number of the cell because of which it stopped; None if it is its own.
    """

    cell: int | None
    kind: Kind
    text: str
    mistake: str | None = None
    mistake_name: str | None = None
    hint: str = ""
    cause: int | None = None


@dataclass(frozen=True)
class NotebookFinding:
    """What came of one notebook.

    Attributes:
        notebook: its path, as it was given.
        problem: why it could not be run; None if it was.
        partial: how far the run came that somebody has ended, in words; empty for a whole one.
        models: the name of the model that stood in, by the name that the notebook uses.
        model: the model that graded.
        model_is_stand_in: whether it is one of the kit's own, which are no zero-shot models.
        transformers: the version that the kernel imported.
        isolation: how the kernel was kept apart.
        seed: where the hidden inputs came from.
        seconds: wall-clock time, from the kernel's start to its end.
        code_cells: how many it has.
        cells: what happened in its cells.
        exercises: in the assignment's order; empty if it could not be run.
    """

    notebook: str
    problem: str | None = None
    partial: str = ""
    models: Mapping[str, str] | None = None
    model: str = ""
    model_is_stand_in: bool = False
    transformers: str = ""
    isolation: str = ""
    seed: int = 0
    seconds: float = 0.0
    code_cells: int = 0
    cells: tuple[CellFinding, ...] = ()
    exercises: tuple[ExerciseFinding, ...] = ()

    @property
    def earned(self) -> float:
        """Points earned."""
        return sum(exercise.earned for exercise in self.exercises)

    @property
    def points(self) -> float:
        """What all parts that were found are worth."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def worth(self) -> float:
        """What all exercises are worth."""
        return sum(exercise.worth for exercise in self.exercises)

    @property
    def has_problems(self) -> bool:
        """Whether something was wrong with it: a failed check, a cell that failed, or nothing to grade at all."""
        return (
            not any(exercise.is_judged or exercise.by_hand for exercise in self.exercises)
            or any(exercise.failed for exercise in self.exercises)
            or any(cell.kind.is_problem for cell in self.cells)
        )

    @property
    def status(self) -> int:
        """The command's exit status for this notebook: 0 graded, 1 problems found, 2 could not run."""
        return 2 if self.problem is not None else int(self.has_problems)
