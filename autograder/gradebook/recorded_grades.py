"""The grades of an assignment as plain data, read from the gradebook's own tables: nbgrader takes seconds to load.

What needs nbgrader itself, the policy for late submissions alone, is left to `autograder.gradebook.late_penalties`.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from autograder.errors import CourseError
from autograder.gradebook.rows import Row, Rows, read_definition, read_submissions, tables_of


@dataclass(frozen=True)
class RecordedGrade:
    """One graded cell of one submission, with what nbgrader's `Grade` calls by the same names."""

    name: str
    max_score: float
    auto_score: float | None
    manual_score: float | None
    extra_credit: float | None
    needs_manual_grade: bool


@dataclass(frozen=True)
class RecordedSubmission:
    """One student's notebooks.

    Attributes:
        notebooks: of each, by its name, the grades of its graded cells.
        may_be_late: a penalty is recorded, or only nbgrader can tell that it is not late.
    """

    notebooks: Mapping[str, tuple[RecordedGrade, ...]]
    may_be_late: bool


@dataclass(frozen=True)
class RecordedGrades:
    """All of an assignment.

    Attributes:
        points: most that can be had.
        submissions: by student.
    """

    points: float
    submissions: Mapping[str, RecordedSubmission]


def read_grades(database: Path, assignment: str) -> RecordedGrades:
    """Read the grades of an assignment.

    Args:
        database: the gradebook's file.
        assignment: its name.

    Raises:
        CourseError: the gradebook cannot be read, or does not know the assignment.
    """
    engine = create_engine(URL.create("sqlite", database=str(database)), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            tables = tables_of(connection)
            if "assignment" in tables:
                definition = read_definition(connection, tables, assignment)
                found = read_submissions(connection, tables, assignment)
                if definition["assignment"]:
                    return _grades(definition, found)
    except DBAPIError as error:
        raise CourseError(f"{database} cannot be read: {error.orig}") from error
    raise CourseError(
        f"{database} knows no {assignment}; run: nbgrader generate_assignment {shlex.quote(assignment)} --force"
    )


def _grades(definition: Rows, found: Mapping[str, Rows]) -> RecordedGrades:
    points = {
        row["id"]: row["max_score"] or 0.0
        for row in (*definition["grade_cells"], *definition["task_cells"])
    }
    names = {row["id"]: row["name"] for row in definition["base_cell"]}
    notebooks = {row["id"]: row["name"] for row in definition["notebook"]}
    (about,) = definition["assignment"]
    submissions = {}
    for student, rows in found.items():
        own = {row["id"]: notebooks[row["notebook_id"]] for row in rows["submitted_notebook"]}
        if not own:
            continue
        grades: dict[str, list[RecordedGrade]] = {name: [] for name in own.values()}
        for row in rows["grade"]:
            grade = RecordedGrade(
                names[row["cell_id"]],
                points.get(row["cell_id"], 0.0),
                row["auto_score"],
                row["manual_score"],
                row["extra_credit"],
                bool(row["needs_manual_grade"]),
            )
            grades[own[row["notebook_id"]]].append(grade)
        submissions[student] = RecordedSubmission(
            {name: tuple(each) for name, each in grades.items()},
            _may_be_late(rows, about["duedate"]),
        )
    return RecordedGrades(float(sum(points.values())), submissions)


def _may_be_late(rows: Rows, due: datetime | None) -> bool:
    if any(row["late_submission_penalty"] for row in rows["submitted_notebook"]):
        return True
    return any(_came_after(row, due) for row in rows["submitted_assignment"])


def _came_after(submission: Row, due: datetime | None) -> bool:
    came = submission["timestamp"]
    # How an extension is stored differs by database, so nbgrader is asked what it comes to.
    return (
        due is not None and came is not None and (submission["extension"] is not None or came > due)
    )
