"""Rows of nbgrader's gradebook as plain data, so that they can travel, be compared, and be written in one transaction.

Table and column names are those of nbgrader's published schema (`nbgrader.api`), read from the database itself:
what sends rows about needs no nbgrader to be loaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, FromClause, MetaData, Select, Table, select

from autograder.gradebook.hand_grades import LOOKS

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""Rows by table, each table's in the order of their ids."""

DEFINITION = (
    "course", "assignment", "notebook", "base_cell", "source_cell", "grade_cells", "solution_cells", "task_cells",
)  # fmt: skip
"""Tables that say what an assignment is; parents before children."""
SUBMISSION = (
    "student", "submitted_assignment", "submitted_notebook", "grade", "comment", LOOKS.name,
)  # fmt: skip
"""Tables that say what became of a submission; parents before children. The last one is the kit's own."""


def tables_of(connection: Connection) -> dict[str, Table]:
    """Return the gradebook's tables by name, as the database has them."""
    metadata = MetaData()
    metadata.reflect(connection)
    return dict(metadata.tables)


def read_definition(connection: Connection, tables: dict[str, Table], assignment: str) -> Rows:
    """Return the rows that define an assignment; its own table is empty if there is none of that name."""
    t = tables
    own = t["assignment"].c.name == assignment
    notebooks = select(t["notebook"].c.id).join(t["assignment"]).where(own)
    cells = select(t["base_cell"].c.id).where(t["base_cell"].c.notebook_id.in_(notebooks))
    wanted: dict[str, Select] = {
        "course": select(t["course"]),
        "assignment": select(t["assignment"]).where(own),
        "notebook": select(t["notebook"]).where(t["notebook"].c.id.in_(notebooks)),
        "base_cell": select(t["base_cell"]).where(t["base_cell"].c.id.in_(cells)),
        "source_cell": select(t["source_cell"]).where(
            t["source_cell"].c.notebook_id.in_(notebooks)
        ),
        **{
            name: select(t[name]).where(t[name].c.id.in_(cells))
            for name in ("grade_cells", "solution_cells", "task_cells")
        },
    }
    return {
        name: _sorted(row._asdict() for row in connection.execute(wanted[name]))
        for name in DEFINITION
    }


def read_submissions(
    connection: Connection, tables: dict[str, Table], assignment: str, student: str | None = None
) -> dict[str, Rows]:
    """Return the rows of each student's submission of an assignment.

    Args:
        connection: to the gradebook.
        tables: from `tables_of`.
        assignment: its name.
        student: only this one; None for all.

    Returns:
        Rows by student. A student who is in the gradebook without a submission has one row.
    """
    t = tables
    owner = t["submitted_assignment"].c.student_id.label("_owner")

    def joined_to_assignment(wanted: Table, joined: FromClause, *between: str) -> Select:
        # One after the other: where a join stands in brackets, SQLite 3.45 as Ubuntu 24.04 builds it ends the process.
        for parent in (*between, "assignment"):
            joined = joined.join(t[parent])
        return select(wanted, owner).select_from(joined)

    def of_assignment(name: str, *between: str) -> Select:
        return joined_to_assignment(t[name], t[name], *between)

    wanted: dict[str, Select] = {
        "student": select(t["student"], t["student"].c.id.label("_owner")),
        "submitted_assignment": of_assignment("submitted_assignment"),
        "submitted_notebook": of_assignment("submitted_notebook", "submitted_assignment"),
        "grade": of_assignment("grade", "submitted_notebook", "submitted_assignment"),
        "comment": of_assignment("comment", "submitted_notebook", "submitted_assignment"),
    }
    if LOOKS.name in t:  # it is made when a submission is graded
        looks, grades = t[LOOKS.name], t["grade"]
        joined = looks.join(grades, looks.c.id == grades.c.id)
        wanted[LOOKS.name] = joined_to_assignment(
            looks, joined, "submitted_notebook", "submitted_assignment"
        )
    found: dict[str, Rows] = {}
    for name, query in wanted.items():
        if name != "student":
            query = query.where(t["assignment"].c.name == assignment)
        if student is not None:
            column = t["student"].c.id if name == "student" else owner.element
            query = query.where(column == student)
        for record in connection.execute(query):
            row = record._asdict()
            rows = found.setdefault(row.pop("_owner"), {name: [] for name in SUBMISSION})
            rows[name].append(row)
    return {who: {name: _sorted(rows[name]) for name in SUBMISSION} for who, rows in found.items()}


def write_rows(connection: Connection, tables: dict[str, Table], before: Rows, after: Rows) -> None:
    """Change the rows `before` into the rows `after`; rows that are only in `before` stay."""
    for name, rows in after.items():
        known = {row["id"]: row for row in before.get(name, ())}
        for row in rows:
            table = tables[name]  # the kit's own is there only where there are rows for it
            if row["id"] not in known:
                connection.execute(table.insert().values(row))
            elif row != known[row["id"]]:
                changed = {
                    key: value for key, value in row.items() if value != known[row["id"]][key]
                }
                connection.execute(table.update().where(table.c.id == row["id"]).values(changed))


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row["id"]))
