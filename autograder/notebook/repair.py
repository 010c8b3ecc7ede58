"""Puts a submission's cells back to what the release gave, and says what it found.

Students delete, copy, split, merge, move and edit cells; editors help (splitting a cell copies its metadata,
merging keeps those of the first). Nothing that a student wrote is lost: a surplus cell stays as a plain one.
Locked cells get the release's text, and what else stood in one follows it; missing cells return to their
place, and known cells return to the release's order, each followed by the student's own cells that stood
behind it. A cell is known by its nbgrader id; where that is gone, by its cell id or a locked cell's text.
"""

from __future__ import annotations

import ast
import copy
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import count, pairwise
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.notebook.cells import parsed, seems_to_make
from autograder.notebook.marks import NOTE_ID, grade_id


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
_FEW_SENTENCES = 3
_LEAST_WORDS, _LEAST_LETTERS = 5, 30
_OF_CODE = frozenset("=()[]{}\"'")
_COMMENT = re.compile(r"#[^\n]*")
_STANDS_ELSEWHERE = (
    "# This cell was missing. What it asks for stands in another cell of yours, which counts."
)
_ANSWER_ELSEWHERE = "*This cell was missing. A person looks for the answer in the other texts.*"


@dataclass(frozen=True)
class Repair:
    """One thing that was found and mended: the cell's id, and what was wrong."""

    cell: str
    change: Change


def repair(submitted: NotebookNode, released: NotebookNode) -> list[Repair]:
    """Put the cells of `submitted` back to what `released` gave, in place.

    Args:
        submitted: nbformat 4, as the student left it.
        released: what the student was given.

    Returns:
        What was mended, in the order of the release.
    """
    given = _given(released)
    names = _recognise(submitted, released)
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
            defined = _defined(text)
            runs = any((asked := _asked(given[gap])) and asked <= defined for gap in missing)
            by_name[name].insert(1, new_code_cell(text) if runs else _quoted(name, text))
    own = _Own(by_name, released)
    for name in missing:
        again, change = own.put_back(name)
        by_name[name], repairs[name] = [again], [change]
    if any(repairs.values()):
        submitted.cells = [cell for name in (None, *order) for cell in by_name.get(name, [])]
        renew_ids(submitted)
    return [Repair(name, change) for name in order for change in repairs[name]]


def holds_work(submitted: NotebookNode, released: NotebookNode) -> bool:
    """Return whether a notebook is a copy of `released`, in whatever state, and no other notebook."""
    given = _given(released)
    if any(_recognise(submitted, released)):
        return True
    wanted = [asked for cell in given.values() if (asked := _asked(cell))]
    defined = [_defined(cell.source) for cell in submitted.cells if cell.cell_type == "code"]
    return any(asked <= names for asked in wanted for names in defined)


def is_made_from(submitted: NotebookNode, released: NotebookNode) -> bool:
    """Return whether a notebook was made from `released`, and not written afresh with the names that it asks for.

    A copy keeps some cell's id, or the text of one that is locked; who copied code alone has kept some sentences.
    """
    given = _given(released)
    kept = {id_ for name, cell in given.items() for id_ in (name, cell.get("id")) if id_}
    locked = {_without_blanks(cell.source) for cell in given.values() if not _is_open(cell)} - {""}
    if any(
        grade_id(cell) in kept or cell.get("id") in kept or _without_blanks(cell.source) in locked
        for cell in submitted.cells
    ):
        return True
    told = _sentences(released)
    return len(told & _sentences(submitted)) >= min(_FEW_SENTENCES, len(told))


def _sentences(notebook: NotebookNode) -> set[str]:
    """Return the lines of a notebook that somebody has worded: long ones that are no code."""
    return {
        line
        for cell in notebook.cells
        for whole in cell.source.splitlines()
        if len(line := whole.strip()) >= _LEAST_LETTERS
        and len(line.split()) >= _LEAST_WORDS
        and not _OF_CODE.intersection(line)
    }


