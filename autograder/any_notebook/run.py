"""Grades one notebook, from its file to what was found."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.any_notebook.as_asked import NOT_FOUND, AsAsked, not_found
from autograder.any_notebook.beside import hand_over
from autograder.any_notebook.by_value import (
    BASELINE,
    LOOP,
    PROMPTS,
    UMAP,
    ByValue,
    Finder,
    best_of,
    with_values,
)
from autograder.any_notebook.causes import left_undone, with_causes
from autograder.any_notebook.cell_findings import cell_findings
from autograder.any_notebook.ended import Ended
from autograder.any_notebook.findings import (
    CellFinding,
    ExerciseFinding,
    Kind,
    NotebookFinding,
    Part,
    State,
)
from autograder.any_notebook.looks import Look, look_at
from autograder.any_notebook.progress import Progress
from autograder.any_notebook.put_to_use import pass_in, that_counts, versions_judged
from autograder.any_notebook.search import Search, letter_of, search
from autograder.any_notebook.values import seen_by
from autograder.any_notebook.versions import libraries_for, named_version, said_of
from autograder.any_notebook.watching import watching_text
from autograder.assignments.assignment_2 import ASSIGNMENT
from autograder.assignments.assignment_2.interface import (
    CHOICE,
    CLASS_NAMES,
    DRAWINGS,
    EXERCISES,
    EXPERIMENT,
    EXPERIMENT_NAMES,
    INTERFACE,
    PREDICTIONS,
    SETUP,
    Exercise,
)
from autograder.assignments.assignment_2.mistakes.catalogue import BY_ID
from autograder.clip.expected import Expected
from autograder.clip.features.offer import offer
from autograder.clip.stand_ins import StandIns, provide
from autograder.clip.startup import BOTH_LINES
from autograder.clock import READING_SECONDS, time_limit
from autograder.errors import KitError
from autograder.feedback.examples import example_lines
from autograder.intake.reading import read_file, read_notebook
from autograder.judging.exercise import exercise_points
from autograder.judging.stopped import Stops
from autograder.kernel.isolation import chosen, isolation_named
from autograder.kernel.libraries import with_libraries
from autograder.kernel.limits import Limits
from autograder.kernel.runner import NOT_RUN, RunReport, imports_of, run_notebook
from autograder.kernel.surroundings import Offer
from autograder.notebook.cells import code_of
from autograder.seam.figures import Figure
from autograder.seam.student import Student, StudentError
from autograder.verdicts import Status, Verdict

_SEED_BYTES = 8
LOADED = f"__import__('sys').modules[{BOTH_LINES!r}].loaded"
CLASS_NAMES_OVERWRITTEN, MODEL_OVERWRITTEN = "class-names-overwritten", "model-overwritten"
FUNCTION_IS_WRONG = "function-used-is-wrong"
MODEL = "clip_model"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """How notebooks are run.

    Attributes:
        isolation: name of the way in which a kernel is kept apart; empty for the usual one.
        limits: wall-clock limits.
        seed: where hidden inputs come from; None to take each notebook's own.
        transformers: which line of it kernels import; see `libraries_for`.
    """

    isolation: str
    limits: Limits
    seed: int | None = None
    transformers: str = ""


def check_notebook(
    path: Path, expected: Expected, settings: Settings, progress: Progress | None = None
) -> NotebookFinding:
    """Run a notebook and judge what is in it. Whatever is wrong with it comes back as a finding.

    Args:
        path: an .ipynb file of any version of the format.
        expected: the model and data that grade.
        settings: how it is run.
        progress: shows how far it is.

    Raises:
        Ended: somebody has ended the command before the first cell could run. Later the finding says so.
    """
    try:
        return _check(path, expected, settings, progress or Progress())
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


def _check(
    path: Path, expected: Expected, settings: Settings, progress: Progress
) -> NotebookFinding:
    file = path.resolve()  # a person has named it: also a link to it will do
    with time_limit(READING_SECONDS, "Reading the notebook"):
        reading = read_notebook(read_file(file), path.name)
        notebook = reading.notebook
        searched = search(notebook)
        named = named_version(notebook, reading.said)
    libraries = libraries_for(settings.transformers, named)
    seed = content_seed(notebook) if settings.seed is None else settings.seed
    desk = _Desk(notebook, searched, expected, seed, reading.said)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="check-", ignore_cleanup_errors=True) as scratch:
        files = Path(scratch) / "files"
        files.mkdir()
        code = code_of(notebook)
        beside = hand_over(file, code, files)
        code += f"\n{beside.code}"
        isolation = isolation_named(settings.isolation)
        stand_ins = provide(code, expected, isolation, Path(scratch) / "shown")
        desk.mark()
        hides = isolation.hides_this_machine
        surroundings = with_libraries(stand_ins.surroundings, libraries, hides_this_machine=hides)
        # What is stored was computed by the other line: pixels of its processors differ.
        given = Offer()
        if libraries.folder is None:
            given = offer(expected, imports_of(notebook), hides_this_machine=hides)
        for complaint in given.complaints:
            _log.warning("%s", complaint)
        run = _run_until_ended(
            desk,
            progress.of(path.name, len(notebook.cells)),
            files=files,
            environment=surroundings.environment,
            folders={**surroundings.folders, **given.folders},
            limits=settings.limits,
            isolation=isolation,
            startup=f"{given.startup}\n{watching_text(code)}",
        )
    desk.unmark()
    with time_limit(READING_SECONDS, "Reading what the run has shown"):
        stops = Stops(notebook, ASSIGNMENT.catalogue(), run.late)
        undone = left_undone(notebook, searched, stops)
        cells = cell_findings(notebook, stops, settings.limits.cell, undone)
    told = [*(found.sentence for found in reading.findings), *filter(None, [beside.sentence])]
    told += filter(None, [said_of(libraries, named)])
    told += desk.remarks_on_models(stand_ins)
    odd = [CellFinding(None, Kind.NOTE, sentence) for sentence in told]
    return NotebookFinding(
        str(path),
        partial=run.ended or "" if desk.ended_by else "",
        models=_stood_in(stand_ins, desk.loaded),
        model=expected.reference.snapshot.name,
        model_is_stand_in=expected.reference.snapshot.is_stand_in,
        transformers=libraries.version,
        isolation=chosen(settings.isolation),
        seed=seed,
        seconds=time.monotonic() - started,
        code_cells=sum(cell.cell_type == "code" for cell in notebook.cells),
        cells=(*odd, *cells, *desk.ended),
        exercises=tuple(
            with_causes(desk.finding(exercise, stops), searched, stops, undone)
            for exercise in EXERCISES
        ),
    )


def _run_until_ended(
    desk: _Desk, shown: AbstractContextManager[Callable[[int], None]], **options: Any
) -> RunReport:
    """Run a notebook; if somebody ends the command meanwhile, keep what has been judged.

    Args:
        desk: judges it.
        shown: shows how far it is; see `Progress.of`.
        **options: see `run_notebook`.
    """
    at: list[int] = []
    try:
        with shown as show:

            def reached(index: int) -> None:
                at.append(index)
                show(index)

            return run_notebook(desk.notebook, judge=desk.judge, reached=reached, **options)
    except Ended as ended:
        if not at:
            raise
        why = f"ended by {ended.name} in cell {at[-1] + 1} of {len(desk.notebook.cells)}"
        desk.end(why, ended)
        return RunReport(ended=why)


def _stood_in(stand_ins: StandIns, loaded: Collection[str] | None) -> Mapping[str, str]:
    return {
        name: model.name
        for name, model in stand_ins.models.items()
        if model.name != name and (loaded is None or name in loaded)
    }


class _Gone:
    """A `Student` whose kernel is not there any more."""

    def __init__(self, why: str) -> None:
        self._error = StudentError(f"{NOT_RUN}{why}")

    def call(self, name: str, *args: Any) -> Any:
        raise self._error

    def count_calls(
        self, name: str, *args: Any, of: Iterable[str]
    ) -> tuple[Any, Mapping[str, int]]:
        raise self._error

    def call_watched(
        self, name: str, *args: Any, watch: Iterable[str] = ()
    ) -> tuple[Any, Sequence[int | str]]:
        raise self._error

    def fetch(self, expression: str) -> Any:
        raise self._error

    def pictures(self, cell: str) -> int:
        raise self._error

    def figures(self, cell: str) -> Sequence[Figure | None]:
        raise self._error


class _Desk:
    """Judges a notebook's exercises while it runs, and keeps what was found."""

    def __init__(
        self,
        notebook: NotebookNode,
        searched: Search,
        expected: Expected,
        seed: int,
        said: Sequence[str],
    ) -> None:
        self.notebook = notebook
        self.searched = searched
        self.expected = expected
        self.seed = seed
        self.due: dict[int, list[str]] = {}
        self.used_in = pass_in(notebook, searched)
        for exercise, cells in searched.versions.items():
            for index in versions_judged(cells, self.used_in):
                self.due.setdefault(index, []).append(exercise)
        for name in (CLASS_NAMES, MODEL):
            for index in searched.found.get(name, ()):
                self.due.setdefault(index, [])
        self.looks: dict[str, list[Look]] = {}
        self.remarks: dict[str, dict[int, str]] = {}
        self.loaded: list[str] | None = None
        self.own_model = ""
        self.said = said
        self.by_value: dict[str, tuple[ByValue | None, Sequence[Part], list[str]]] = {}
        self.seen: set[str] = set()
        self.ended: list[CellFinding] = []
        self.ended_by: Ended | None = None

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
        self.watch(index, student)
        if index == self.searched.last:
            due += [
                exercise.cell
                for exercise in EXERCISES
                if exercise.cell not in self.searched.judged_after
                and self.seen.intersection(exercise.names)
            ]
        for exercise in due:
            for letter in self.letters() if exercise == EXPERIMENT else (None,):
                asked = self.as_asked(student, letter)
                look = look_at(exercise, index + 1, asked, self.expected, self.seed)
                self.looks.setdefault(exercise, []).append(look)
        if index == self.searched.last:
            self.loaded = _texts(student, LOADED)
            self.look_by_values(student)

    def look_by_values(self, student: Student) -> None:
        """Judge what goes by no name of the assignment, as far as its values tell."""
        ran = [
            number
            for number, cell in enumerate(self.notebook.cells, 1)
            if cell.cell_type == "code" and cell.source.strip()
        ]
        seen = seen_by(student, ran, self.expected)
        there = self.seen.union(self.searched.found)
        finder = Finder(self.notebook, self.said, seen, frozenset(there), self.expected)
        prompts = None
        if "improved_prompts" in there:
            prompts = _texts(self.as_asked(student), "list(improved_prompts)") or []
        for exercise in (LOOP, BASELINE, PROMPTS, UMAP):

            def judged(found: ByValue, exercise: str = exercise) -> Sequence[Part]:
                asked = self.as_asked(student, by_value=found)
                look = look_at(exercise, 0, asked, self.expected, self.seed)
                return [_part(verdict) for verdict in look.judgement.verdicts]

            best = best_of(finder.candidates(exercise, prompts), judged)
            self.by_value[exercise] = (*best, list(finder.hints(exercise)))

    def end(self, why: str, by: Ended) -> None:
        """Note of all that has not been judged that there is no kernel any more."""
        self.ended_by = by
        waiting = {exercise for due in self.due.values() for exercise in due}.difference(self.looks)
        for exercise in EXERCISES:
            if exercise.cell in waiting:
                asked = self.as_asked(_Gone(why))
                look = look_at(
                    exercise.cell, len(self.notebook.cells), asked, self.expected, self.seed
                )
                self.looks[exercise.cell] = [look]

    def letters(self) -> tuple[str | None, ...]:
        """Return the letters of all experiments to be judged: those that have names here, where none is chosen."""
        there = self.seen.union(self.searched.found)
        if CHOICE in there:
            return (None,)
        letters = tuple(
            letter for letter, names in EXPERIMENT_NAMES.items() if there.intersection(names)
        )
        return letters or (None,)

    def watch(self, index: int, student: Student) -> None:
        """Note where what all sections share is overwritten by something else."""
        asked = self.as_asked(student)
        names = self.searched.found.get(CLASS_NAMES, ())
        if index in names[1:] and _texts(asked, f"list({CLASS_NAMES})") != list(
            self.expected.class_names
        ):
            self.remark("check_loading", CLASS_NAMES_OVERWRITTEN, index)
        if index in self.searched.found.get(MODEL, ()):
            named = (_texts(asked, f"[{MODEL}.config._name_or_path]") or [""])[0]
            if self.own_model and named and named != self.own_model:
                self.remark(SETUP, MODEL_OVERWRITTEN, index)
            self.own_model = self.own_model or named

    def remark(self, exercise: str, mistake: str, index: int) -> None:
        """Keep a sentence about a mistake that costs nothing where the work was right before it."""
        known = BY_ID[mistake]
        sentence = f"cell {index + 1}: {known.name} [{known.id}]; what stands before it is judged as it was"
        self.remarks.setdefault(exercise, {})[index + 1] = sentence

    def remarks_on_models(self, stand_ins: StandIns) -> list[str]:
        """Return a sentence for each model that is named, and that no cell has loaded."""
        if self.loaded is None:
            return []
        return [
            f"the model {name} is only named: no cell loads it"
            for name in stand_ins.models
            if name not in self.loaded
        ]

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

    def as_asked(
        self, student: Student, letter: str | None = None, by_value: ByValue | None = None
    ) -> AsAsked:
        """Return the seam that the checks get.

        Args:
            student: the plain seam.
            letter: that of an experiment, where it is known.
            by_value: what stands for names that the notebook does not use.
        """
        there = self.seen.union(self.searched.found)
        drawn_in = dict(self.searched.drawn_in)
        names = dict(self.searched.names)
        if by_value is not None:
            names |= by_value.names
            for drawing in DRAWINGS:
                if DRAWINGS[drawing].variable in by_value.names:
                    drawn_in[drawing] = tuple(number - 1 for number in by_value.drawn_in)
        return AsAsked(
            student,
            there=frozenset(there.union(names)),
            drawn_in={
                drawing: [_cell_id(index) for index in cells] for drawing, cells in drawn_in.items()
            },
            class_names=self.expected.class_names,
            letter=letter
            or letter_of(there, top_k_by_predictions=self.searched.top_k_by_predictions),
            names=names,
        )

    def finding(self, exercise: Exercise, stops: Stops) -> ExerciseFinding:
        """Return what was found of an exercise."""
        names = (*exercise.names, *exercise.given)
        found = {
            name: tuple(index + 1 for index in self.searched.found.get(name, ()))
            for name in names
            if name in self.searched.found or name in self.seen
        }
        if exercise.cell == EXPERIMENT and self.searched.top_k_by_predictions:
            found[f"{PREDICTIONS}(similarity, k)"] = (self.searched.found[PREDICTIONS][-1] + 1,)
        near = {
            name: self.searched.near[name] for name in exercise.names if name in self.searched.near
        }
        blank = ExerciseFinding(
            exercise.cell,
            exercise.title,
            found,
            exercise_points(ASSIGNMENT, exercise.cell),
            near=near,
        )
        looks = self.looks.get(exercise.cell)
        if not looks:
            return self.valued(blank)
        if exercise.cell == EXPERIMENT:
            look = max(looks, key=lambda look: look.judgement.earned)
        else:
            look = that_counts(
                looks,
                exercise,
                self.notebook,
                self.searched,
                stops,
                self.used_in,
                self.remarks.get(SETUP, ()) if exercise.cell == SETUP else (),
            )
        judgement = look.judgement
        remarks = [*look.remarks, *self.remarks.get(exercise.cell, {}).values()]
        if len(self.letters()) > 1 and exercise.cell == EXPERIMENT:
            told = [_of_experiment(*pair) for pair in zip(self.letters(), looks, strict=False)]
            remarks.append(f"several experiments are there: {'; '.join(told)}; the best one counts")
        parts = tuple(_part(verdict) for verdict in judgement.verdicts)
        swapped = [at for at in self.remarks.get(SETUP, ()) if at <= look.cell]
        if swapped:
            parts = tuple(_of_swapped(part, swapped[0]) for part in parts)
        if exercise.cell == EXPERIMENT and CHOICE not in found:
            parts = tuple(_unless_of_choice(part, judgement.verdicts) for part in parts)
        return self.valued(
            replace(
                blank,
                parts=parts,
                by_hand=judgement.by_hand,
                remarks=tuple(dict.fromkeys(remarks)),
                judged_after=look.cell,
            )
        )

    def valued(self, finding: ExerciseFinding) -> ExerciseFinding:
        """Return what was found of an exercise, with what its values show."""
        found, parts, hints = self.by_value.get(finding.exercise, (None, (), []))
        return with_values(finding, parts, found, hints)


