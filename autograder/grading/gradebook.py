"""The one connection of a run to nbgrader's gradebook: one transaction a submission, SQLite or PostgreSQL."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, Table, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from autograder.errors import CourseError
from autograder.gradebook.hand_grades import LOOKS
from autograder.gradebook.rows import (
    Rows,
    read_definition,
    read_submissions,
    tables_of,
    write_rows,
)

_SECONDS_FOR_A_LOCK = 5
_AGAIN = ", with --force where its release is there already"
"""Without it nbgrader passes over an assignment that has been released, and tells no gradebook of it."""


class GradebookAwayError(Exception):
    """The gradebook cannot be reached or is locked; later it may be there again."""


class ChangedError(Exception):
    """A submission's rows are not those that its result was made from: somebody else has changed them."""


class OpenGradebook:
    """The gradebook of one assignment."""

    def __init__(self, url: str, assignment: str) -> None:
        """Prepare to connect; nothing is sent yet.

        Raises:
            CourseError: the address is wrong, its driver is missing, or there is no such file.
        """
        self.assignment = assignment
        self._tables: dict[str, Table] = {}
        self._engine = _engine(url)

    def definition(self) -> Rows:
        """Return the assignment's rows.

        Raises:
            CourseError: the gradebook does not know the assignment.
            GradebookAwayError: it cannot be reached.
        """
        with self._transaction() as connection:
            if "assignment" in self._tables:
                rows = read_definition(connection, self._tables, self.assignment)
                if rows["assignment"]:
                    return rows
        raise CourseError(
            f"The gradebook does not know {self.assignment}; "
            f"run: nbgrader generate_assignment {shlex.quote(self.assignment)}{_AGAIN}"
        )

    def submissions(self, student: str | None = None) -> dict[str, Rows]:
        """Return the rows of all submissions, or of one student's, by student.

        Raises:
            GradebookAwayError: it cannot be reached.
        """
        with self._transaction() as connection:
            return read_submissions(connection, self._tables, self.assignment, student)

    def record(self, student: str, before: Rows, after: Rows) -> None:
        """Change a submission's rows from `before` to `after`, in one transaction; nothing, if they are `after`.

        Raises:
            ChangedError: they are neither.
            GradebookAwayError: the gradebook cannot be reached; nothing was changed.
        """
        with self._transaction() as connection:
            found = read_submissions(connection, self._tables, self.assignment, student)
            rows = found.get(student, {})
            if rows == after:
                return
            if rows != before:
                raise ChangedError(student)
            if after.get(LOOKS.name) and LOOKS.name not in self._tables:
                LOOKS.create(connection, checkfirst=True)
                self._tables = tables_of(connection)
            write_rows(connection, self._tables, before, after)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                if LOOKS.name not in self._tables:  # it is made by whoever needs it first
                    self._tables = tables_of(connection)
                yield connection
        # Not only when it is away: a unique key that somebody else has taken meanwhile is seen at the next try.
        except DBAPIError as error:
            raise GradebookAwayError(str(error.orig).strip()) from error


def _engine(url: str) -> Engine:
    try:
        address = make_url(url)
        if address.get_backend_name() != "sqlite":
            # With the strictest isolation, reading and writing are as good as one step.
            return create_engine(address, poolclass=NullPool, isolation_level="SERIALIZABLE")
        if address.database and not Path(address.database).is_file():
            raise CourseError(
                f"{address.database} is not there; run nbgrader generate_assignment{_AGAIN}"
            )
        engine = create_engine(
            address, poolclass=NullPool, connect_args={"timeout": _SECONDS_FOR_A_LOCK}
        )
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise CourseError(
            f"The gradebook's address (CourseDirectory.db_url) cannot be used: {error}\n"
            "For PostgreSQL: pip install 'clip-autograder[postgresql]', and postgresql+psycopg://…"
        ) from error

    # Python's driver would begin a transaction only at the first change, after what that rests on was read:
    # https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
    @event.listens_for(engine, "connect")
    def leave_transactions_to_us(connection: Any, record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
