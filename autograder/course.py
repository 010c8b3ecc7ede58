"""A course folder, made from the kit by one command; and the sample submissions that ship with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from autograder.bundled import bundled
from autograder.errors import ChoiceError, CourseError
from autograder.permissions import close

ASSIGNMENT = "assignment_2"
"""The kit's own."""
KIT = Path(__file__).resolve().parent.parent
"""The clone; without one, the folder of packages that this one is installed in."""
CONFIG = "nbgrader_config.py"
CONFIGS = (CONFIG, "nbgrader_config.json")
LOG = "nbgrader.log"
SAMPLES = bundled("tests/samples")


def make_course(folder: Path, source: Path | None = None) -> None:
    """Make an nbgrader course: the configuration and the assignment's source, for its owner alone.

    Args:
        folder: must not exist yet, or be empty.
        source: of the assignment, a folder; None for the kit's own.

    Raises:
        CourseError: the folder holds something, or has a name that nbgrader cannot work with, or the kit's own files
            are not there.
    """
    source = source or bundled("source") / ASSIGNMENT
    if not (source / f"{ASSIGNMENT}.ipynb").is_file():
        raise CourseError(f"{source} holds no notebook; run: autograder build")
    if (reason := why_no_course_folder(folder)) is not None:
        raise CourseError(reason)
    if folder.exists() and any(folder.iterdir()):
        raise CourseError(f"{folder} is not empty; name a new folder, or remove it first")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    copy_configs(folder)
    shutil.copytree(
        source,
        folder / "source" / ASSIGNMENT,
        # pip compiles every module that a wheel brings, settings for students' folders included.
        ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"),
    )
    # The kit's own files may be for everybody; with the solutions and configuration of a course it is not so.
    close(folder)


def why_no_course_folder(folder: Path) -> str | None:
    """Say why nbgrader cannot work in a folder of this path, or return None: it takes all of it for a pattern."""
    signs = sorted(set("*?[]{}") & set(str(folder.absolute())))
    if not signs:
        return None
    named = ", ".join(f"`{sign}`" for sign in signs)
    return f"nbgrader takes {named} in {folder.absolute()} for a pattern; rename the folder, or choose another one"


def copy_configs(folder: Path) -> None:
    """Give a course the kit's configuration."""
    for name in CONFIGS:
        shutil.copy(bundled(name), folder / name)


_PREPROCESSORS = ("autograder.plugins", "nbgrader_plugins")
"""Where the kit's preprocessors are, and where they were: courses hold copies of older configurations."""


def assignments_in(course: Path) -> tuple[str, ...]:
    """Return the names of a course's assignments, sorted: of its sources, or else of what was released or handed in."""
    for pattern in ("source/*/*.ipynb", "release/*/*.ipynb", "submitted/*/*/*.ipynb"):
        names = {path.parent.name for path in course.glob(pattern)}
        if found := sorted(name for name in names if not name.startswith(".")):
            return tuple(found)
    return ()


def chosen_assignment(course: Path, name: str | None) -> str:
    """Return the assignment that a command was told, or else the course's only one.

    Raises:
        ChoiceError: it was told none, and there are several.
        CourseError: likewise, and there is none.
    """
    if name is not None:
        return name
    names = assignments_in(course)
    if len(names) > 1:
        raise ChoiceError(
            f"{course.absolute()} has several assignments; name one of: {', '.join(names)}"
        )
    if not names:
        raise CourseError(
            f"{course.absolute()} has no assignment: no notebook in source/NAME, release/NAME or "
            "submitted/STUDENT/NAME. `autograder course FOLDER` makes a course; `nbgrader autograde NAME` or "
            "`autograder grade NAME` in it is what there is to tell of."
        )
    return names[0]


def names_kit(course: Path) -> bool:
    """Return whether a course's own configuration names this kit's preprocessors, as far as its text tells."""
    return any(configuration_says(course, name) for name in _PREPROCESSORS)


def configuration_says(course: Path, word: str) -> bool:
    """Return whether a word stands in a course's own configuration."""
    texts = [(course / name).read_bytes() for name in CONFIGS if (course / name).is_file()]
    return any(word.encode() in text for text in texts)


def run_nbgrader(course: Path, *arguments: str) -> None:
    """Run one nbgrader command in a course; its log goes to a file there.

    Raises:
        CourseError: it failed.
    """
    with (course / LOG).open("a", encoding="utf-8") as log:
        done = subprocess.run(
            nbgrader_command(*arguments), cwd=course, stdout=log, stderr=log, check=False
        )
    if done.returncode:
        raise CourseError(f"nbgrader {' '.join(arguments)} failed; see {course / LOG}")


def nbgrader_command(*arguments: str) -> list[str]:
    """Return the command line of nbgrader under the Python that runs this."""
    return [sys.executable, "-m", "nbgrader", *arguments]
