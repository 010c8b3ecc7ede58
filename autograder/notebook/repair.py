"""Puts a submission's cells back to what the release gave, and says what it found.

Students delete, copy, split, merge, move and edit cells; editors help (splitting a cell copies its metadata,
merging keeps those of the first). Nothing that a student wrote is lost: a surplus cell stays as a plain one.
Locked cells get the release's text, and what else stood in one follows it; missing cells return to their
place, and known cells return to the release's order, each followed by the student's own cells that stood
behind it. A cell is known by its nbgrader id; where that is gone, by its cell id or a locked cell's text.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.notebook.cells import seems_to_make


class Change(StrEnum):
    """What was found, in words that go on from the cell's name."""

    MISSING = "was missing and has been put back as it was released"
    MISSING_WORK = (
        "was missing, so there is no work of yours in it; it has been put back as it was released"
    )
    MISSING_ANSWER = (
        "was missing and has been put back; a person looks for your answer in your other texts"
    )
    ELSEWHERE = "was missing; what it asks for stands in another of your cells, and that counts"
    COPIED = "was there more than once; its first copy counts"
    COPIED_WORK = (
        "was there more than once; its first copy counts, and the others run as plain cells"
    )
    JOINED = "was there in several pieces, which have been joined"
    MOVED = "stood elsewhere and has been moved back to its place"
    EDITED = "was changed, although it is locked; the released text has been used, and yours kept behind it"
    RETYPED = "was turned into another type of cell, and has been turned back"
    METADATA = "had other settings (id, points, lock or role); the released ones have been used"


_GRADERS_KEYS = ("nbgrader", "autograder")
"""Metadata that only the release may set; the second holds verdicts while a submission is graded."""
NOTE_ID = "autograder-"
"""Cells whose id begins so were written by the grader."""
_STANDS_ELSEWHERE = (
    "# This cell was missing. What it asks for stands in another cell of yours, which counts."
)
_ANSWER_ELSEWHERE = "*This cell was missing. A person looks for the answer in the other texts.*"


@dataclass(frozen=True)
class Repair:
    """One thing that was found and mended: the cell's id, and what was wrong."""

    cell: str
    change: Change


def grade_id(cell: NotebookNode) -> str | None:
    """Return a cell's nbgrader id, or None."""
    metadata = cell.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = about.get("grade_id") if isinstance(about, dict) else None
    return name if isinstance(name, str) else None


def repair(submitted: NotebookNode, released: NotebookNode) -> list[Repair]:
    """Put the cells of `submitted` back to what `released` gave, in place.

    Args:
        submitted: nbformat 4, as the student left it.
        released: what the student was given.

    Returns:
        What was mended, in the order of the release.
    """
    given = _given(released)
    names = _recognise(submitted, given)
    found: dict[str, list[NotebookNode]] = {}
    # Blocks keep the student's own cells behind the known cell that they followed.
    blocks: list[tuple[str | None, list[NotebookNode]]] = [(None, [])]
    for name, cell in zip(names, submitted.cells, strict=True):
        if name is None:
            blocks[-1][1].append(_plain(cell))
            continue
        found.setdefault(name, []).append(cell)
        if len(found[name]) == 1:
            blocks.append((name, [cell]))
        elif _is_surplus_work(cell, given[name]):
            blocks[-1][1].append(_plain(copy.deepcopy(cell)))

    added = {name: _added(copies[0], given[name]) for name, copies in found.items()}
    repairs = {name: _mend(given[name], copies) for name, copies in found.items()}
    order = list(given)
    places = [order.index(name) for name, _ in blocks if name is not None]
    for place in _out_of_order(places):
        repairs[order[place]].append(Change.MOVED)
    by_name = dict(blocks)
    missing = [name for name in order if name not in by_name]
    for name, text in added.items():
        if text:
            runs = any(
                _asked(given[gap]) and _asked(given[gap]) <= _defined(text) for gap in missing
            )
            by_name[name].insert(1, new_code_cell(text) if runs else _quoted(name, text))
    own = _Own(by_name, released)
    for name in missing:
        again, change = own.put_back(name)
        by_name[name], repairs[name] = [again], [change]
    if any(repairs.values()):
        submitted.cells = [cell for name in (None, *order) for cell in by_name.get(name, [])]
        _renew_ids(submitted)
    return [Repair(name, change) for name in order for change in repairs[name]]


