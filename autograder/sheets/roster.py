"""Whose a row of a platform's sheet is: by a roster, or by an id or login that is the student's id in the course.

A name is a guess. It counts only where that is asked for, and where one student and one row bear it.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.sheets.brightspace import IDS
from autograder.sheets.reading import read_sheet
from autograder.sheets.target import Entry, cell, column_key, same

STUDENT = "student"


@dataclass(frozen=True)
class Roster:
    """Students by what a platform calls them.

    Attributes:
        path: the file.
        students: by the column's key, and the identifier in it.
    """

    path: Path
    students: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Owner:
    """Whose a row is.

    Attributes:
        student: the student's id in the course; None where it is nobody's, or could be that of several.
        refused: why nothing can be given to the row, or None.
    """

    student: str | None
    refused: str | None = None


def read_roster(path: Path) -> Roster:
    """Read a roster: a CSV with a column `student` and any of the platform's columns of identifiers.

    Raises:
        CourseError: it is no such table, or two students have one identifier.
    """
    sheet = read_sheet(path)
    keys = [column_key(name) for name in sheet.header]
    if keys.count(STUDENT) != 1 or len(keys) < 2:
        raise CourseError(
            f"{path}: a roster needs one column `{STUDENT}`, with the ids that the course has, and one column at least "
            "that is called as in the platform's sheet, such as `SIS Login ID`"
        )
    own = keys.index(STUDENT)
    found: dict[str, dict[str, str]] = {key: {} for key in keys if key not in (STUDENT, "")}
    for row in sheet.rows[1:]:
        student = same(cell(row, own))
        for index, key in enumerate(keys):
            value = _identifier(key, cell(row, index))
            if key not in found or not student or not value:
                continue
            if found[key].setdefault(value, student) != student:
                raise CourseError(
                    f"{path}, row {row.number}: {sheet.header[index]} {value} is {student}'s, and above "
                    f"{found[key][value]}'s; leave one of the two"
                )
    return Roster(path, found)


def owners(
    entries: Iterable[Entry],
    students: Iterable[str],
    roster: Roster | None = None,
    *,
    by_name: bool = False,
) -> dict[int, Owner]:
    """Say whose each row is, by the row's index.

    Args:
        entries: the rows.
        students: ids of the course.
        roster: what maps the platform's identifiers to them; without one they must be the same.
        by_name: whether a name may tell, where one student and one row bear it.

    Raises:
        CourseError: the roster has none of the sheet's columns.
    """
    entries, known = list(entries), _Known(students)
    here = {key for entry in entries for key in entry.ids}
    if roster is not None and entries and here.isdisjoint(roster.students):
        raise CourseError(
            f"{roster.path} has none of the sheet's columns of identifiers: {', '.join(sorted(here)) or 'none'}"
        )
    of_identifier = Counter((key, value) for one in entries for key, value in one.ids.items())
    found = {}
    for entry in entries:
        twice = [key for key, value in entry.ids.items() if of_identifier[key, value] > 1]
        if twice:
            reason = f"another row has the same {twice[0]} ({entry.ids[twice[0]]})"
            found[entry.index] = Owner(None, reason)
        else:
            found[entry.index] = known.by_identifier(entry, roster)
    if by_name:
        _by_name(entries, known, found)
    return _once(entries, found)


class _Known:
    """The ids of a course; two may be one to the eye."""

    def __init__(self, students: Iterable[str]) -> None:
        self.ids: dict[str, list[str]] = {}
        for student in students:
            self.ids.setdefault(same(student), []).append(student)

    def by_identifier(self, entry: Entry, roster: Roster | None) -> Owner:
        if roster is None:
            named = {value for value in entry.ids.values() if value in self.ids}
        else:
            told = {roster.students.get(key, {}).get(value) for key, value in entry.ids.items()}
            named = {student for student in told if student is not None}
        if len(named) > 1:
            return Owner(None, f"its identifiers are those of several: {', '.join(sorted(named))}")
        if not named or (name := named.pop()) not in self.ids:
            return Owner(None)
        return self.one(name)

    def one(self, name: str) -> Owner:
        if len(self.ids[name]) > 1:
            return Owner(
                None, f"the course has {name} twice, but for the way in which accents are stored"
            )
        return Owner(self.ids[name][0])


def _by_name(entries: list[Entry], known: _Known, found: dict[int, Owner]) -> None:
    """Look for the rows that are nobody's by the names that they bear."""
    rows = Counter(key for entry in entries for key in _names(entry.name))
    students: dict[str, list[str]] = {}
    taken = {same(owner.student) for owner in found.values() if owner.student is not None}
    for name in known.ids.keys() - taken:
        # What a platform's downloads make of a name: "lovelaceada".
        students.setdefault(_letters(name), []).append(name)
    for entry in entries:
        if found[entry.index] != Owner(None):
            continue
        keys = [key for key in _names(entry.name) if key in students]
        named = {name for key in keys for name in students[key]}
        if len(named) > 1 or (named and any(rows[key] > 1 for key in keys)):
            found[entry.index] = Owner(None, f"several are called {entry.name}")
        elif named:
            found[entry.index] = known.one(named.pop())


def _once(entries: list[Entry], found: dict[int, Owner]) -> dict[int, Owner]:
    """Refuse all rows of a student who has several."""
    count = Counter(owner.student for owner in found.values() if owner.student is not None)
    for entry in entries:
        student = found[entry.index].student
        if student is not None and count[student] > 1:
            found[entry.index] = Owner(student, f"{count[student]} rows are {student}'s")
    return found


def _names(name: str) -> set[str]:
    """Return a name's letters, as it stands there and with the family name behind."""
    last, _, first = name.partition(",")
    return {letters for text in (name, first + last) if (letters := _letters(text))}


def _letters(name: str) -> str:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] in "LMN")


def _identifier(key: str, value: str) -> str:
    return same(value).lstrip("#") if key in IDS else same(value)
