"""Whether a course's files are its owner's alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder.course import CONFIGS, KIT
from autograder.doctor.finding import Finding
from autograder.permissions import loose


def files_of(course: Path) -> Iterator[Finding]:
    """Say of a course's files what others than their owner may do; of a folder that is no class's course, nothing."""
    if course.resolve() == KIT or not any((course / name).is_file() for name in CONFIGS):
        return
    what = "grades, solutions and seeds are their owner's alone"
    open_ones = loose(course)
    if not open_ones:
        yield Finding(what, True, str(course.resolve()))
    for one in open_ones:
        yield Finding(what, False, one.sentence)
