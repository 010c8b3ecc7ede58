"""The sheet that Canvas exports from its gradebook, and what its importer does with each row.

`Student, ID, [SIS User ID,] SIS Login ID, [Integration ID,] [Root Account,] Section, Title (id), …`: the last column
of information must contain "Section". A person is found by ID, SIS id, login and name, in this order. A column whose
title it does not know becomes a new assignment, and a row "Points Possible" overwrites an assignment's points.
"""

from __future__ import annotations

import re

from autograder.errors import CourseError
from autograder.sheets.numbers import read_number
from autograder.sheets.reading import Row, Sheet
from autograder.sheets.target import (
    Above,
    Choice,
    Entry,
    Target,
    cell,
    chosen,
    column_key,
    columns_of,
    of_another_assignment,
    row_obstacle,
    same,
)

NAME = "Canvas"
EXCUSED = "EX"
_NAME_COLUMN = "student"
_IDS = ("id", "sis user id", "sis login id", "integration id")
_INFORMATION = {_NAME_COLUMN, *_IDS, "root account", "section"}
_SECTION = "section"
_POINTS = "points possible"
_READ_ONLY = "(read only)"
_WITH_ID = re.compile(r"(?P<title>.*\S)\s*\(\d+\)", re.ASCII | re.DOTALL)


def recognises(sheet: Sheet) -> bool:
    """Return whether a sheet is Canvas's."""
    return [column_key(name) for name in sheet.header[:2]] == [_NAME_COLUMN, "id"]


def open_target(sheet: Sheet, wanted: str | None, assignment: str) -> Target:
    """Find the column of an assignment and the rows.

    Args:
        sheet: one that Canvas gave out.
        wanted: title or header of the column, or None.
        assignment: its name in the course.

    Raises:
        ChoiceError: which column is meant is not clear.
        CourseError: Canvas would not take the sheet, or would make a new assignment of the column.
    """
    width = _information(sheet)
    first = _first_entry(sheet)
    points = next((row for row in sheet.rows[1:first] if _is_points(row)), None)
    columns = list(enumerate(sheet.header))[width:]
    choices = [
        Choice(index, header, match["title"])
        for index, header in columns
        if (match := _WITH_ID.fullmatch(header))
        and cell(points or sheet.rows[0], index).strip().casefold() != _READ_ONLY
    ]
    if wanted is not None:
        named = [index for index, header in columns if same(header) == same(wanted)]
        if named and not any(choice.index in named for choice in choices):
            raise CourseError(
                f"{sheet.path}: “{wanted}” takes no grades: it is read only, or has no number in brackets behind it, "
                "and Canvas would make a new assignment of it"
            )
    choice = chosen(sheet, choices, wanted, assignment)
    notes = of_another_assignment(choice.title, assignment)
    if points is not None:
        notes += (
            "The row “Points Possible” goes along: Canvas sets the assignment's points to it.",
        )
    notes += (
        "Canvas takes every row and column as it stands: what was graded there since the sheet was made is changed "
        f"back{_and_others(len(choices) - 1)}.",
    )
    hints = (cell(row, c.index) for row in sheet.rows[1:] for c in choices if c != choice)
    return Target(
        NAME,
        choice.header,
        choice.index,
        None if points is None else read_number(cell(points, choice.index)),
        Above.TAKEN,
        tuple(hints),
        tuple(
            _entry(sheet, index, choice.index, width)
            for index in range(first, len(sheet.rows))
            if not sheet.rows[index].is_blank
        ),
        notes=notes,
    )


def _and_others(count: int) -> str:
    return (
        f", also in {count} other columns; take them out of the file if that may be so"
        if count
        else ""
    )


def _information(sheet: Sheet) -> int:
    """Return how many columns there are before the first assignment."""
    keys = [column_key(name) for name in sheet.header]
    width = next((i for i, key in enumerate(keys) if key not in _INFORMATION), len(keys))
    if _SECTION not in keys[width - 1]:
        raise CourseError(
            f"{sheet.path}: the last column before the assignments is “{sheet.header[width - 1]}”, and Canvas wants "
            "“Section” there; download the sheet anew"
        )
    columns_of(sheet, width)
    return width


def _first_entry(sheet: Sheet) -> int:
    """Return the index of the first row that is a person's: before it stand the points, and how grades are posted."""
    for index, row in enumerate(sheet.rows[1:4], start=1):
        if _is_points(row):
            return index + 1
    return 1


def _is_points(row: Row) -> bool:
    return row.cells[0].strip().casefold() == _POINTS


def _entry(sheet: Sheet, index: int, column: int, width: int) -> Entry:
    row = sheet.rows[index]
    keys = [column_key(name) for name in sheet.header[:width]]
    ids = {key: same(cell(row, i)) for i, key in enumerate(keys) if key in _IDS}
    ids = {key: value for key, value in ids.items() if value}
    refused = row_obstacle(row, len(sheet.header), ids)
    if refused is None and not ids:
        refused = "the row has no id and no login: Canvas would go by the name"
    grade = cell(row, column).strip()
    kept = f"excused ({EXCUSED})" if grade.upper() == EXCUSED else None
    return Entry(index, row.number, same(row.cells[0]), ids, grade, kept, refused)