def work_in(submitted: NotebookNode, released: NotebookNode) -> frozenset[tuple[str, str]]:
    """Return what a student has written into a copy of `released`; nothing for an untouched one.

    Returns:
        Pairs of a task's cell and a text: what stands in that cell, or in another that defines what the task asks for.
        The cell is "" for whatever else was added. Line ends and blanks at their ends make no difference.
    """
    given = _given(released)
    tasks = {name: asked for name, cell in given.items() if (asked := _asked(cell))}
    released_texts = {_without_blanks(cell.source) for cell in released.cells}
    work = set()
    for name, cell in zip(_recognise(submitted, released), submitted.cells, strict=True):
        text = _without_blanks(cell.source)
        if not text or text in released_texts:
            continue
        if name is not None and _is_open(given[name]):
            work.add((name, text))
            continue
        defined = _defined(text) if cell.cell_type == "code" else set()
        elsewhere = {(task, text) for task, asked in tasks.items() if asked <= defined}
        if elsewhere or name is None:  # a locked cell that only looks different is no work
            work |= elsewhere or {("", text)}
    return frozenset(work)


def tasks_defined(text: str, released: NotebookNode) -> bool:
    """Return whether a program's text defines what a task of `released` asks for."""
    defined = _defined(text)
    return any(asked <= defined for cell in _given(released).values() if (asked := _asked(cell)))


def known_share(submitted: NotebookNode, released: NotebookNode) -> float:
    """Return which part of the cells that nbgrader knows of `released` is in a notebook, from 0 to 1."""
    given = _given(released)
    return len(set(_recognise(submitted, released)) - {None}) / max(1, len(given))


def _without_blanks(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def _reads_the_same(cell: NotebookNode, given: NotebookNode) -> bool:
    """Return whether a person would call two cells the same: ends of lines, blanks and a formatter's width aside."""
    if _without_blanks(cell.source) == _without_blanks(given.source):
        return True
    if given.cell_type != "code":
        return False
    trees = [parsed(each.source) for each in (cell, given)]
    if None in trees or _comments(cell.source) != _comments(given.source):
        return False
    try:
        one, other = (ast.dump(tree) for tree in trees if tree is not None)
    except RecursionError:
        return False
    return one == other


def _comments(source: str) -> list[str]:
    return [match.strip() for match in _COMMENT.findall(source)]


def _given(released: NotebookNode) -> dict[str, NotebookNode]:
    return {name: cell for cell in released.cells if (name := grade_id(cell))}


def _recognise(submitted: NotebookNode, released: NotebookNode) -> list[str | None]:
    """Return for each submitted cell which released one it is, or None."""
    given = _given(released)
    names = [name if (name := grade_id(cell)) in given else None for cell in submitted.cells]
    gone = {name: cell for name, cell in given.items() if name not in names}
    by_id = {cell.id: name for name, cell in gone.items() if cell.get("id")}
    by_text = {
        (cell.cell_type, _without_blanks(cell.source)): name
        for name, cell in gone.items()
        if not _is_open(cell) and cell.source.strip()
    }
    for index, cell in enumerate(submitted.cells):
        if names[index] is None:
            name = by_id.get(str(cell.get("id"))) or by_text.get(
                (cell.cell_type, _without_blanks(cell.source))
            )
            if name in gone:
                names[index] = name
                del gone[name]
    if not any(grade_id(cell) for cell in submitted.cells):
        _recognise_by_place(names, submitted, released)
    return names


def _recognise_by_place(
    names: list[str | None], submitted: NotebookNode, released: NotebookNode
) -> None:
    """Recognise open code cells of a notebook without any metadata: as many as were released between known cells."""
    given = _given(released)
    order = list(given)
    plain = {cell.source for cell in released.cells if grade_id(cell) is None} | {""}
    known = [(index, order.index(name)) for index, name in enumerate(names) if name is not None]
    ends = [(-1, -1), *known, (len(names), len(order))]
    for (start, first), (stop, last) in pairwise(ends):
        gone = [
            name
            for name in order[first + 1 : last]
            if given[name].cell_type == "code" and _is_open(given[name])
        ]
        own = [
            index
            for index in range(start + 1, stop)
            if (cell := submitted.cells[index]).cell_type == "code" and cell.source not in plain
        ]
        if len(gone) == len(own):
            for index, name in zip(own, gone, strict=True):
                names[index] = name


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
    if _is_open(given) or cell.source.strip() in given.source or _reads_the_same(cell, given):
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


def renew_ids(notebook: NotebookNode) -> None:
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
    if locked:
        if not _reads_the_same(cell, given):
            changes.append(Change.EDITED)
        cell.source = given.source
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