def holds_work(submitted: NotebookNode, released: NotebookNode) -> bool:
    """Return whether a notebook is a copy of `released`, in whatever state, and no other notebook."""
    given = _given(released)
    if any(_recognise(submitted, given)):
        return True
    wanted = [asked for cell in given.values() if (asked := _asked(cell))]
    defined = [_defined(cell.source) for cell in submitted.cells if cell.cell_type == "code"]
    return any(asked <= names for asked in wanted for names in defined)


def _given(released: NotebookNode) -> dict[str, NotebookNode]:
    return {name: cell for cell in released.cells if (name := grade_id(cell))}


def _recognise(submitted: NotebookNode, given: dict[str, NotebookNode]) -> list[str | None]:
    """Return for each submitted cell which released one it is, or None."""
    names = [name if (name := grade_id(cell)) in given else None for cell in submitted.cells]
    gone = {name: cell for name, cell in given.items() if name not in names}
    by_id = {cell.id: name for name, cell in gone.items() if cell.get("id")}
    by_text = {
        (cell.cell_type, cell.source): name
        for name, cell in gone.items()
        if not _is_open(cell) and cell.source.strip()
    }
    for index, cell in enumerate(submitted.cells):
        if names[index] is None:
            name = by_id.get(str(cell.get("id"))) or by_text.get((cell.cell_type, cell.source))
            if name in gone:
                names[index] = name
                del gone[name]
    return names


def _is_open(given: NotebookNode) -> bool:
    """Return whether a released cell is one that students write in."""
    return bool(given.metadata.nbgrader.get("solution", False))


def _defined(source: str) -> set[str]:
    """Return the names that a code cell's lines define; by form, because what students write need not parse."""
    return set(seems_to_make(source))


def _asked(given: NotebookNode) -> set[str]:
    """Return the names that a released open code cell asks the student to define."""
    return _defined(given.source) if given.cell_type == "code" and _is_open(given) else set()


def _added(cell: NotebookNode, given: NotebookNode) -> str:
    """Return what a student wrote into a locked cell: merging cells can put all their work there."""
    if _is_open(given) or cell.source.strip() in given.source:
        return ""
    return str(cell.source.replace(given.source, "", 1).strip("\n"))


def _quoted(name: str, text: str) -> NotebookNode:
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return new_markdown_cell(f"What stood in the locked cell `{name}`:\n\n{fence}\n{text}\n{fence}")


class _Own:
    """The student's own texts and code, among which the work of a missing cell may be."""

    def __init__(
        self, by_name: dict[str | None, list[NotebookNode]], released: NotebookNode
    ) -> None:
        self.given = given = _given(released)
        cells = [(name, cell) for name, block in by_name.items() for cell in block]
        texts = "\n".join(cell.source for cell in released.cells)
        self.writes = any(
            cell.cell_type != "code" and cell.source.strip() and cell.source not in texts
            for _, cell in cells
            if grade_id(cell) is None and not str(cell.get("id", "")).startswith(NOTE_ID)
        )
        self.defined = [
            # What the release itself defines in that cell is not the work of another one.
            _defined(cell.source) - (_defined(given[known].source) if known else set())
            for _, cell in cells
            if cell.cell_type == "code"
            and ((known := grade_id(cell)) is None or _is_open(given[known]))
        ]

    def put_back(self, name: str) -> tuple[NotebookNode, Change]:
        """Return a missing cell as it was released, unless that would hide the student's work elsewhere."""
        cell = copy.deepcopy(self.given[name])
        if not _is_open(cell):
            return cell, Change.MISSING
        asked = _asked(cell)
        if asked and any(asked <= names for names in self.defined):
            cell.source = _STANDS_ELSEWHERE
            return cell, Change.ELSEWHERE
        if cell.cell_type != "code" and self.writes:
            cell.source = _ANSWER_ELSEWHERE
            return cell, Change.MISSING_ANSWER
        return cell, Change.MISSING_WORK


