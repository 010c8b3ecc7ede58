"""The reference answers to what is graded by hand, for the page on which it is graded."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.reader import NotJSONError


def reference_answers(
    work: Path, source_directory: str, assignment: str, notebook: str
) -> dict[str, str]:
    """Return the Markdown of a course's own answers by the ids of their cells.

    Args:
        work: a folder of the course in which a student's notebook lies.
        source_directory: name of the folder with what the instructors wrote.
        assignment: name of the assignment.
        notebook: name of the notebook, without its ending.

    Returns:
        Nothing where the course's source is not on this machine: who only grades may not have it.
    """
    for folder in work.parents:
        path = folder / source_directory / assignment / f"{notebook}.ipynb"
        try:
            source = nbformat.read(path, as_version=4)
        except (OSError, NotJSONError):
            continue
        return {
            about["grade_id"]: cell.source
            for cell in source.cells
            if cell.cell_type == "markdown"
            and (about := cell.metadata.get("nbgrader", {})).get("grade")
        }
    return {}
