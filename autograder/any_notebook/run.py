"""Grades one notebook, from its file to what was found."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode

from autograder.any_notebook.as_asked import NOT_FOUND, AsAsked, not_found
from autograder.any_notebook.causes import with_causes
from autograder.any_notebook.cell_findings import cell_findings
from autograder.any_notebook.findings import (
    CellFinding,
    ExerciseFinding,
    Kind,
    NotebookFinding,
    Part,
    State,
)
from autograder.any_notebook.search import Search, letter_of, search
from autograder.any_notebook.stand_ins import StandIns, code_of, copy_neighbours, provide
from autograder.errors import KitError
from autograder.examples import example_lines
from autograder.expected import Expected
from autograder.features.offer import offer
from autograder.intake.reading import read_file, read_notebook
from autograder.interface import (
    CHOICE,
    EXERCISES,
    EXPERIMENT,
    INTERFACE,
    PREDICTIONS,
    Exercise,
)
from autograder.judging import Judgement, Status, Verdict, exercise_points, judge
from autograder.kernel.isolation import chosen, isolation_named
from autograder.kernel.limits import Limits
from autograder.kernel.runner import NOT_RUN, imports_of, run_notebook
from autograder.misconceptions import BY_ID
from autograder.student import Student, StudentError

_SEED_BYTES = 8
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """How notebooks are run.

    Attributes:
        isolation: name of the way in which a kernel is kept apart; empty for the usual one.
        limits: wall-clock limits.
        seed: where hidden inputs come from; None to take each notebook's own.
    """

    isolation: str
    limits: Limits
    seed: int | None = None


def check_notebook(path: Path, expected: Expected, settings: Settings) -> NotebookFinding:
    """Run a notebook and judge what is in it. Whatever is wrong with it comes back as a finding.

    Args:
        path: an .ipynb file of any version of the format.
        expected: the model and data that grade.
        settings: how it is run.
    """
    try:
        return _check(path, expected, settings)
    except KitError as error:
        return NotebookFinding(str(path), str(error))
    except Exception as error:  # the next notebook shall have its turn
        _log.exception("%s", path)
        return NotebookFinding(
            str(path), f"the grader stopped with {type(error).__name__}: {error}"
        )


def content_seed(notebook: NotebookNode) -> int:
    """Return a seed of 64 bits from a notebook's text: the same text gets the same inputs.

    There is no secret in it, unlike in the seeds of a course: whoever has the kit could foresee the inputs.
    """
    text = "\0".join(cell.source for cell in notebook.cells)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:_SEED_BYTES], "big")


def _check(path: Path, expected: Expected, settings: Settings) -> NotebookFinding:
    file = path.resolve()  # a person has named it: also a link to it will do
    reading = read_notebook(read_file(file), path.name)
    notebook = reading.notebook
    searched = search(notebook)
    seed = content_seed(notebook) if settings.seed is None else settings.seed
    desk = _Desk(notebook, searched, expected, seed)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="check-", ignore_cleanup_errors=True) as scratch:
        files = Path(scratch) / "files"
        files.mkdir()
        code = code_of(notebook)
        code += "\n" + copy_neighbours(file, code, files)
        isolation = isolation_named(settings.isolation)
        stand_ins = provide(code, expected, isolation, Path(scratch) / "shown")
        desk.mark()
        given = offer(
            expected, imports_of(notebook), hides_this_machine=isolation.hides_this_machine
        )
        for complaint in given.complaints:
            _log.warning("%s", complaint)
        run_notebook(
            notebook,
            files=files,
            environment=stand_ins.surroundings.environment,
            folders={**stand_ins.surroundings.folders, **given.folders},
            limits=settings.limits,
            judge=desk.judge,
            isolation=isolation,
            startup=given.startup,
        )
    desk.unmark()
    cells = cell_findings(notebook, settings.limits.cell)
    odd = [CellFinding(None, Kind.NOTE, found.sentence) for found in reading.findings]
    return NotebookFinding(
        str(path),
        models=_stood_in(stand_ins),
        model=expected.reference.snapshot.name,
        model_is_stand_in=expected.reference.snapshot.is_stand_in,
        isolation=chosen(settings.isolation),
        seed=seed,
        seconds=time.monotonic() - started,
        code_cells=sum(cell.cell_type == "code" for cell in notebook.cells),
        cells=(*odd, *cells, *desk.ended),
        exercises=tuple(
            with_causes(desk.finding(exercise), searched, cells) for exercise in EXERCISES
        ),
    )


def _stood_in(stand_ins: StandIns) -> Mapping[str, str]:
    return {name: model.name for name, model in stand_ins.models.items() if model.name != name}


class _Desk:
    """Judges a notebook's exercises while it runs, and keeps what was found."""

    def __init__(
        self, notebook: NotebookNode, searched: Search, expected: Expected, seed: int
    ) -> None:
        self.notebook = notebook
        self.searched = searched
        self.expected = expected
        self.seed = seed
        self.due: dict[int, list[str]] = {}
        for exercise, index in searched.judged_after.items():
            self.due.setdefault(index, []).append(exercise)
        self.judgements: dict[str, Judgement] = {}
        self.seen: set[str] = set()
        self.ended: list[CellFinding] = []

    def mark(self) -> None:
        """Give every code cell an id, so that its pictures are counted, and mark those to be judged after."""
        for index, cell in enumerate(self.notebook.cells):
            cell.metadata.pop("nbgrader", None)
            if cell.cell_type == "code":
                is_due = index in self.due or index == self.searched.last
                cell.metadata["nbgrader"] = NotebookNode(grade=is_due, grade_id=_cell_id(index))

    def unmark(self) -> None:
        """Take the marks away again."""
        for cell in self.notebook.cells:
            cell.metadata.pop("nbgrader", None)

    def judge(self, cell: NotebookNode, student: Student) -> None:
        """Judge what is due after a cell, and after the last one what only the run has shown to be there."""
        index = _index(cell.metadata.nbgrader.grade_id)
        self.seen |= self.names_there(student)
        due = list(self.due.get(index, ()))
        if index == self.searched.last:
            due += [
                exercise.cell
                for exercise in EXERCISES
                if exercise.cell not in self.searched.judged_after
                and self.seen.intersection(exercise.names)
            ]
        for exercise_cell in due:
            self.judgements[exercise_cell] = judge(
                exercise_cell, self.as_asked(student), self.expected, self.seed
            )

    def names_there(self, student: Student) -> set[str]:
        """Return the names of the interface among the notebook's globals."""
        names = sorted(INTERFACE)
        try:
            there = student.fetch(f"[name for name in {names!r} if name in globals()]")
        except StudentError as error:
            if error.reason.startswith(NOT_RUN) and not self.ended:
                text = error.reason.removeprefix(NOT_RUN)
                self.ended.append(CellFinding(None, Kind.STOPPED, text))
            return set()
        # What a kernel says is a stranger's word: only names that were asked for are taken from it.
        return {name for name in names if isinstance(there, list) and name in there}

    def as_asked(self, student: Student) -> AsAsked:
        """Return the seam that the checks get."""
        there = self.seen.union(self.searched.found)
        return AsAsked(
            student,
            there=frozenset(there),
            drawn_in={
                drawing: [_cell_id(index) for index in cells]
                for drawing, cells in self.searched.drawn_in.items()
            },
            class_names=self.expected.class_names,
            letter=letter_of(there, top_k_by_predictions=self.searched.top_k_by_predictions),
        )

    def finding(self, exercise: Exercise) -> ExerciseFinding:
        """Return what was found of an exercise."""
        names = (*exercise.names, *exercise.given)
        found = {
            name: tuple(index + 1 for index in self.searched.found.get(name, ()))
            for name in names
            if name in self.searched.found or name in self.seen
        }
        if exercise.cell == EXPERIMENT and self.searched.top_k_by_predictions:
            found[f"{PREDICTIONS}(similarity, k)"] = (self.searched.found[PREDICTIONS][-1] + 1,)
        blank = ExerciseFinding(
            exercise.cell, exercise.title, found, exercise_points(exercise.cell)
        )
        judgement = self.judgements.get(exercise.cell)
        if judgement is None:
            return blank
        parts = tuple(_part(verdict) for verdict in judgement.verdicts)
        if exercise.cell == EXPERIMENT and CHOICE not in found:
            parts = tuple(_unless_of_choice(part, judgement.verdicts) for part in parts)
        return replace(blank, parts=parts, by_hand=judgement.by_hand)


