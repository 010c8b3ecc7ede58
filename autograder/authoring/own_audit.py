"""`autograder audit --assignment NAME`: a course's own checks against right and wrong work that its author has written.

`checks/NAME/variants/CELL/*.py` in the course hold what a student may write for a graded cell CELL. Each begins with
`# right: what is unusual about it` or with `# wrong: what is wrong`, then perhaps `# misconception: ID`, the mistake
that has to be told. The solution of `source` is always the first right variant.

Everything runs in this process: solution and variants are the author's own.
"""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.assignment import Assignment, judged_cells
from autograder.authoring.headers import header_of
from autograder.errors import AuditError
from autograder.judging.exercise import Subject, judge_many
from autograder.notebook.cells import parsed
from autograder.notebook.marks import grade_id
from autograder.seam.student import in_process
from autograder.verdicts import Status, Verdict

VARIANTS = "variants"
"""Folder beside the checks, with one for each graded cell."""
SEEDS = 20
"""With how many seeds each variant is judged."""
_KEYS: dict[str, set[str]] = {"right": set(), "wrong": {"misconception"}}
"""The first key of a header, and those that may follow."""


@dataclass(frozen=True)
class OwnVariant:
    """One way to write what a graded cell judges.

    Attributes:
        cell: the graded cell's id.
        name: of its file; "the solution" for that.
        about: what is unusual or wrong, in one line.
        is_right: whether the checks have to pass it.
        misconception: id of the mistake that has to be told; empty if any or none will do.
        code: what stands behind the solution's cells.
    """

    cell: str
    name: str
    about: str
    is_right: bool
    misconception: str = ""
    code: str = ""


@dataclass(frozen=True)
class Shortfall:
    """A variant that was not judged as it has to be.

    Attributes:
        variant: which.
        seeds: with how many of the seeds.
        what: what was seen instead, in words.
    """

    variant: OwnVariant
    seeds: int
    what: str


def read_variants(assignment: Assignment) -> list[OwnVariant]:
    """Return the solution and all variants of an assignment, cell by cell.

    Raises:
        AuditError: a folder belongs to no judged cell, or a header is not as the module says.
    """
    cells = judged_cells(assignment)
    variants = [OwnVariant(cell, "the solution", "", is_right=True) for cell in cells]
    for folder in sorted((assignment.checks / VARIANTS).glob("*/")):
        if folder.name not in cells:
            raise AuditError(
                f"{folder}: no checks judge a cell {folder.name!r}; there are some for {', '.join(cells)}"
            )
        variants += [_read(path) for path in sorted(folder.glob("*.py"))]
    return sorted(variants, key=lambda one: cells.index(one.cell))


def _read(path: Path) -> OwnVariant:
    text = path.read_text(encoding="utf-8")
    header = header_of(text)
    kind = next(iter(header), "")
    if kind not in _KEYS:
        raise AuditError(
            f"{path}: begin it with a line `# right: what is unusual about it` or `# wrong: what is wrong`"
        )
    if unknown := sorted(set(header) - {kind} - _KEYS[kind]):
        raise AuditError(f"{path}: the header has an unknown key {unknown[0]!r}")
    named = header.get("misconception", "")
    return OwnVariant(path.parent.name, path.stem, header[kind], kind == "right", named, text)


def audit_own(
    assignment: Assignment, notebooks: Sequence[Path], seeds: int, say: Callable[[str], None]
) -> list[Shortfall]:
    """Judge all variants with several seeds.

    Args:
        assignment: with checks of a course's own.
        notebooks: its source, with solutions.
        seeds: how many.
        say: takes a line for each graded cell.

    Raises:
        AuditError: the solution does not run, or a variant cannot be read.
        CourseError: the checks cannot be used.
    """
    sources = [nbformat.read(path, as_version=4) for path in notebooks]
    variants = read_variants(assignment)
    shortfalls: list[Shortfall] = []
    for cell in judged_cells(assignment):
        notebook = next((one for one in sources if cell in map(grade_id, one.cells)), None)
        if notebook is None:
            raise AuditError(
                f"{assignment.checks}: no notebook of {assignment.name} has the cell {cell!r}"
            )
        own = [one for one in variants if one.cell == cell]
        failed = [
            short for variant in own for short in _shortfalls(assignment, notebook, variant, seeds)
        ]
        wrong = [one for one in own if not one.is_right]
        missed = {short.variant for short in failed}
        say(
            f"{cell}: {_share(len(own) - len(wrong), sum(one.is_right for one in missed))} right spared, "
            f"{_share(len(wrong), sum(not one.is_right for one in missed))} wrong caught as they have to be"
        )
        shortfalls += failed
    return shortfalls


def _share(count: int, missed: int) -> str:
    return f"{count - missed} of {count}"


def _shortfalls(
    assignment: Assignment, notebook: NotebookNode, variant: OwnVariant, seeds: int
) -> Iterator[Shortfall]:
    known = assignment.catalogue().by_id
    if variant.misconception and variant.misconception not in known:
        raise AuditError(
            f"{variant.cell}/{variant.name}: no mistake is called {variant.misconception!r}; "
            f"there are {', '.join(known)}"
        )
    student = in_process(_worked_through(notebook, variant), {})
    subjects = [Subject(student, seed) for seed in range(seeds)]
    judgements = judge_many(assignment, variant.cell, subjects, None)
    faults = (_fault(judgement.verdicts, variant) for judgement in judgements)
    seen = Counter(what for what in faults if what is not None)
    yield from (Shortfall(variant, count, what) for what, count in seen.items())


def _fault(verdicts: Sequence[Verdict], variant: OwnVariant) -> str | None:
    broken = [verdict for verdict in verdicts if verdict.status is Status.NOT_JUDGED]
    if broken:
        return f"not judged: {broken[0].message}"
    failed = [verdict for verdict in verdicts if verdict.status is Status.FAILED]
    if variant.is_right:
        return f"failed: {failed[0].message}" if failed else None
    if not failed:
        return "passed all checks"
    named = {verdict.misconception for verdict in failed} - {None}
    if variant.misconception and variant.misconception not in named:
        called = ", ".join(sorted(map(str, named))) or "nothing"
        return f"called {called}, expected {variant.misconception}"
    return None


def _worked_through(notebook: NotebookNode, variant: OwnVariant) -> dict[str, Any]:
    """Return the globals after the cells up to the graded one, and the variant's code."""
    space: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in notebook.cells:
            if grade_id(cell) == variant.cell:
                break
            if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
                _run(cell.source, space, f"cell {grade_id(cell) or cell.get('id')!r} of the source")
        _run(variant.code, space, f"{variant.cell}/{variant.name}")
    return space


def _run(source: str, space: dict[str, Any], what: str) -> None:
    tree = parsed(source)
    if tree is None:
        raise AuditError(f"{what} is no Python")
    try:
        exec(compile(tree, f"<{what}>", "exec"), space)
    except Exception as error:
        raise AuditError(f"{what} stops with {type(error).__name__}: {error}") from error
