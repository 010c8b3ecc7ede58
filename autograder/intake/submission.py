"""A submission's folder in; a notebook to grade, and what was found, out.

The notebook that comes back can always be graded or shown: where the student's own cannot be read, it is the
released one, with a first cell that says why, and `not_graded` set. The submitted files stay as they are.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.assignment import declared
from autograder.intake.candidates import (
    Candidate,
    Surroundings,
    candidate,
    choose,
    is_most_of,
    look_around,
)
from autograder.intake.findings import Finding, NotGraded, Obstacle, Problem
from autograder.intake.folder import check_folder
from autograder.intake.reading import Reading, UnreadableError, read_file, read_notebook
from autograder.notebook.cells import seems_to_make
from autograder.notebook.marks import NOTE_ID
from autograder.notebook.repair import holds_work, is_made_from, renew_ids

CELL_ID = f"{NOTE_ID}intake"
_MOST_NAMED = 10
_JUDGED_ELSEWHERE = "`autograder check` judges it as it is"
_NOTHING_THERE = (Obstacle.MISSING, Obstacle.EMPTY)
"""Where another notebook can only be the one that is meant."""


@dataclass(frozen=True)
class Intake:
    """What became of one submitted notebook.

    Attributes:
        notebook: nbformat 4.5, valid, without outputs; the release's where `not_graded` is set.
        findings: what was found, folder first.
        not_graded: why it cannot be graded, or None.
    """

    notebook: NotebookNode
    findings: tuple[Finding, ...]
    not_graded: NotGraded | None = None


def take_in(folder: Path, name: str, released: NotebookNode, quarantine: Path) -> Intake:
    """Make a submission safe and read its notebook: `check_folder`, then `open_notebook`.

    Args:
        folder: the submission.
        name: the notebook's file name, such as `assignment_2.ipynb`.
        released: the notebook that students were given.
        quarantine: where this submission's unsafe files go.

    Raises:
        CourseError: something unsafe is there and could not be moved.
    """
    return open_notebook(folder, name, released, check_folder(folder, quarantine, keep=(name,)))


def open_notebook(
    folder: Path,
    name: str,
    released: NotebookNode,
    found: Sequence[Finding] = (),
    given: Collection[str] = (),
) -> Intake:
    """Read the notebook of a folder that has been checked, also under another name.

    Args:
        folder: the submission.
        name: the notebook's file name.
        released: the notebook that students were given.
        found: what was found in the folder.
        given: names of all files of the release, which are nobody's work.
    """
    try:
        reading = _read(folder, name, released, found, given)
    except UnreadableError as error:
        return not_graded(released, error.verdict, found)
    findings = (*found, *reading.findings)
    notebook = reading.notebook
    # The release's: a kernel, a language or widgets of the student's own could only do harm.
    notebook.metadata = copy.deepcopy(released.metadata)
    if findings:
        notebook.cells.insert(0, findings_cell(notebook, findings))
    return Intake(notebook, findings)


def not_graded(notebook: NotebookNode, verdict: NotGraded, found: Sequence[Finding] = ()) -> Intake:
    """Return a notebook that says why a submission has no grades.

    Args:
        notebook: what is shown below: the release, or a submission that could be read.
        verdict: why.
        found: what else was found.
    """
    told = copy.deepcopy(notebook)
    told.cells = [cell for cell in told.cells if cell.get("id") != CELL_ID]
    told.cells.insert(0, _verdict_cell(told, verdict, found))
    renew_ids(told)  # a release of an older format has none, and may not hold that cell's
    return Intake(told, tuple(found), verdict)


def describe(intake: Intake) -> dict[str, Any]:
    """Return what an autograded notebook keeps of its intake, as plain data."""
    verdict = intake.not_graded
    return {
        "not_graded": None if verdict is None else verdict.sentence,
        "obstacle": None if verdict is None else verdict.obstacle.name,
        "found": [finding.sentence for finding in intake.findings],
        "choice": [finding.sentence for finding in intake.findings if finding.is_choice],
    }


def findings_cell(notebook: NotebookNode, findings: Sequence[Finding]) -> NotebookNode:
    """Return a Markdown cell that tells the student what was found; the rest is graded."""
    lines = ["**What was found when this submission was read; the rest has been graded:**", ""]
    return _cell(notebook, [*lines, *_listed(findings)])


def _verdict_cell(
    notebook: NotebookNode, verdict: NotGraded, findings: Sequence[Finding]
) -> NotebookNode:
    lines = [
        "**Not graded yet: a person looks at this submission. This is not the same as 0 points.**",
        "",
        f"{verdict.sentence}.",
    ]
    if verdict.obstacle is Obstacle.OWN_MAKING:
        lines += [
            "",
            "Copy your work into the notebook that was given, each part into the cell of its task, save it, and "
            "hand that in; or ask whoever grades to judge yours as it is. What you handed in has been kept as it was. "
            "Below stands the notebook as it was released.",
        ]
    elif verdict.obstacle is not Obstacle.CRASH:
        lines += [
            "",
            "Open your notebook in JupyterLab, run it, save it, and hand it in again under the name that it was "
            "given with. What you handed in has been kept as it was. Below stands the notebook as it was released.",
        ]
    if findings:
        lines += ["", "Besides:", "", *_listed(findings)]
    return _cell(notebook, lines)


def _cell(notebook: NotebookNode, lines: Sequence[str]) -> NotebookNode:
    taken = {cell.get("id") for cell in notebook.cells}
    name = CELL_ID
    while name in taken:
        name += "-"
    return new_markdown_cell("\n".join(lines), id=name[:64])


def _listed(findings: Sequence[Finding]) -> list[str]:
    return [f"- {finding.sentence}." for finding in findings]


def _read(
    folder: Path,
    name: str,
    released: NotebookNode,
    found: Sequence[Finding],
    given: Collection[str],
) -> Reading:
    around = look_around(folder, name, released, given)
    rest = around.candidates
    named: Candidate | None = None
    try:
        named = _named(folder, name, released, found)
    except UnreadableError as error:
        worked = [c.place for c in rest if c.work]
        if error.verdict.obstacle not in _NOTHING_THERE:
            detail = "; ".join(filter(None, (error.verdict.detail, _beside(worked))))
            raise UnreadableError(replace(error.verdict, detail=detail)) from error
        if not rest:
            raise UnreadableError(
                replace(error.verdict, detail=_instead(around, folder, given))
            ) from error
    if named is not None:
        # Cells of another assignment may be called the same.
        rest = tuple(c for c in rest if is_most_of(c.reading.notebook, released))
    chosen = choose(named, rest)
    if chosen is None or not (chosen.work or around.complete):
        obstacle = Obstacle.SEVERAL if named is None else Obstacle.UNCLEAR
        raise UnreadableError(NotGraded(name, obstacle, _listing([c.place for c in rest])))
    if not chosen.work and around.suspects:
        raise UnreadableError(NotGraded(name, Obstacle.ELSEWHERE, _listing(around.suspects)))
    if not is_made_from(chosen.reading.notebook, released):
        detail = _JUDGED_ELSEWHERE if _is_checked(released) else ""
        raise UnreadableError(NotGraded(chosen.place, Obstacle.OWN_MAKING, detail))
    findings = []
    if chosen is not named:
        problem = Problem.RENAMED if named is None else Problem.INSTEAD
        findings.append(Finding(chosen.place, problem))
    findings += [Finding(c.place, Problem.BESIDE) for c in rest if not c.work <= chosen.work]
    return Reading(chosen.reading.notebook, (*findings, *chosen.reading.findings))


def _is_checked(released: NotebookNode) -> bool:
    """Return whether an assignment asks for what `autograder check` looks for."""
    made: set[str] = set()
    for cell in released.cells:
        if cell.cell_type == "code":
            made.update(seems_to_make(cell.source))
    return any(made & known.asked_for for known in declared() if known.asked_for is not None)


def _named(folder: Path, name: str, released: NotebookNode, found: Sequence[Finding]) -> Candidate:
    """Return the notebook of the name that was given.

    Raises:
        UnreadableError: it is not there, or cannot be graded.
    """
    if not os.path.lexists(folder / name):
        is_aside = any(finding.where == name for finding in found)
        raise UnreadableError(NotGraded(name, Obstacle.ASIDE if is_aside else Obstacle.MISSING))
    reading = read_notebook(read_file(folder / name), name)
    if not holds_work(reading.notebook, released):
        raise UnreadableError(NotGraded(name, Obstacle.FOREIGN))
    return candidate(name, reading, released)


def _instead(around: Surroundings, folder: Path, given: Collection[str]) -> str:
    there = (*around.notebooks, *around.suspects)
    if there:
        return f"instead there is {_listing(there)}"
    # Other notebooks of the same assignment stand in nobody's place.
    has_another = any(name.endswith(".ipynb") and (folder / name).is_file() for name in given)
    return "" if has_another else "the folder holds no notebook at all"


def _beside(places: Sequence[str]) -> str:
    return f"beside it there is {_listing(places)}" if places else ""


def _listing(places: Sequence[str]) -> str:
    named = ", ".join(f"`{place}`" for place in places[:_MOST_NAMED])
    more = len(places) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named
