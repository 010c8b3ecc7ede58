"""`nbgrader export`: nbgrader's CSV, in which an empty score means "not graded" and 0 means 0.

Stock nbgrader writes 0.0 for a submission that crashed, for one that waits for a person, and for none at all.
The columns are nbgrader's, in its order, so that what reads them goes on working; two more stand at the end.
"""

from __future__ import annotations

import csv
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.plugins import ExportPlugin

from autograder.intake.scores import given_score

COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score", "state", "cells_not_graded",
)  # fmt: skip
GRADED = "graded"
PARTLY = "partly graded"
NOT_GRADED = "not graded"
NOT_SUBMITTED = "not submitted"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CsvWithStates(ExportPlugin):
    """Writes one line for each assignment and student.

    The column `state` says "graded", "partly graded" (the score is the sum so far), "not graded" or
    "not submitted"; the last two leave the scores empty.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that `--to` names, or `grades.csv`."""
        path = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", path)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for assignment in gradebook.assignments:
                if self.assignment and assignment.name not in map(str, self.assignment):
                    continue
                for student in gradebook.students:
                    if self.student and student.id not in map(str, self.student):
                        continue
                    row = _row(gradebook, assignment, student)
                    writer.writerow([_cell(row.get(column)) for column in COLUMNS])


def _row(gradebook: Gradebook, assignment: Assignment, student: Student) -> dict[str, object]:
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
    scores = [given_score(grade) for notebook in submission.notebooks for grade in notebook.grades]
    given = [score for score in scores if score is not None]
    row["timestamp"] = submission.timestamp
    row["cells_not_graded"] = len(scores) - len(given)
    row["state"] = GRADED if len(given) == len(scores) else PARTLY if given else NOT_GRADED
    if given:
        penalty = submission.late_submission_penalty or 0.0
        row["raw_score"] = sum(given)
        row["late_submission_penalty"] = penalty
        row["score"] = max(0.0, sum(given) - penalty)
    return row


def _cell(value: object) -> str:
    """Return a value as text that no spreadsheet takes for a formula: names are the students' own."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
