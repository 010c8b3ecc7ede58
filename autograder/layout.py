"""Where a course's parts are, as nbgrader's configuration says: folders, gradebook, exchange."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from autograder.course import CONFIGS
from autograder.errors import CourseError

if TYPE_CHECKING:
    from nbgrader.apps.baseapp import NbGrader

_STUDENT, _ASSIGNMENT = "\1", "\2"
"""Stand for student and assignment in a path: neither can hold them."""


@dataclass(frozen=True)
class Layout:
    """A course's layout.

    Attributes:
        root: the course's folder, absolute.
        database: the gradebook's address.
        course_id: nbgrader's name for the course; may be empty.
        steps: for each folder of submissions, the parts of a path below `root`.
        inbound: where the exchange takes what students hand in, whether it is there or not; None without a course id.
    """

    root: Path
    database: str
    course_id: str
    steps: tuple[tuple[str, ...], ...]
    inbound: Path | None

    @property
    def database_file(self) -> Path | None:
        """The gradebook's file; None where it is on a server."""
        address = make_url(self.database)
        if address.get_backend_name() != "sqlite" or not address.database:
            return None
        return Path(address.database)

    def folders_of(self, student: str) -> Iterator[Path]:
        """Give the folders that are one student's, whatever the assignment, and that are there."""
        for parts in self.steps:
            yield from _places(self.root, parts, student)

    def submission(self, student: str, assignment: str) -> Path:
        """Return the folder of what one student hands in for an assignment, whether it is there or not."""
        names = {_STUDENT: student, _ASSIGNMENT: assignment}
        return self.root.joinpath(*(names.get(part, part) for part in self.steps[0]))

    def students(self) -> set[str]:
        """Return the names of all students who have a folder."""
        return {name for parts in self.steps for name in _names(self.root, parts)}


def read_layout(course: Path) -> Layout:
    """Read a course's configuration as nbgrader would.

    Raises:
        CourseError: this is no course, its configuration cannot be read, or names students in a way of its own.
    """
    if not any((course / name).is_file() for name in CONFIGS):
        raise CourseError(f"{course} holds no {CONFIGS[0]}; name a course's folder")
    # nbgrader takes a second to load.
    from nbgrader.exchange.default import Exchange

    root = course.resolve()
    app = configured_nbgrader(root)
    with chdir(root):
        where = app.coursedir
        exchange = Exchange(coursedir=where, parent=app)
    names = (where.submitted_directory, where.autograded_directory, where.feedback_directory)
    folder = Path(where.root).resolve()
    try:
        make_url(where.db_url)
    except ArgumentError as error:
        raise CourseError(f"CourseDirectory.db_url cannot be used: {error}") from error
    return Layout(
        root=folder,
        database=where.db_url,
        course_id=where.course_id,
        steps=tuple(
            _parts(folder, where.format_path(name, _STUDENT, _ASSIGNMENT)) for name in names
        ),
        inbound=Path(exchange.root, where.course_id, "inbound") if where.course_id else None,
    )


def configured_nbgrader(course: Path) -> NbGrader:
    """Return nbgrader with a course's configuration, as one of its commands would have it there.

    Raises:
        CourseError: the configuration cannot be read.
    """
    from nbgrader.apps.baseapp import NbGrader

    # It looks for its configuration, and for modules that it names, where it is started.
    with chdir(course):
        app = NbGrader(log_level=logging.ERROR)
        app.raise_config_file_errors = True
        try:
            app.initialize([])
        except Exception as error:
            raise CourseError(
                f"{course / CONFIGS[0]} cannot be read: {type(error).__name__}: {error}"
            ) from error
    return app


def _parts(root: Path, path: str) -> tuple[str, ...]:
    parts = Path(path).relative_to(root).parts if Path(path).is_relative_to(root) else ()
    if parts.count(_STUDENT) != 1 or any(
        mark in part and mark != part for part in parts for mark in (_STUDENT, _ASSIGNMENT)
    ):
        raise CourseError(
            "CourseDirectory.directory_structure gives students no folders of their own within the course, "
            "so nothing here can tell whose is what"
        )
    return parts


def _places(folder: Path, parts: tuple[str, ...], student: str) -> Iterator[Path]:
    part, *rest = parts
    wanted = student if part == _STUDENT else part
    for path in _listed(folder):
        # Names are compared as they are listed: not every file system tells "Ada" from "ada".
        if part != _ASSIGNMENT and path.name != wanted:
            continue
        if part == _STUDENT:
            yield path
        elif path.is_dir():
            yield from _places(path, tuple(rest), student)


def _names(folder: Path, parts: tuple[str, ...]) -> Iterator[str]:
    part, *rest = parts
    for path in _listed(folder):
        if part == _STUDENT:
            yield path.name
        elif path.is_dir() and part in (_ASSIGNMENT, path.name):
            yield from _names(path, tuple(rest))


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
