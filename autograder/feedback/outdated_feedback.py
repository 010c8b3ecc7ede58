"""Feedback pages that tell what is not so any more: nbgrader makes a page once, and passes over it from then on.

Every page ends with a hash of what it tells. Where gradebook or autograded notebook say something else by now, because
a person has graded or written a comment, the page is removed before `nbgrader generate_feedback` looks for it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry, SubmittedNotebook
from nbgrader.utils import remove, rmtree

_MARK = "\n<!-- told: {} -->\n"


def mark(about: Mapping[str, Any], autograded: Path) -> str:
    """Return what is put at the end of a page.

    Args:
        about: where nbgrader's gradebook is, and whose page this is of which notebook.
        autograded: the notebook.

    Raises:
        MissingEntry: the gradebook does not know the submission.
    """
    with Gradebook(about["db_url"]) as gradebook:
        submitted = gradebook.find_submission_notebook(
            about["notebook"], about["assignment"], about["student"]
        )
        return _mark(submitted, autograded)


def remove_outdated(converter: Any) -> None:
    """Remove what nbgrader would pass over although it is outdated.

    Args:
        converter: nbgrader's `GenerateFeedback`, which has listed the notebooks that it is about to convert.

    Raises:
        OSError: a page cannot be removed.
    """
    course = converter.coursedir
    for page in _outdated_pages(converter):
        converter.log.warning("%s tells what has changed since; it is made anew", page)
        # As nbgrader itself does, which looks for the folder if all notebooks are asked for.
        if course.notebook_id != "*":
            remove(str(page))
        elif page.parent.is_dir():
            rmtree(str(page.parent))


def _outdated_pages(converter: Any) -> Iterator[Path]:
    course = converter.coursedir
    assignment = course.assignment_id
    pattern = course.format_path(
        course.autograded_directory, "(?P<student>.*)", assignment, escape=True
    )
    with Gradebook(course.db_url, course.course_id) as gradebook:
        for folder, notebooks in converter.assignments.items():
            found = re.fullmatch(pattern, folder)
            if found is None:  # nbgrader says so, and stops
                continue
            student = found["student"]
            place = Path(course.format_path(course.feedback_directory, student, assignment))
            for notebook in map(Path, notebooks):
                page = place / f"{notebook.stem}.html"
                try:
                    submitted = gradebook.find_submission_notebook(
                        notebook.stem, assignment, student
                    )
                except MissingEntry:
                    continue
                if page.is_file() and not _ends_with(page, _mark(submitted, notebook)):
                    yield page


def _ends_with(page: Path, mark: str) -> bool:
    with page.open("rb") as file:
        file.seek(max(0, page.stat().st_size - len(mark)))
        return file.read() == mark.encode()


def _mark(submitted: SubmittedNotebook, autograded: Path) -> str:
    told = [
        sorted(
            (grade.name, grade.auto_score, grade.manual_score, grade.extra_credit)
            for grade in submitted.grades
        ),
        sorted((comment.name, comment.comment) for comment in submitted.comments),
        submitted.late_submission_penalty,
        hashlib.sha256(autograded.read_bytes()).hexdigest(),
    ]
    return _MARK.format(hashlib.sha256(json.dumps(told).encode()).hexdigest())