def _is_surplus_work(surplus: NotebookNode, given: NotebookNode) -> bool:
    """Return whether a second copy holds something of the student's that should stay, as a plain cell."""
    if _is_open(given):
        return bool(given.cell_type == "code")  # pieces of a text are joined instead
    return surplus.source.strip() not in given.source


def _plain(cell: NotebookNode) -> NotebookNode:
    """Take the grader's metadata out of a cell."""
    if not isinstance(cell.get("metadata"), dict):
        cell.metadata = NotebookNode()
    for key in _GRADERS_KEYS:
        cell.metadata.pop(key, None)
    return cell


def _renew_ids(notebook: NotebookNode) -> None:
    """Give a new id to every cell that has none or somebody else's: the format wants them distinct."""
    notebook.nbformat, notebook.nbformat_minor = 4, max(notebook.nbformat_minor, 5)
    taken = {cell.get("id") for cell in notebook.cells}
    seen: set[str | None] = {None}
    new = (name for i in count(1) if (name := f"cell-{i}") not in taken)
    known_first = sorted(notebook.cells, key=lambda cell: grade_id(cell) is None)
    for cell in known_first:
        if cell.get("id") in seen:
            cell.id = next(new)
        seen.add(cell.id)


def _mend(given: NotebookNode, copies: list[NotebookNode]) -> list[Change]:
    """Mend the first copy of a cell in place; say what was wrong with it."""
    changes: list[Change] = []
    cell = copies[0]
    locked = not _is_open(given)
    if len(copies) > 1:
        changes.append(_merge(cell, copies[1:], given, locked))
    if cell.cell_type != given.cell_type:
        _retype(cell, given.cell_type)
        changes.append(Change.RETYPED)
    if _settings(cell) != _settings(given):
        changes.append(Change.METADATA)
    if not isinstance(cell.get("metadata"), dict):
        cell.metadata = NotebookNode()
    if locked:  # tags too, which could keep a cell from running
        cell.metadata = copy.deepcopy(given.metadata)
    else:
        for key in _GRADERS_KEYS:
            cell.metadata.pop(key, None)
            if key in given.metadata:
                cell.metadata[key] = copy.deepcopy(given.metadata[key])
    if locked and cell.source != given.source:
        cell.source = given.source
        changes.append(Change.EDITED)
    return changes


def _merge(
    cell: NotebookNode, others: list[NotebookNode], given: NotebookNode, locked: bool
) -> Change:
    if locked:
        return Change.COPIED
    if given.cell_type == "code":
        return Change.COPIED_WORK
    texts = list(dict.fromkeys(copy.source for copy in [cell, *others]))
    cell.source = "\n\n".join(texts)
    return Change.JOINED if len(texts) > 1 else Change.COPIED


def _settings(cell: NotebookNode) -> dict[str, Any]:
    metadata = cell.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    keys = ("grade_id", "grade", "solution", "locked", "points", "task")
    return {key: about.get(key) if isinstance(about, dict) else None for key in keys}


def _retype(cell: NotebookNode, cell_type: str) -> None:
    cell.cell_type = cell_type
    if cell_type == "code":
        cell.outputs, cell.execution_count = [], None
        cell.pop("attachments", None)
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def _out_of_order(places: list[int]) -> list[int]:
    """Return the fewest numbers to take out so that the rest rises (longest increasing subsequence)."""
    nothing: list[int] = []
    best: list[list[int]] = []
    for index, place in enumerate(places):
        shorter = [best[i] for i in range(index) if places[i] < place]
        best.append([*max([*shorter, nothing], key=len), place])
    longest = max([*best, nothing], key=len)
    return [place for place in places if place not in longest]
