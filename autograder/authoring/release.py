"""`autograder release`: what `nbgrader generate_assignment` makes of the source, kept in `release/`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from autograder.authoring.command import source_here
from autograder.bundled import is_clone, workplace
from autograder.course import ASSIGNMENT, CONFIGS, make_course, run_nbgrader
from autograder.errors import CourseError

RELEASE = workplace() / "release" / ASSIGNMENT


def released_files() -> dict[str, bytes]:
    """Generate the release in a course of its own; return the content of each file by name.

    Raises:
        CourseError: nbgrader failed.
    """
    with tempfile.TemporaryDirectory(prefix="release-") as name:
        course = Path(name) / "course"
        make_course(course, source_here() / ASSIGNMENT)
        run_nbgrader(course, "generate_assignment", ASSIGNMENT)
        folder = course / "release" / ASSIGNMENT
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def release_here() -> int:
    """Write the release of this kit; return the exit status.

    Raises:
        CourseError: nbgrader failed, or the working folder is a course, whose release may be another.
        BuildError: the working folder's `source` is another.
    """
    here = workplace()
    if not is_clone() and any((here / name).exists() for name in CONFIGS):
        raise CourseError(
            f"{here} is a course; its release is made by: nbgrader generate_assignment {ASSIGNMENT}"
        )
    files = released_files()
    RELEASE.mkdir(parents=True, exist_ok=True)
    for old in RELEASE.iterdir():
        if old.name not in files:
            old.unlink()
    for name, content in files.items():
        (RELEASE / name).write_bytes(content)
    print(f"{RELEASE}: {', '.join(files)}")
    return 0
