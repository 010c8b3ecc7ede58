"""The list of students and links, as people and spreadsheets save it."""

from __future__ import annotations

import codecs
import csv
import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.collect.links import Link, LinkError, redacted
from autograder.errors import CourseError
from autograder.intake.findings import shortened, shown
from autograder.intake.names import composed, one_name, why_no_student_id

_LARGEST = 16 * 2**20
_MOST_ROWS = 20_000
_LONGEST_FIELD = 10_000
_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Row:
    """One student's link.

    Attributes:
        number: of the line in the file, counted from 1.
        student: the id, as a folder is called.
        link: where the work is.
    """

    number: int
    student: str
    link: Link


@dataclass(frozen=True)
class Refused:
    """A row that nothing is collected for.

    Attributes:
        number: of the line.
        student: as it stands there, fit to be shown.
        reason: a clause that says why and what to do.
    """

    number: int
    student: str
    reason: str


@dataclass(frozen=True)
class Roster:
    """What a list holds.

    Attributes:
        rows: in the file's order; one for each student.
        refused: the others.
        notes: sentences about what is odd and is collected all the same.
    """

    rows: tuple[Row, ...]
    refused: tuple[Refused, ...]
    notes: tuple[str, ...]


def read_roster(path: Path, read_link: Callable[[str, str], Link]) -> Roster:
    """Read a CSV file with the columns `student` and `link`, perhaps `ref`, in any order, with others beside them.

    A comma, semicolon or tab may part them; UTF-8 and UTF-16 are read, with a byte-order mark or without.

    Args:
        path: the file.
        read_link: takes link and ref; see `links.parse_link`.

    Raises:
        CourseError: the file cannot be read, or lacks a column.
    """
    lines = _table(path)
    places = _columns(path, lines[0][1] if lines else [])
    rows: list[Row] = []
    refused: list[Refused] = []
    for number, fields in lines[1:]:
        student, link, ref = (
            fields[place].strip() if place is not None and place < len(fields) else ""
            for place in places
        )
        if not (student or link):
            continue
        name = composed(student)
        label = shortened(shown(student), 60) or "(no name)"
        if (reason := _why_no_student(name)) is not None:
            refused.append(Refused(number, label, f"the student's id cannot be used: {reason}"))
            continue
        try:
            rows.append(Row(number, name, read_link(link, ref)))
        except LinkError as error:
            refused.append(Refused(number, label, f"the link `{redacted(link)}` {error}"))
    rows, contested, notes = _told_apart(rows)
    refused = sorted([*refused, *contested], key=lambda one: one.number)
    return Roster(tuple(rows), tuple(refused), tuple([*notes, *_shared(rows)]))


def _why_no_student(name: str) -> str | None:
    if name.startswith("="):
        return "it is a formula; save the table with values"
    return why_no_student_id(name)


def _told_apart(rows: Sequence[Row]) -> tuple[list[Row], list[Refused], list[str]]:
    """Take students whose rows leave it open which link is theirs out of the list."""
    by_name: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_name[one_name(row.student)].append(row)
    kept, refused, notes = [], [], []
    for group in by_name.values():
        first, *others = group
        numbers = ", ".join(str(row.number) for row in group)
        if len({row.student for row in group}) > 1:
            names = ", ".join(sorted({row.student for row in group}))
            reason = f"rows {numbers} name {names}, whose folders would be one on some systems; write them alike"
        elif len({row.link for row in group}) > 1:
            reason = (
                f"rows {numbers} give different links, and which one counts is not for a program to say; "
                "leave one of them"
            )
        else:
            kept.append(first)
            if others:
                notes.append(f"{first.student} stands in rows {numbers} with one link; taken once")
            continue
        refused.append(Refused(first.number, first.student, reason))
    return sorted(kept, key=lambda row: row.number), refused, notes


def _shared(rows: Sequence[Row]) -> list[str]:
    by_link: defaultdict[Link, list[str]] = defaultdict(list)
    for row in rows:
        by_link[row.link].append(row.student)
    return [
        f"{', '.join(students)} hand in one and the same pull request ({shown(link.place)})"
        for link, students in by_link.items()
        if len(students) > 1
    ]


def _table(path: Path) -> list[tuple[int, list[str]]]:
    """Return the lines that hold something, each with its number."""
    text = _text(path)
    first, _, rest = text.partition("\n")
    skipped = 0
    delimiter = ""
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # as Excel writes it
        delimiter, text, skipped = first.strip()[4], rest, 1
        first = rest.partition("\n")[0]
    delimiter = delimiter or max(_DELIMITERS, key=first.count)
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        lines = []
        start = 1
        for fields in reader:
            if any(field.strip() for field in fields):
                lines.append((start + skipped, fields))
            start = reader.line_num + 1
            if len(lines) > _MOST_ROWS:
                raise CourseError(f"{path} has more than {_MOST_ROWS} rows; is it the right file?")
        return lines
    except csv.Error as error:
        raise CourseError(f"{path}, line {reader.line_num + skipped}: {error}") from error
    finally:
        csv.field_size_limit(before)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > _LARGEST:
        raise CourseError(f"{path} has more than {_LARGEST // 2**20} MiB; is it the right file?")
    if data.startswith(b"PK\x03\x04"):
        raise CourseError(f"{path} is a spreadsheet; save it as CSV UTF-8")
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CourseError(f"{path}, line {line}: is no UTF-8; save it as CSV UTF-8") from error
    if "\0" in text:
        raise CourseError(f"{path} holds zero bytes, and is no CSV; save it as CSV UTF-8")
    return text


def _columns(path: Path, header: Sequence[str]) -> tuple[int | None, int | None, int | None]:
    names = [name.strip().casefold() for name in header]
    for wanted in ("student", "link", "ref"):
        if names.count(wanted) > 1:
            raise CourseError(f"{path}: the first line has the column {wanted} more than once")
    for wanted in ("student", "link"):
        if wanted not in names:
            there = shortened(", ".join(shown(name) for name in header), 200) or "nothing"
            raise CourseError(
                f"{path}: the first line has no column {wanted}; it must name student and link, and has {there}"
            )
    return (
        names.index("student"),
        names.index("link"),
        names.index("ref") if "ref" in names else None,
    )
