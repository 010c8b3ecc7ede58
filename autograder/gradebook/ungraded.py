"""What the gradebook says of a submission that is not graded: no score, and that it waits for a person.

Stock nbgrader keeps the old score when grading a second time fails, and counts a missing notebook as 0.
"""

from __future__ import annotations

from collections.abc import Iterable

from nbgrader.api import Gradebook, MissingEntry

from autograder.gradebook.hand_grades import Works, flag, note_looks


def note_looks_at(database: str, students: Iterable[str], assignment: str) -> None:
    """Note which cells of submissions a person has looked at; nothing, where the gradebook has no submission.

    Args:
        database: the gradebook's URL.
        students: ids.
        assignment: the assignment's name.
    """
    with Gradebook(database) as gradebook:
        for student in students:
            try:
                submission = gradebook.find_submission(assignment, student)
            except MissingEntry:
                continue
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            note_looks(gradebook, grades)


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
    database: str, student: str, assignment: str, notebook: str, reason: str, works: Works
) -> None:
    """Write into the gradebook that a submission could not be graded, and why.

    Formgrader shows the reason in the comment boxes, where a person's own comment replaces it.

    Args:
        database: the gradebook's URL.
        student: the student's id.
        assignment: the assignment's name.
        notebook: the notebook's name.
        reason: a sentence without a full stop.
        works: what the student did for each graded cell, as far as it could be read.

    Raises:
        MissingEntry: the gradebook does not know the submission.
    """
    with Gradebook(database) as gradebook:
        submitted = gradebook.find_submission_notebook(notebook, assignment, student)
        for grade in submitted.grades:
            grade.auto_score = None
        flag(gradebook, submitted.grades, works, bonus={}, reasons={})
        for comment in submitted.comments:
            comment.auto_comment = f"Not graded yet: {reason}."
        gradebook.db.commit()
