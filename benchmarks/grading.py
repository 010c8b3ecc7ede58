"""How fast complete submissions are graded: a kernel from nothing for each, rooms that are copied, and workers.

python -m benchmarks.grading [SUBMISSIONS]

All ways grade the same complete sample, with the small checkpoint, in one run: `nbgrader autograde` with bare
kernels, the same with warm rooms, and `autograder grade` with one worker and with two.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.assets import find_fashion_mnist
from autograder.course import SAMPLES, make_course, nbgrader_command, run_nbgrader
from autograder.kernel.isolation import BUBBLEWRAP, NONE
from autograder.notebook.build import ASSIGNMENT
from autograder.report import class_report
from autograder.samples import add_samples

SAMPLE = "ada"
"""Complete and right, UMAP and experiment included."""


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
    grade = [sys.executable, "-m", "autograder.cli", "grade", ASSIGNMENT]
    plain = nbgrader_command("autograde", ASSIGNMENT)
    return [
        Way("`nbgrader autograde`, bare kernels", [*plain, f"--RunAndJudge.isolation={NONE}"], 2),
        Way(
            "`nbgrader autograde`, warm rooms",
            [*plain, f"--RunAndJudge.isolation={BUBBLEWRAP}"],
            submissions,
        ),
        Way("`autograder grade --workers 1`", [*grade, "--workers", "1"], submissions),
        Way("`autograder grade --workers 2`", [*grade, "--workers", "2"], submissions),
    ]


def released_course(folder: Path) -> Path:
    """Make a course with the assignment's release and the one sample."""
    course = folder / "released"
    make_course(course)
    run_nbgrader(course, "generate_assignment", ASSIGNMENT)
    add_samples(course, SAMPLES)
    for student in (course / "submitted").iterdir():
        if student.name != SAMPLE:
            shutil.rmtree(student)
    return course


def seconds(way: Way, released: Path, folder: Path) -> float:
    """Return how long a way takes for all its submissions.

    Raises:
        RuntimeError: it did not give them the points that the sample is worth.
    """
    course = folder / "course"
    shutil.copytree(released, course)
    sample = course / "submitted" / SAMPLE
    for number in range(way.submissions):
        student = course / "submitted" / f"student{number:04}"
        shutil.copytree(sample, student)
    shutil.rmtree(sample)
    start = time.perf_counter()
    with (folder / "log.txt").open("ab") as log:
        subprocess.run(way.command, cwd=course, stdout=log, stderr=log, check=True)
    taken = time.perf_counter() - start
    scores = {
        sum(item.score or 0.0 for item in submission.items)
        for submission in class_report(course).submissions
    }
    if len(scores) != 1 or min(scores) < 60:
        raise RuntimeError(f"{way.name}: the scores are {sorted(scores)}; see {folder / 'log.txt'}")
    return taken


def main(submissions: int) -> None:
    """Print a table of seconds a submission, submissions an hour, and ratios to the first way."""
    find_fashion_mnist(fetch=True)
    print("| way of grading complete submissions | n | seconds each | an hour | ratio |")
    print("|---|---:|---:|---:|---:|")
    first = 0.0
    with tempfile.TemporaryDirectory() as name:
        released = released_course(Path(name))
        for number, way in enumerate(ways(submissions)):
            folder = Path(name) / str(number)
            folder.mkdir()
            each = seconds(way, released, folder) / way.submissions
            first = first or each
            print(
                f"| {way.name} | {way.submissions} | {each:.1f} | {3600 / each:.0f} | {first / each:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
