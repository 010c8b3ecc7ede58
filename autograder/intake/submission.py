"""A submission's folder in; a notebook to grade, and what was found, out.

The notebook that comes back can always be graded or shown: where the student's own cannot be read, it is the
released one, with a first cell that says why, and `not_graded` set. The submitted files stay as they are.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.intake.findings import Finding, NotGraded, Obstacle, Problem, shown
from autograder.intake.folder import check_folder
from autograder.intake.reading import Reading, UnreadableError, read_file, read_notebook
from autograder.notebook.repair import NOTE_ID, holds_work

CELL_ID = f"{NOTE_ID}intake"
_MAX_CANDIDATES = 10
_SKIPPED = (".ipynb_checkpoints", "__pycache__", ".git")


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
    folder: Path, name: str, released: NotebookNode, found: Sequence[Finding] = ()
) -> Intake:
    """Read the notebook of a folder that has been checked, also under another name.

    Args:
        folder: the submission.
        name: the notebook's file name.
        released: the notebook that students were given.
        found: what was found in the folder.
    """
    try:
        reading = _read(folder, name, released, found)
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
    return Intake(told, tuple(found), verdict)


def describe(intake: Intake) -> dict[str, Any]:
    """Return what an autograded notebook keeps of its intake, as plain data."""
    verdict = intake.not_graded
    return {
        "not_graded": None if verdict is None else verdict.sentence,
        "obstacle": None if verdict is None else verdict.obstacle.name,
        "found": [finding.sentence for finding in intake.findings],
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
    if verdict.obstacle is not Obstacle.CRASH:
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


def _read(folder: Path, name: str, released: NotebookNode, found: Sequence[Finding]) -> Reading:
    if os.path.lexists(folder / name):
        reading = read_notebook(read_file(folder / name), name)
        if not holds_work(reading.notebook, released):
            raise UnreadableError(NotGraded(name, Obstacle.FOREIGN))
        return reading
    if any(finding.where == name for finding in found):
        raise UnreadableError(NotGraded(name, Obstacle.ASIDE))
    others = [path for path in _notebooks(folder) if path != folder / name]
    candidates: dict[bytes, tuple[Path, Reading]] = {}
    for path in others[:_MAX_CANDIDATES]:
        try:
            content = read_file(path)
            reading = read_notebook(content, _relative(folder, path))
        except UnreadableError:
            continue
        if holds_work(reading.notebook, released):
            candidates.setdefault(content, (path, reading))
    named = ", ".join(f"`{_relative(folder, path)}`" for path in others[:_MAX_CANDIDATES])
    if not candidates:
        detail = f"instead there is {named}" if others else "the folder holds no notebook at all"
        raise UnreadableError(NotGraded(name, Obstacle.MISSING, detail))
    if len(candidates) > 1:
        raise UnreadableError(NotGraded(name, Obstacle.SEVERAL, named))
    ((path, reading),) = candidates.values()
    renamed = Finding(_relative(folder, path), Problem.RENAMED)
    return Reading(reading.notebook, (renamed, *reading.findings))


def _notebooks(folder: Path) -> list[Path]:
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - set(_SKIPPED))
        found += [Path(parent, name) for name in sorted(names) if name.lower().endswith(".ipynb")]
    return found


def _relative(folder: Path, path: Path) -> str:
    return shown(str(path.relative_to(folder)))
