"""Where a person is found in a course: folders, gradebook, record, tables, logs, exchange."""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.collect.seen import folders_of
from autograder.course import LOG
from autograder.errors import CourseError
from autograder.evidence import record
from autograder.grading.journal import FOLDER as JOURNAL
from autograder.grading.journal import journals
from autograder.intake.folder import QUARANTINE
from autograder.layout import Layout
from autograder.report.pages import PAGES

_TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^+]*"
"""How nbgrader writes a time into a folder's name."""


_MARKS = ("'", " ", "\t")


@dataclass(frozen=True)
class Traces:
    """What a course holds of one person.

    Attributes:
        student: the person's id.
        files: files and folders that are this person's alone.
        tables: tables in which the person has lines.
        logs: logs that name the person.
        pages: pages that name everybody.
        in_gradebook: whether the gradebook knows the person.
        events: how many lines of the record are the person's.
    """

    student: str
    files: tuple[Path, ...]
    tables: tuple[Path, ...]
    logs: tuple[Path, ...]
    pages: tuple[Path, ...]
    in_gradebook: bool
    events: int

    @property
    def is_known(self) -> bool:
        """Whether there is anything of the person's own; pages name everybody."""
        return bool(self.files or self.tables or self.logs or self.in_gradebook or self.events)


def traces_of(layout: Layout, student: str) -> Traces:
    """Look for a person; names are compared as a whole, nothing in them is a pattern.

    Raises:
        CourseError: this is no name of a folder; or the gradebook cannot be read.
        OSError: the course's folder cannot be read.
    """
    if student in ("", ".", "..") or "/" in student or "\0" in student:
        raise CourseError(f"{student!r} is nobody's id; name one that stands in `submitted`")
    root = layout.root
    files = [*layout.folders_of(student), *_in(root / QUARANTINE, student)]
    for journal in journals(root):
        files += journal.files_of(student)
    files += folders_of(root, student)
    files += _handed_in(layout, student)
    return Traces(
        student=student,
        files=tuple(files),
        tables=tuple(path for path in sorted(root.glob("*.csv")) if _has_lines_of(path, student)),
        logs=tuple(
            path for path in _logs(root) if len(without(path, student)) < path.stat().st_size
        ),
        pages=tuple(sorted(filter(Path.is_file, root.glob(PAGES)))),
        in_gradebook=student in students_in_gradebook(layout),
        events=sum(event.get("student") == student for event in record.read(root)),
    )


def everybody(layout: Layout) -> dict[str, datetime | None]:
    """Return everybody whom a course knows, and when each was last heard of; None where nothing tells.

    Raises:
        CourseError: the gradebook cannot be read.
        OSError: the course's folder cannot be read.
    """
    heard: dict[str, datetime | None] = dict(students_in_gradebook(layout))

    def hear(student: str, time: datetime | None) -> None:
        times = [one for one in (heard.get(student), time) if one is not None]
        heard[student] = max(times, default=None)

    quarantined = {path.name for path in _listed(layout.root / QUARANTINE)}
    for student in layout.students() | quarantined:
        for folder in (*layout.folders_of(student), *_in(layout.root / QUARANTINE, student)):
            for path in (folder, *folder.rglob("*")):
                hear(student, datetime.fromtimestamp(path.lstat().st_mtime, UTC))
    for event in record.read(layout.root):
        if "student" in event:
            hear(event["student"], datetime.fromisoformat(event["time"]))
    return heard


def students_in_gradebook(layout: Layout) -> dict[str, datetime | None]:
    """Return the gradebook's students, and when each has last handed in.

    Raises:
        CourseError: it cannot be read.
    """
    file = layout.database_file
    if file is not None and not file.is_file():
        return {}
    with opened_gradebook(layout) as gradebook:
        return {
            student.id: max(
                (one.timestamp.replace(tzinfo=UTC) for one in student.submissions if one.timestamp),
                default=None,
            )
            for student in gradebook.students
        }


@contextmanager
def opened_gradebook(layout: Layout) -> Iterator[Any]:
    """Open nbgrader's gradebook.

    Raises:
        CourseError: it cannot be reached.
    """
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbgrader's own use of SQLAlchemy
            with Gradebook(layout.database) as gradebook:
                yield gradebook
    except SQLAlchemyError as error:
        raise CourseError(f"The gradebook cannot be reached or changed: {error}") from error


def lines_of_others(path: Path, student: str) -> list[list[str]]:
    """Return a table without a person's lines."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    column = rows[0].index("student_id")
    own = {student}
    if not student[:1].isalnum():  # `autograder.report.export` may have put a mark before it
        own |= {mark + student for mark in _MARKS}
    return [row for row in rows if len(row) <= column or row[column] not in own]


def without(path: Path, student: str) -> bytes:
    """Return a log without what is said of a person: whole sections, and single lines that name the person."""
    name = student.encode("utf-8", "surrogateescape")
    # An id may hold spaces, so it must stand between signs that none can hold.
    signs = rb"(?:^|/|\] |== |['\"])%s(?:$|/|: | was lost: | could not be graded: | had a mishap: |['\"])"
    named = re.compile(signs % re.escape(name))
    lines, is_own = [], False
    for line in path.read_bytes().splitlines(keepends=True):
        text = line.rstrip(b"\r\n")
        if text.startswith(b"== "):
            is_own = text == b"== " + name
        if not (is_own or named.search(text)):
            lines.append(line)
    return b"".join(lines)


def _logs(root: Path) -> list[Path]:
    return [
        path for path in (root / LOG, *sorted((root / JOURNAL).glob("*/*.log"))) if path.is_file()
    ]


def _has_lines_of(path: Path, student: str) -> bool:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.reader(file))
        return len(lines_of_others(path, student)) < rows
    except (ValueError, IndexError, csv.Error):  # another table, or none
        return False


def _in(folder: Path, name: str) -> list[Path]:
    return [path for path in _listed(folder) if path.name == name]


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _handed_in(layout: Layout, student: str) -> list[Path]:
    """Return what the exchange still holds of a person.

    Folders there are called STUDENT+ASSIGNMENT+TIME, and an id may hold a plus: no assignment's name may, so what
    follows the id tells whose it is.
    """
    form = re.compile(rf"{re.escape(student)}\+[^+]+\+{_TIME}(?:\+[^+]*)?")
    try:
        folders = _listed(layout.inbound) if layout.inbound is not None else []
    except PermissionError:
        return []
    return [path for path in folders if form.fullmatch(path.name)]