def _cell_id(index: int) -> str:
    return f"cell-{index}"


def _index(cell_id: str) -> int:
    return int(cell_id.removeprefix("cell-"))


def _unless_of_choice(part: Part, verdicts: Iterable[Verdict]) -> Part:
    """Return a part, as not found if it is about the choice of an experiment, which was only inferred."""
    is_about_choice = any(
        verdict.check.name == part.check and verdict.check.experiment is None
        for verdict in verdicts
    )
    if not is_about_choice:
        return part
    return Part(part.check, part.title, State.NOT_FOUND, part.points, message=not_found(CHOICE))


def _part(verdict: Verdict) -> Part:
    check = verdict.check
    match verdict.status:
        case Status.PASSED:
            return Part(check.name, check.title, State.PASSED, check.points, check.bonus)
        case Status.NOT_JUDGED:
            state = State.NOT_JUDGED
        case _:
            state = State.NOT_FOUND if verdict.message in NOT_FOUND else State.FAILED
            if verdict.message.startswith(NOT_RUN):
                state = State.NOT_JUDGED
    plain = Part(check.name, check.title, state, check.points, message=verdict.message)
    if state is not State.FAILED:
        return plain
    example = example_lines(verdict.example) if verdict.example is not None else ()
    if verdict.misconception is None:
        return replace(plain, hint=check.hint, example=example)
    known = BY_ID[verdict.misconception]
    return replace(plain, mistake=known.id, mistake_name=known.name, hint=known.hint)
