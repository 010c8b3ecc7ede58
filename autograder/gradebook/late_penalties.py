"""Late penalties that cover all points: nbgrader computes them when it grades, before a person has given any.

The course's own policy (`AssignLatePenalties.plugin_class`, `LateSubmissionPlugin.penalty_method`) is asked again
before points are told to anybody: in feedback, export and class report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import List, Unicode

from autograder.layout import configured_nbgrader

Resources = dict[str, Any]


class RenewLatePenalties(AssignLatePenalties):
    """Asks the policy again, for the points that there are now; in feedback, to be named before GetGrades.

    A penalty is changed only where the policy gives one. Where it gives none for what has one in the gradebook (after
    an extension, or where the policy was named for one command only), that stays until the next grading, and is told.
    """

    # The page's exporter sets it for all that takes part, and nbgrader's own base does not let it be set.
    display_data_priority = List(Unicode()).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Renew the penalties of the submission whose feedback is made."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            submission = gradebook.find_submission(about["assignment"], about["student"])
            self.renew(gradebook, submission)
        return nb, resources

    def renew(self, gradebook: Gradebook, submission: SubmittedAssignment) -> None:
        """Write the penalties of a submission into the gradebook."""
        now = self.penalties(submission)
        for notebook in submission.notebooks:
            penalty = now[notebook.name]
            if penalty != (notebook.late_submission_penalty or 0.0):
                self.log.warning(
                    "%s: the late penalty is %g for the points that there are now; it was %g",
                    submission.student.id, penalty, notebook.late_submission_penalty or 0.0,
                )  # fmt: skip
                notebook.late_submission_penalty = penalty
                gradebook.db.commit()

    def penalties(self, submission: SubmittedAssignment) -> Mapping[str, float]:
        """Return what is taken off each notebook of a submission, by its name; nothing is written."""
        return {
            notebook.name: self._penalty(submission, notebook) for notebook in submission.notebooks
        }

    def _penalty(self, submission: SubmittedAssignment, notebook: SubmittedNotebook) -> float:
        stored = float(notebook.late_submission_penalty or 0.0)
        late = submission.total_seconds_late
        if late > 0:
            self.init_plugin()
            penalty = self.plugin_inst.late_submission_penalty(
                submission.student.id, notebook.score, late
            )
            if penalty is not None:
                return float(self._check_late_penalty(notebook, penalty))
        if stored:
            self.log.warning(
                "%s: the policy for late submissions gives no penalty now; the gradebook has one of %g, which stays: "
                "if it is to go, grade the submission again",
                submission.student.id, stored,
            )  # fmt: skip
        return stored


def penalties_of(
    course: Path, database: Path, assignment: str, students: Iterable[str]
) -> Mapping[str, float]:
    """Return what is taken off each student's notebooks by the policy that a course's configuration names.

    Raises:
        CourseError: the configuration cannot be read.
    """
    policy = RenewLatePenalties(parent=configured_nbgrader(course.resolve()))
    with Gradebook(f"sqlite:///{database.resolve()}") as gradebook:
        return {
            student: sum(policy.penalties(gradebook.find_submission(assignment, student)).values())
            for student in students
        }
