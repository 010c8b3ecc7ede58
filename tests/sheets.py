"""What the tests of sheets share: from the bytes of a sheet to the plan, and to the bytes that are imported."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from autograder.sheets.filling import Plan, Rules, make_plan
from autograder.sheets.grades import Grade, Grades
from autograder.sheets.reading import Sheet, read_sheet
from autograder.sheets.recognise import open_target
from autograder.sheets.roster import Roster, owners

TASK = "task"


@dataclass(frozen=True)
class Filled:
    """A sheet, what is planned for it, and what comes of it."""

    sheet: Sheet
    plan: Plan
    data: bytes

    def row(self, name: str) -> str:
        """Return what is said of the row that bears a name."""
        (found,) = [row.sentence for row in self.plan.rows if row.entry.name == name]
        return found


def grades_of(scores: Mapping[str, object], points: int = 100) -> Grades:
    """Return grades from plain scores; None is not graded."""
    by_student = {
        student: Grade(student, None if score is None else Decimal(str(score)))
        for student, score in scores.items()
    }
    return Grades(TASK, Decimal(points), by_student)


def fill(
    data: bytes,
    grades: Grades,
    rules: Rules | None = None,
    *,
    platform: str | None = None,
    title: str | None = None,
    roster: Roster | None = None,
    by_name: bool = False,
) -> Filled:
    """Fill a sheet, given as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.csv"
        path.write_bytes(data)
        sheet = read_sheet(path)
    target = open_target(sheet, platform, title, TASK)
    whose = owners(target.entries, grades.by_student, roster, by_name=by_name)
    plan = make_plan(sheet, target, grades, whose, rules or Rules())
    return Filled(sheet, plan, sheet.filled(plan.changes))
