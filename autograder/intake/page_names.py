"""Which names a submission's feedback pages have, and that nothing of the student's stands in their place.

nbgrader copies all that was handed in into the feedback's folder before it writes the page there. A file that is
called like the page may not be written to, unless by root, and a folder by nobody. And `nbgrader fetch_feedback` looks
for a page by the name of each notebook that the student has handed in, whatever was graded.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from autograder.intake.exporter import released_names
from autograder.intake.folder import is_safe_name

_MOST = 10
_PAGE = ".html"
_NOTEBOOK = ".ipynb"


def settle(page: str, course: CourseDirectory, about: Mapping[str, str]) -> None:
    """Make room for a page, and write it under the other names by which its student looks for it.

    Args:
        page: HTML.
        course: the course.
        about: nbgrader's `student`, `assignment` and `notebook`.
    """
    notebook, whose = about["notebook"], (about["student"], about["assignment"])
    folder = Path(course.format_path(course.feedback_directory, *whose))
    submission = Path(course.format_path(course.submitted_directory, *whose))
    free_place(folder, notebook)
    for name in other_names(submission, notebook, released_names(course, about["assignment"])):
        free_place(folder, name)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}{_PAGE}").write_text(page, encoding="utf-8")


def free_place(folder: Path, notebook: str) -> None:
    """Remove the copy of what a student has handed in under the name of a page, in whatever letters.

    Args:
        folder: of the feedback; what was handed in stays where it is.
        notebook: the notebook's name, without its ending.
    """
    page = f"{notebook}{_PAGE}".casefold()
    for path in _entries(folder):
        if path.name.casefold() != page:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def other_names(submission: Path, notebook: str, released: Collection[str]) -> tuple[str, ...]:
    """Return under which other names a student looks for the page of a notebook that has been renamed.

    Args:
        submission: what was handed in.
        notebook: the notebook's name, without its ending.
        released: the names of all notebooks of the assignment, without their ending.

    Returns:
        Names without an ending; none where the notebook was handed in under its own, or where the names of several
        are missing, so that it would not be clear whose page it is.
    """
    there = [p.stem for p in _entries(submission) if p.suffix == _NOTEBOOK and p.is_file()]
    if [name for name in released if name not in there] != [notebook]:
        return ()
    others = (name for name in there if name not in released and is_safe_name(f"{name}{_PAGE}"))
    return tuple(others)[:_MOST]


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
