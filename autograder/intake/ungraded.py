"""What the gradebook says of a submission that is not graded: no score, and that it waits for a person.

Stock nbgrader keeps the old score when grading a second time fails, and counts a missing notebook as 0.
"""

from __future__ import annotations

from nbgrader.api import Gradebook


def clear_scores(database: str, student: str, assignment: str, notebook: str) -> None:
    """Take back the automatic scores of a submission, before it is graded; a person's scores stay.

    Args:
        database: the gradebook's URL.
        student: the student's id; the submission is in the gradebook already.
        assignment: the assignment's name.
        notebook: the notebook's name.

    Raises:
        MissingEntry: the gradebook does not know the submission.
    """
    with Gradebook(database) as gradebook:
        for grade in gradebook.find_submission_notebook(notebook, assignment, student).grades:
            grade.auto_score = None
            grade.needs_manual_grade = True
        gradebook.db.commit()


def record_not_graded(
    database: str, student: str, assignment: str, notebook: str, reason: str
) -> None:
    """Write into the gradebook that a submission could not be graded, and why.

    Formgrader shows the reason in the comment boxes, where a person's own comment replaces it.

    Args:
        database: the gradebook's URL.
        student: the student's id.
        assignment: the assignment's name.
        notebook: the notebook's name.
        reason: a sentence without a full stop.

    Raises:
        MissingEntry: the gradebook does not know the submission.
    """
    with Gradebook(database) as gradebook:
        submitted = gradebook.find_submission_notebook(notebook, assignment, student)
        for grade in submitted.grades:
            grade.auto_score = None
            grade.needs_manual_grade = True
            if grade.manual_score is None:  # a bonus of an earlier grading
                grade.extra_credit = None
        for comment in submitted.comments:
            comment.auto_comment = f"Not graded yet: {reason}."
        gradebook.db.commit()