def _of_swapped(part: Part, cell: int) -> Part:
    """Return a part whose functions are right, and whose figures are another model's, by its cause."""
    if part.mistake != FUNCTION_IS_WRONG:
        return part
    known = BY_ID[MODEL_OVERWRITTEN]
    return replace(
        part,
        message=f"{part.message}; cell {cell} has put another model in the place of the notebook's own",
        mistake=known.id,
        mistake_name=known.name,
        hint=known.hint,
    )


def _of_experiment(letter: str | None, look: Look) -> str:
    """Return what one of several experiments has earned, apart from the point for choosing it."""
    own = [v for v in look.judgement.verdicts if v.check.experiment is not None and v.check.points]
    earned = sum(v.check.points for v in own if v.status is Status.PASSED)
    wrong = [v.message for v in own if v.status is Status.FAILED and v.message not in NOT_FOUND]
    why = f" ({wrong[0]})" if wrong else ""
    return f"{letter} {earned:g} of {sum(v.check.points for v in own):g}{why}"


def _texts(student: Student, expression: str) -> list[str] | None:
    """Return a list of texts from a notebook, or None: what comes back is a stranger's word."""
    try:
        value = student.fetch(expression)
    except StudentError:
        return None
    is_list = isinstance(value, list) and all(isinstance(text, str) for text in value)
    return value if is_list else None


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
