"""Puts a submission's cells back to what the release gave, and says what it found.

Students delete, copy, split, move and edit cells; editors help (splitting a cell copies its metadata).
Nothing that a student wrote is lost, except in a locked cell: a surplus cell stays as a plain one. Locked
cells get the release's text, missing cells return to their place, and known cells return to the release's
order, each followed by the student's own cells that stood behind it.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Any

from nbformat import NotebookNode


class Change(StrEnum):
    """What was found, in words that go on from the cell's name."""

    MISSING = "was missing and has been put back as it was released"
    MISSING_WORK = (
        "was missing, so there is no work of yours in it; it has been put back as it was released"
    )
    COPIED = "was there more than once; its first copy counts"
    COPIED_WORK = (
        "was there more than once; its first copy counts, and the others run as plain cells"
    )
    JOINED = "was there in several pieces, which have been joined"
    MOVED = "stood elsewhere and has been moved back to its place"
    EDITED = "was changed, although it is locked; the released text has been used"
    RETYPED = "was turned into another type of cell, and has been turned back"
    METADATA = "had other settings (points, lock or role); the released ones have been used"


_GRADERS_KEYS = ("nbgrader", "autograder")
"""Metadata that only the release may set; the second holds verdicts while a submission is graded."""


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
    given = {name: cell for cell in released.cells if (name := grade_id(cell))}
    found: dict[str, list[NotebookNode]] = {}
    # Blocks keep the student's own cells behind the known cell that they followed.
    blocks: list[tuple[str | None, list[NotebookNode]]] = [(None, [])]
    for cell in submitted.cells:
        name = grade_id(cell)
        if name is None or name not in given:
            blocks[-1][1].append(_plain(cell))
            continue
        found.setdefault(name, []).append(cell)
        if len(found[name]) == 1:
            blocks.append((name, [cell]))
        elif _is_surplus_work(cell, given[name]):
            blocks[-1][1].append(_plain(copy.deepcopy(cell)))

    repairs = {name: _mend(name, given[name], copies) for name, copies in found.items()}
    order = list(given)
    places = [order.index(name) for name, _ in blocks if name is not None]
    for place in _out_of_order(places):
        repairs[order[place]].append(Change.MOVED)
    by_name = dict(blocks)
    for name in order:
        if name not in by_name:
            by_name[name] = [copy.deepcopy(given[name])]
            editable = given[name].metadata.nbgrader.get("solution", False)
            repairs[name] = [Change.MISSING_WORK if editable else Change.MISSING]
    if any(repairs.values()):
        submitted.cells = [cell for name in (None, *order) for cell in by_name.get(name, [])]
        _renew_ids(submitted)
    return [Repair(name, change) for name in order for change in repairs[name]]


def _is_surplus_work(surplus: NotebookNode, given: NotebookNode) -> bool:
    """Return whether a second copy holds something of the student's that should stay, as a plain cell."""
    if given.metadata.nbgrader.get("solution"):
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
    known_first = sorted(notebook.cells, key=lambda cell: grade_id(cell) is None)
    for cell in known_first:
        if cell.get("id") in seen:
            cell.id = next(new for i in count(1) if (new := f"cell-{i}") not in taken)
            taken.add(cell.id)
        seen.add(cell.id)


def _mend(name: str, given: NotebookNode, copies: list[NotebookNode]) -> list[Change]:
    """Mend the first copy of a cell in place; say what was wrong with it."""
    changes: list[Change] = []
    cell = copies[0]
    locked = not given.metadata.nbgrader.get("solution", False)
    if len(copies) > 1:
        changes.append(_merge(cell, copies[1:], given, locked))
    if cell.cell_type != given.cell_type:
        _retype(cell, given.cell_type)
        changes.append(Change.RETYPED)
    if _settings(cell) != _settings(given):
        changes.append(Change.METADATA)
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
    about = cell.metadata.nbgrader
    return {key: about.get(key) for key in ("grade", "solution", "locked", "points", "task")}


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
