"""Which work a person's grade was given on, so that a person looks again at what has changed since, and only at that.

nbgrader's gradebook holds what a person gave, not for what; so nbgrader flags every cell that was graded by hand
whenever it grades again. A table of the kit's own beside nbgrader's holds a hash of the work that was graded last, and
of the work that a person saw last. That a person has looked is read from what formgrader changes: a score, or the
flag "needs manual grade".

`note_looks` comes before the automatic scores are taken back, `flag` after there are new ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Float, MetaData, String, Table, column, delete, select, table

from autograder.notebook.marks import NOTE_ID

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from nbgrader.api import Grade, Gradebook

    from autograder.gradebook.recorded_grades import RecordedGrade

LOOKS = Table(
    "autograder_look",
    MetaData(),
    Column("id", String(32), primary_key=True),
    Column("work", String(64), nullable=False),
    Column("seen", String(64)),
    Column("bonus", Float),
    Column("manual_score", Float),
    Column("extra_credit", Float),
)
"""One row a grade, of the same id: hashes of the work graded last and of the work that a person saw last (none: nobody
did, or it is not known), the automatic extra credit, and a person's two numbers as they were when that was written."""

Works = Mapping[str, tuple[str, ...]]
"""What a student did for each graded cell, by the cell's id."""


def works_in(notebook: NotebookNode) -> Works:
    """Return what a student did for each graded cell: the own cells since the last graded one.

    Locked cells are the release's, the grader's notes are no work, and neither are outputs, blanks at the ends of lines
    or empty cells. What was done for a task (nbgrader's word for a cell that only asks) stands after it.
    """
    works: dict[str, list[str]] = {}
    done: list[str] = []
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        name = marks.get("grade_id")
        own = _own(cell) if name is None or marks.get("solution") else []
        if marks.get("grade"):
            works[name], done = done + own, []
        elif marks.get("task"):
            works[name] = done = []
        else:
            done += own
    return {name: tuple(sources) for name, sources in works.items()}


def note_looks(gradebook: Gradebook, grades: Iterable[Grade]) -> None:
    """Note which grades a person has looked at since `flag`; to be called before anything else changes them.

    Args:
        gradebook: open; what is noted is committed.
        grades: of one submission or more.
    """
    grades = list(grades)
    for row, grade in _with_rows(gradebook, grades):
        if row is None:
            continue
        given = {"manual_score": grade.manual_score, "extra_credit": grade.extra_credit}
        if not grade.needs_manual_grade or any(row[name] != given[name] for name in given):
            _write(gradebook, {**row, **given, "seen": row["work"]})
    gradebook.db.commit()


def flag(
    gradebook: Gradebook,
    grades: Iterable[Grade],
    works: Works,
    bonus: Mapping[str, float],
    reasons: Mapping[str, str],
) -> None:
    """Say of newly graded cells whether they wait for a person, and give the automatic extra credit.

    What a person gave stays, whatever the automatic result is now: the cell is flagged if the student's work for it, or
    its automatic result, is not what that person saw.

    Args:
        gradebook: open; the change is committed.
        grades: of one submission, with their new automatic scores.
        works: what the student did for each, from `works_in`.
        bonus: automatic extra credit, by cell.
        reasons: why a person must look at cells although they may have a score, by cell.
    """
    for row, grade in _with_rows(gradebook, list(grades)):
        extra, reason = bonus.get(grade.name), reasons.get(grade.name)
        # Where nothing is known yet, extra credit where there is an automatic one is taken for that.
        last = row["bonus"] if row else (None if extra is None else grade.extra_credit)
        is_by_hand = grade.manual_score is not None or grade.extra_credit != last
        if not is_by_hand:
            grade.extra_credit = extra
        work = _digest([works.get(grade.name), grade.auto_score, extra, reason])
        seen = row["seen"] if row else None
        has_score = grade.manual_score is not None or grade.auto_score is not None
        must_be_seen = is_by_hand or reason is not None
        grade.needs_manual_grade = not has_score or (must_be_seen and seen != work)
        _write(
            gradebook,
            {
                "id": grade.id, "work": work, "seen": seen, "bonus": extra,
                "manual_score": grade.manual_score, "extra_credit": grade.extra_credit,
            },
        )  # fmt: skip
    gradebook.db.commit()


def forget_removed(gradebook: Gradebook) -> None:
    """Remove what is noted of grades that are not in the gradebook any more."""
    LOOKS.create(gradebook.db.connection(), checkfirst=True)
    grades = table("grade", column("id"))
    gradebook.db.execute(delete(LOOKS).where(LOOKS.c.id.not_in(select(grades.c.id))))
    gradebook.db.commit()


def given_score(grade: Grade | RecordedGrade) -> float | None:
    """Return the points given for a cell, bonus included; None while nobody has graded it."""
    given = grade.auto_score if grade.manual_score is None else grade.manual_score
    return None if given is None else float(given + (grade.extra_credit or 0.0))


def is_outdated(grade: Grade | RecordedGrade) -> bool:
    """Return whether a person gave the score before the student's work, or its automatic result, changed."""
    return bool(grade.needs_manual_grade and grade.manual_score is not None)


def _own(cell: NotebookNode) -> list[str]:
    source = "\n".join(line.rstrip() for line in cell.source.strip().splitlines())
    is_note = str(cell.get("id", "")).startswith(NOTE_ID)
    return [source] if source and not is_note else []


def _digest(what: Any) -> str:
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def _with_rows(
    gradebook: Gradebook, grades: list[Grade]
) -> list[tuple[dict[str, Any] | None, Grade]]:
    """Return the grades with what is noted of them."""
    LOOKS.create(gradebook.db.connection(), checkfirst=True)
    wanted = select(LOOKS).where(LOOKS.c.id.in_([grade.id for grade in grades]))
    rows = {row["id"]: dict(row) for row in gradebook.db.execute(wanted).mappings()}
    return [(rows.get(grade.id), grade) for grade in grades]


def _write(gradebook: Gradebook, row: dict[str, Any]) -> None:
    gradebook.db.execute(delete(LOOKS).where(LOOKS.c.id == row["id"]))
    gradebook.db.execute(LOOKS.insert().values(row))
