"""`nbgrader export`: nbgrader's CSV, in which an empty score means "not graded" and 0 means 0.

Stock nbgrader writes 0.0 for a submission that crashed, for one that waits for a person, and for none at all.
The columns are nbgrader's, in its order, so that what reads them goes on working; three more stand at the end.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.plugins import ExportPlugin

from autograder.gradebook.hand_grades import given_score, is_outdated
from autograder.gradebook.late_penalties import RenewLatePenalties
from autograder.intake.exporter import submission_folders
from autograder.intake.findings import shown
from autograder.intake.names import composed
from autograder.report.harmless import without_formula

COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score", "state", "cells_not_graded",
    "cells_graded_on_other_work",
)  # fmt: skip
GRADED = "graded"
PARTLY = "partly graded"
WAITS = "waits for a person"
NOT_GRADED = "not graded"
NOT_SUBMITTED = "not submitted"
_PLAIN_ID = re.compile(r"[@+]\w[\w.@-]*")


class CsvWithStates(ExportPlugin):
    """Writes one line for each assignment and student.

    The column `state` says "graded", "waits for a person" (every cell has points, and at some a person must look),
    "partly graded" (the score is the sum so far), "not graded" or "not submitted"; the last two leave the scores
    empty. `cells_graded_on_other_work` counts the cells whose score a person gave before the student's work, or its
    automatic result, changed.

    Late penalties are renewed first: since they were computed, a person may have given points.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that `--to` names, or `grades.csv`."""
        path = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", path)
        late = RenewLatePenalties(parent=self)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for assignment in gradebook.assignments:
                if self.assignment and assignment.name not in map(str, self.assignment):
                    continue
                handed_in = self._handed_in(assignment.name)
                for student in gradebook.students:
                    if self.student and student.id not in map(str, self.student):
                        continue
                    row = _row(gradebook, assignment, student, late)
                    if handed_in.pop(composed(student.id), None) and row["state"] == NOT_SUBMITTED:
                        row["state"] = NOT_GRADED
                    writer.writerow([_cell(column, row.get(column)) for column in COLUMNS])
                # Whom nbgrader does not know, because no work of theirs could be given to it.
                for name in sorted(handed_in):
                    if not self.student or name in map(str, self.student):
                        row = {
                            "assignment": assignment.name,
                            "duedate": assignment.duedate,
                            "student_id": shown(name),
                            "max_score": assignment.max_score,
                            "state": NOT_GRADED,
                        }
                        writer.writerow([_cell(column, row.get(column)) for column in COLUMNS])

    def _handed_in(self, assignment: str) -> dict[str, Path]:
        """Return the folders of all submissions by student, whatever they are called."""
        course = getattr(self.parent, "coursedir", None)
        folders = [] if course is None else submission_folders(course, assignment)
        return {composed(folder.parent.name): folder for folder in folders}


def _row(
    gradebook: Gradebook, assignment: Assignment, student: Student, late: RenewLatePenalties
) -> dict[str, object]:
    row: dict[str, object] = {
        "assignment": assignment.name,
        "duedate": assignment.duedate,
        "student_id": student.id,
        "last_name": student.last_name,
        "first_name": student.first_name,
        "email": student.email,
        "max_score": assignment.max_score,
        "state": NOT_SUBMITTED,
    }
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return row
    late.renew(gradebook, submission)
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    given = [score for grade in grades if (score := given_score(grade)) is not None]
    row["timestamp"] = submission.timestamp
    row["cells_not_graded"] = len(grades) - len(given)
    row["cells_graded_on_other_work"] = sum(map(is_outdated, grades))
    row["state"] = _state(len(grades), len(given), any(g.needs_manual_grade for g in grades))
    if given:
        penalty = submission.late_submission_penalty or 0.0
        row["raw_score"] = sum(given)
        row["late_submission_penalty"] = penalty
        row["score"] = max(0.0, sum(given) - penalty)
    return row


def _state(cells: int, scored: int, waits: bool) -> str:
    if scored < cells:
        return PARTLY if scored else NOT_GRADED
    return WAITS if waits else GRADED


def _cell(column: str, value: object) -> str:
    """Return a value as text that no spreadsheet takes for a formula: names are the students' own.

    A student's id such as `@ada` or `+4912` stays what it is, so that whoever imports the file knows it: without
    brackets, bars and blanks it can call nothing, in any spreadsheet.
    """
    if not isinstance(value, str):
        return "" if value is None else str(value)
    if column == "student_id" and _PLAIN_ID.fullmatch(value):
        return value
    return without_formula(value)
