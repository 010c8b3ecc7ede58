"""How fast complete submissions are graded: a kernel from nothing for each, rooms that are copied, and workers.

python -m benchmarks.grading [--submissions N] [--model FOLDER]

All ways grade the same complete sample in one run: `nbgrader autograde` with bare kernels and without the feature
store, which is what plain nbgrader would do; the same with warm rooms and the store; and `autograder grade` with one
worker and with two. What the store holds is computed before, once a machine and model, and timed by itself.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from autograder.assets import find_fashion_mnist
from autograder.assets.models import MODEL_VARIABLE
from autograder.course import nbgrader_command
from autograder.kernel.isolation import BUBBLEWRAP, NONE
from autograder.notebook.build import ASSIGNMENT
from benchmarks.courses import (
    COMPLETE,
    COMPLETE_POINTS,
    course_of,
    grade_command,
    released_course,
    seconds_of,
)


@dataclass(frozen=True)
class Way:
    """A way of grading a course.

    Attributes:
        name: for the table.
        command: what is run in the course's folder.
        submissions: how many it is given.
    """

    name: str
    command: list[str]
    submissions: int


def ways(submissions: int) -> list[Way]:
    """Return the ways, the slowest with fewest submissions: its time a submission does not change with more."""
    plain = nbgrader_command("autograde", ASSIGNMENT)
    bare = [f"--RunAndJudge.isolation={NONE}", "--RunAndJudge.feature_store=False"]
    return [
        Way("`nbgrader autograde`, bare kernels, no store", [*plain, *bare], 1),
        Way(
            "`nbgrader autograde`, warm rooms, store",
            [*plain, f"--RunAndJudge.isolation={BUBBLEWRAP}"],
            submissions,
        ),
        Way("`autograder grade --workers 1`", grade_command("--workers", "1"), submissions),
        Way("`autograder grade --workers 2`", grade_command("--workers", "2"), submissions),
    ]


def main(arguments: list[str]) -> None:
    """Print a table of seconds a submission, submissions an hour, and ratios to the first way."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading")
    parser.add_argument("--submissions", type=int, default=6)
    parser.add_argument("--model", help="a snapshot's folder; the small checkpoint otherwise")
    options = parser.parse_args(arguments)
    if options.model:
        os.environ[MODEL_VARIABLE] = options.model
    find_fashion_mnist(fetch=True)
    print("| way of grading complete submissions | n | seconds each | an hour | ratio |")
    print("|---|---:|---:|---:|---:|")
    first = 0.0
    with tempfile.TemporaryDirectory() as name:
        released = released_course(Path(name), COMPLETE)
        for number, way in enumerate(ways(options.submissions)):
            folder = Path(name) / str(number)
            folder.mkdir()
            course = course_of(released, folder, way.submissions)
            each = seconds_of(way.command, course, COMPLETE_POINTS) / way.submissions
            first = first or each
            print(
                f"| {way.name} | {way.submissions} | {each:.1f} | {3600 / each:.0f} | {first / each:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
