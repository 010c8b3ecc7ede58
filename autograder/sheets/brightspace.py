"""Brightspace's export of points, and what its importer does with each row.

`OrgDefinedId` and/or `Username` (their values often with a `#` before them), `<Item> Points Grade`, and
`End-of-Line Indicator`, which is `#` in each row. A grade above the maximum is cut down to it, unless the item may
exceed it.
"""

from __future__ import annotations

import re

from autograder.errors import CourseError
from autograder.sheets.numbers import read_number
from autograder.sheets.reading import Sheet
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

NAME = "Brightspace"
IDS = ("orgdefinedid", "username")
_END = "end-of-line indicator"
_END_SIGN = "#"
_ITEM = re.compile(r"(?P<item>.*\S)\s+Points Grade(?:\s*<(?P<about>.*)>)?", re.DOTALL)
_MAXIMUM = re.compile(r"MaxPoints:\s*(?P<points>[\d.,]*\d)", re.ASCII)


def recognises(sheet: Sheet) -> bool:
    """Return whether a sheet is Brightspace's."""
    keys = {column_key(name) for name in sheet.header}
    return not keys.isdisjoint(IDS) and (_END in keys or any(map(_ITEM.fullmatch, sheet.header)))


def open_target(sheet: Sheet, wanted: str | None, assignment: str) -> Target:
    """Find the column of an assignment and the rows.

    Args:
        sheet: one that Brightspace gave out.
        wanted: item or header of the column, or None.
        assignment: its name in the course.

    Raises:
        ChoiceError: which column is meant is not clear.
        CourseError: Brightspace would not take the sheet.
    """
    matches = [(i, header, _ITEM.fullmatch(header)) for i, header in enumerate(sheet.header)]
    choices = [Choice(i, header, match["item"]) for i, header, match in matches if match]
    columns = columns_of(sheet)
    if _END not in columns:
        raise CourseError(
            f"{sheet.path} has no column “End-of-Line Indicator”: Brightspace would not take it; download it anew"
        )
    if columns.keys().isdisjoint(IDS):
        raise CourseError(
            f"{sheet.path} has neither OrgDefinedId nor Username: Brightspace would not take it; download it anew"
        )
    choice = chosen(sheet, choices, wanted, assignment)
    found = _MAXIMUM.search(choice.header)
    notes = of_another_assignment(choice.title, assignment)
    if len(choices) > 1:
        notes += (
            f"{len(choices) - 1} other columns with grades go along: what was changed there in Brightspace since the "
            "sheet was made is changed back. Take them out of the file if that may be so.",
        )
    rows = range(1, len(sheet.rows))
    return Target(
        NAME,
        choice.header,
        choice.index,
        read_number(found["points"]) if found else None,
        Above.CAPPED,
        tuple(cell(sheet.rows[i], c.index) for i in rows for c in choices if c != choice),
        tuple(
            _entry(sheet, index, choice.index, columns)
            for index in rows
            if not sheet.rows[index].is_blank
        ),
        notes=notes,
    )


def _entry(sheet: Sheet, index: int, column: int, columns: dict[str, int]) -> Entry:
    row = sheet.rows[index]
    ids = {key: same(cell(row, columns.get(key))).lstrip("#") for key in IDS}
    ids = {key: value for key, value in ids.items() if value}
    refused = row_obstacle(row, len(sheet.header), ids)
    if refused is None and not ids:
        refused = "the row has neither OrgDefinedId nor Username: Brightspace knows nobody by it"
    if refused is None and cell(row, columns[_END]).strip() != _END_SIGN:
        refused = f"its End-of-Line Indicator is not `{_END_SIGN}`: Brightspace would not take it"
    names = (cell(row, columns.get(key)).strip() for key in ("first name", "last name"))
    name = " ".join(filter(None, names))
    return Entry(index, row.number, same(name), ids, cell(row, column).strip(), None, refused)
