"""nbgrader's feedback page, telling "not graded" from 0.

`templates/feedback` is the page; `nbgrader_config.py` puts its folder before nbgrader's own. The gradebook's sums
count what is not graded as 0, so the preprocessor here, which follows nbgrader's GetGrades, looks at the parts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbgrader
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List, Unicode

from autograder.feedback.overview import lay_out
from autograder.gradebook.hand_grades import given_score

TEMPLATES = [
    str(Path(__file__).parent.parent / "templates"),
    str(Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"),
]
"""Where HTML pages are looked for: the kit's first; formgrader's own are nbgrader's."""

Resources = dict[str, Any]


class TellNotGraded(NbGraderPreprocessor):
    """Takes the 0 out of cells and sums that nobody has graded, and has the page's overview laid out."""

    # The page's exporter sets it for all that takes part, and nbgrader's own base does not let it be set.
    display_data_priority = List(Unicode()).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """See the class."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            submitted = gradebook.find_submission_notebook(
                about["notebook"], about["assignment"], about["student"]
            )
            scores = {grade.name: given_score(grade) for grade in submitted.grades}
        for cell in nb.cells:
            graded = cell.metadata.get("nbgrader", {})
            if scores.get(graded.get("grade_id"), 0.0) is None:
                graded["score"] = None
        about["open_cells"] = sum(score is None for score in scores.values())
        if about["open_cells"] == len(scores):
            about["score"] = None
        lay_out(nb, resources)
        return nb, resources
