"""Moodle's grading worksheet of one assignment, and what its importer does with each row.

It needs `Identifier`, `Grade` and `Last modified (grade)`, by the names that they have in the language it was given
out in; comments are in `Feedback comments`. Rows that it leaves out without a word: the grade is the same, blank, below
0 or above the maximum, locked, or was changed in Moodle more than 60 seconds after the time in the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.errors import ChoiceError, CourseError
from autograder.sheets.numbers import read_number
from autograder.sheets.reading import Sheet
from autograder.sheets.target import (
    Above,
    Entry,
    Target,
    cell,
    column_key,
    columns_of,
    row_obstacle,
    same,
)

NAME = "Moodle"
IDENTIFIER = "identifier"
EMAIL = "email address"
_PARTICIPANT = re.compile(r"\D+\d+", re.ASCII)
"""An identifier in any language: a word for a participant, and the number of one."""
_NO = frozenset(
    {"no", "nein", "non", "nee", "nej", "nei", "ne", "não", "nie", "ei", "нет", "いいえ", "否"}
)
_YES = frozenset(
    {"yes", "ja", "oui", "sí", "si", "sì", "sim", "tak", "ano", "kyllä", "да", "はい", "是"}
)
_IDS = ("id number", "username")
"""Columns that a site may add."""


@dataclass(frozen=True)
class _Words:
    """How the columns are called in one language, as `column_key` gives it."""

    grade: str
    time: str
    maximum: str
    changeable: str
    comments: str
    name: str


_LANGUAGES = (
    _Words(
        "grade",
        "last modified (grade)",
        "maximum grade",
        "grade can be changed",
        "feedback comments",
        "full name",
    ),
    _Words(
        "bewertung",
        "zuletzt geändert (bewertung)",
        "bestwertung",
        "bewertung kann geändert werden",
        "feedback als kommentar",
        "vollständiger name",
    ),
)


@dataclass(frozen=True)
class _Places:
    """Indices of the columns that are read in each row."""

    ids: tuple[tuple[str, int], ...]
    grade: int
    name: int | None
    locks: int | None
    comment: int | None


def recognises(sheet: Sheet) -> bool:
    """Return whether a sheet is Moodle's, in a language whose words are known here."""
    return _words(sheet) is not None


def open_target(sheet: Sheet, wanted: str | None, assignment: str) -> Target:
    """Find the columns and the rows.

    Args:
        sheet: a grading worksheet; it is of one assignment, and does not say of which.
        wanted: the header of the column of grades; needed where the language is not known here.
        assignment: its name in the course.

    Raises:
        ChoiceError: which column is meant is not clear.
        CourseError: Moodle would not take the sheet.
    """
    columns = columns_of(sheet)
    words = _words(sheet)
    identifier = _identifier(sheet, columns)
    if words is None and IDENTIFIER in columns:
        raise CourseError(
            f"{sheet.path}: Moodle needs the columns “Grade” and “Last modified (grade)”, and one is not there; "
            "download the worksheet anew"
        )
    if words is None:
        names = ", ".join(f"“{name}”" for name in sheet.header)
        if wanted is None:
            raise ChoiceError(
                f"{sheet.path}: which column Moodle calls “Grade” in this language is not known; name it with "
                f"--title: {names}"
            )
        words = _Words(column_key(wanted), "", "", "", "", "")
    key = words.grade if wanted is None else column_key(wanted)
    if key not in columns:
        names = ", ".join(f"“{name}”" for name in sheet.header)
        raise ChoiceError(f"{sheet.path}: no column is called {wanted}; the columns are {names}")
    if key in {words.time, words.maximum, words.comments, words.name} or columns[key] == identifier:
        raise ChoiceError(f"{sheet.path}: “{wanted}” is not the column of the grades")
    rows = [row for row in sheet.rows[1:] if not row.is_blank]
    maxima = [text for row in rows if (text := cell(row, columns.get(words.maximum)).strip())]
    numbers = {read_number(text) for text in maxima}
    locks = columns.get(words.changeable, _locks(sheet))
    notes: tuple[str, ...] = (
        f"Moodle's sheet does not name its assignment: make sure that it is {assignment}.",
        "Moodle leaves out, without a word, whom somebody has graded there since the sheet was made.",
    )
    if locks is None and rows:
        notes += (
            "Which column says that a grade is locked is not known: Moodle leaves out locked rows, without a word.",
        )
    places = _Places(
        tuple(_ids(sheet, identifier)),
        columns[key],
        columns.get(words.name),
        locks,
        columns.get(words.comments),
    )
    return Target(
        NAME,
        sheet.header[columns[key]],
        columns[key],
        numbers.pop() if len(numbers) == 1 else None,
        Above.SKIPPED,
        tuple(maxima),
        tuple(
            _entry(sheet, i, places)
            for i in range(1, len(sheet.rows))
            if not sheet.rows[i].is_blank
        ),
        places.comment,
        notes,
    )


def _words(sheet: Sheet) -> _Words | None:
    keys = {column_key(name) for name in sheet.header}
    return next((words for words in _LANGUAGES if {words.grade, words.time} <= keys), None)


def _identifier(sheet: Sheet, columns: dict[str, int]) -> int:
    if IDENTIFIER in columns:
        return columns[IDENTIFIER]
    # In every language it is the first.
    found = [cell(row, 0) for row in sheet.rows[1:] if not row.is_blank]
    if found and all(_PARTICIPANT.fullmatch(text.strip()) for text in found):
        return 0
    raise CourseError(
        f"{sheet.path}: no column has Moodle's identifiers, such as “Participant 12345”; download the worksheet anew"
    )


def _locks(sheet: Sheet) -> int | None:
    """Return the index of the column that says yes or no: whether the grade can be changed."""
    rows = [row for row in sheet.rows[1:] if not row.is_blank]
    for index in range(len(sheet.header)):
        found = {cell(row, index).strip().casefold() for row in rows}
        if found and found <= _YES | _NO:
            return index
    return None


def _only(sheet: Sheet, index: int, sign: str) -> bool:
    found = [cell(row, index) for row in sheet.rows[1:] if not row.is_blank]
    return any(found) and all(sign in text for text in found if text.strip())


def _ids(sheet: Sheet, identifier: int) -> Iterable[tuple[str, int]]:
    yield IDENTIFIER, identifier
    for index, name in enumerate(sheet.header):
        if column_key(name) in _IDS:
            yield column_key(name), index
        elif column_key(name) == EMAIL or ("mail" in column_key(name) and _only(sheet, index, "@")):
            yield EMAIL, index


def _entry(sheet: Sheet, index: int, places: _Places) -> Entry:
    row = sheet.rows[index]
    ids = {key: same(cell(row, i)) for key, i in places.ids}
    ids = {key: value for key, value in ids.items() if value}
    refused = row_obstacle(row, len(sheet.header), ids)
    if refused is None and IDENTIFIER not in ids:
        refused = "the row has no identifier: Moodle knows nobody by it"
    locked = cell(row, places.locks).strip().casefold() in _NO
    return Entry(
        index,
        row.number,
        same(cell(row, places.name)) or ids.get(EMAIL) or ids.get(IDENTIFIER, ""),
        ids,
        cell(row, places.grade).strip(),
        "locked: Moodle would leave it out, without a word" if locked else None,
        refused,
        cell(row, places.comment),
    )
