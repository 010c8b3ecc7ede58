"""What is known of a sheet, whichever platform gave it out: the column of the grades, and one entry a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from autograder.errors import ChoiceError, CourseError
from autograder.sheets.reading import Row, Sheet

NO_GRADE = frozenset({"", "-"})
"""What stands in a cell where there is no grade."""
_ROUNDED_ID = re.compile(r"\d[.,]\d+E\+\d+", re.ASCII)


class Above(StrEnum):
    """What an importer does with a grade above the maximum."""

    TAKEN = "takes it"
    SKIPPED = "leaves the row out, without a word"
    CAPPED = "cuts it down to the maximum, unless the item may exceed it"


@dataclass(frozen=True)
class Entry:
    """One person's row.

    Attributes:
        index: of its row in the sheet's.
        number: of its row as a spreadsheet counts.
        name: the person's, as it stands there.
        ids: identifiers that stand there, by the column's name as `column_key` gives it; none is empty.
        grade: what stands in the column of the grades.
        kept: why the row is left alone, or None.
        refused: why its grade would not be safe, or None.
        comment: what stands in the column of comments.
    """

    index: int
    number: int
    name: str
    ids: Mapping[str, str]
    grade: str
    kept: str | None = None
    refused: str | None = None
    comment: str = ""


@dataclass(frozen=True)
class Target:
    """A sheet that was recognised.

    Attributes:
        platform: whose it is, in words.
        title: of the column of the grades.
        column: its index.
        maximum: points that can be had there; None where the sheet does not say.
        above: what the importer does with more.
        hints: texts of numbers besides the grades, which tell the decimal mark.
        entries: one a person.
        comment: index of the column of comments, where there is one.
        notes: what whoever imports it has to know.
    """

    platform: str
    title: str
    column: int
    maximum: Decimal | None
    above: Above
    hints: tuple[str, ...]
    entries: tuple[Entry, ...]
    comment: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A column that grades could go into.

    Attributes:
        index: of the column.
        header: its name, whole.
        title: of what is graded.
    """

    index: int
    header: str
    title: str


def same(text: str) -> str:
    """Return a text as it is compared: without blanks around it, letters and accents in one form."""
    return unicodedata.normalize("NFC", text.strip())


def column_key(name: str) -> str:
    """Return a column's name as it is compared: capitals and a `#` before it do not count."""
    return same(name).lstrip("#").casefold()


def columns_of(sheet: Sheet, width: int | None = None) -> dict[str, int]:
    """Return the index of each column by its key.

    Args:
        sheet: where they are.
        width: only of so many first ones; None for all.

    Raises:
        CourseError: two columns have one name.
    """
    found: dict[str, int] = {}
    for index, name in enumerate(sheet.header[:width]):
        if name and found.setdefault(column_key(name), index) != index:
            raise CourseError(
                f"{sheet.path}: two columns are called {name}; which one the importer takes is not known. Remove one"
            )
    return found


def chosen(sheet: Sheet, choices: Sequence[Choice], wanted: str | None, assignment: str) -> Choice:
    """Return the column that is meant: the one that was asked for, that is called like the assignment, or the only one.

    Args:
        sheet: where they are.
        choices: columns that grades could go into.
        wanted: a header or title, as the user has given it, or None.
        assignment: name of the assignment.

    Raises:
        ChoiceError: it is not clear.
    """
    if wanted is not None:
        fitting = [c for c in choices if same(c.header) == same(wanted)]
        fitting = fitting or [c for c in choices if same(c.title) == same(wanted)]
    elif len(choices) == 1:
        fitting = list(choices)
    else:
        fitting = [c for c in choices if _loosely(c.title) == _loosely(assignment)]
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(f"“{c.header}”" for c in choices) or "none"
    if fitting:
        why = f"{len(fitting)} columns could be meant"
    else:
        why = f"no column for grades is called {wanted or assignment}"
    raise ChoiceError(f"{sheet.path}: {why}; name one with --title: {listed}")


def of_another_assignment(title: str, assignment: str) -> tuple[str, ...]:
    """Return a note if a column is not called like the assignment."""
    if _loosely(title) == _loosely(assignment):
        return ()
    return (f"The grades of {assignment} go into “{title}”: make sure that it is the same.",)


def row_obstacle(row: Row, width: int, ids: Mapping[str, str]) -> str | None:
    """Say why nothing safe can be written into a row, as far as that holds for all platforms, or return None."""
    if len(row.cells) != width:
        return f"the row has {len(row.cells)} cells and the header {width}: what stands where is not clear"
    for name, value in ids.items():
        if _ROUNDED_ID.fullmatch(value):
            return f"the {name} {value} was rounded by a spreadsheet; download the sheet anew"
    return None


def cell(row: Row, index: int | None) -> str:
    """Return what stands in a column of a row, or "" where the row or the sheet has no such column."""
    return row.cells[index] if index is not None and index < len(row.cells) else ""


def _loosely(name: str) -> str:
    return "".join(letter for letter in same(name).casefold() if letter.isalnum())
