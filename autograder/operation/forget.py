"""Removing a person from a course, and saying what is left that nobody here can reach."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine

from autograder.collect.seen import FOLDER as COLLECTED
from autograder.collect.seen import collected_assignments, one_run
from autograder.durable import write_durably
from autograder.errors import CourseError
from autograder.evidence import record
from autograder.gradebook.hand_grades import forget_removed
from autograder.grading.journal import journals
from autograder.grading.trees import remove
from autograder.intake.findings import shown
from autograder.layout import Layout, read_layout
from autograder.operation.traces import (
    Traces,
    everybody,
    lines_of_others,
    opened_gradebook,
    traces_of,
    without,
)


@dataclass(frozen=True)
class Search:
    """Who is to be forgotten, and where they are.

    Attributes:
        layout: of the course.
        people: one entry for each.
        undated: those of whom nothing tells how old it is, where people were looked for by age.
    """

    layout: Layout
    people: tuple[Traces, ...]
    undated: tuple[str, ...] = ()


def search(course: Path, students: Iterable[str], older_than: float | None = None) -> Search:
    """Look for people in a course; nothing is changed.

    Args:
        course: its folder.
        students: their ids.
        older_than: also everybody of whom nothing is newer than so many days.

    Raises:
        CourseError: the course knows nobody of such a name, or cannot be read.
    """
    layout = read_layout(course)
    try:
        names, undated = set(students), []
        if older_than is not None:
            limit = datetime.now(UTC) - timedelta(days=older_than)
            for student, heard in everybody(layout).items():
                if heard is None:
                    undated.append(student)
                elif heard < limit:
                    names.add(student)
        people = tuple(traces_of(layout, student) for student in sorted(names))
    except OSError as error:
        raise CourseError(f"{course} cannot be read: {error}") from error
    for person in people:
        if not person.is_known:
            raise CourseError(
                f"{course} knows nobody called {shown(person.student)}; ids are taken letter by letter, see `submitted`"
            )
    return Search(layout, people, tuple(sorted(undated)))


def forget(found: Search) -> tuple[str, ...]:
    """Remove people from a course. After a kill, run it again: what was done is done.

    Args:
        found: who, and where.

    Returns:
        What could not be removed, and why.

    Raises:
        CourseError: a run of `autograder grade` or `collect` is under way, or the gradebook cannot be changed.
    """
    root = found.layout.root
    stayed: list[str] = []
    with ExitStack() as stack:
        for journal in journals(root):
            stack.enter_context(journal.held())
        for assignment in collected_assignments(root):
            stack.enter_context(one_run(root, assignment))
        for person in found.people:
            stayed += _remove(found.layout, person)
        if any(person.in_gradebook for person in found.people):
            _vacuum(found.layout)
        if found.people:
            record.append(root, record.PERSON_FORGOTTEN, people=len(found.people))
    return tuple(stayed)


def what_is_left(layout: Layout) -> tuple[str, ...]:
    """Return where people may still be who are forgotten here, for someone to look."""
    backups = [
        event.get("file")
        for event in record.read(layout.root)
        if event["event"] == record.BACKUP_MADE
    ]
    left = [
        "backups of this course" + (f", such as {backups[-1]}" if backups else ""),
        "tables, pages and releases of feedback that were copied elsewhere, and the learning platform's own",
    ]
    if (downloaded := layout.root / "downloaded").is_dir():
        left.append(
            f"{downloaded}: the learning platform's archives, which hold several people's work"
        )
    if (layout.root / COLLECTED).is_dir():
        left.append(
            "the list of links that `autograder collect` has read, and the repositories themselves"
        )
    if layout.inbound is not None and (feedback := layout.inbound.parent / "feedback").is_dir():
        left.append(f"{feedback}: released pages, whose names do not tell whose they are")
    if layout.database_file is None:
        left.append("the database server's own logs and backups")
    return tuple(left)


def _remove(layout: Layout, person: Traces) -> Iterator[str]:
    """Remove one person; give what could not be removed."""
    if person.in_gradebook:
        with opened_gradebook(layout) as gradebook:
            gradebook.remove_student(person.student)
            forget_removed(gradebook)
    for path in person.files:
        try:
            if path.is_dir() and not path.is_symlink():
                remove(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            yield f"{path}: {error.strerror or error}"
    try:
        for path in person.tables:
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(lines_of_others(path, person.student))
            write_durably(path, text.getvalue().encode())
        for path in person.logs:
            write_durably(path, without(path, person.student))
        for path in person.pages:
            path.unlink(missing_ok=True)
        record.forget(layout.root, person.student)
    except OSError as error:
        raise CourseError(f"{layout.root} cannot be written: {error}; run this again") from error


def _vacuum(layout: Layout) -> None:
    """Let SQLite write its file anew: rows that were removed would stay in it until others take their place."""
    if layout.database_file is None:
        return
    engine = create_engine(layout.database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM")
    engine.dispose()
