"""Courses with generated submissions: copies of a sample, each with a comment of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.course import ASSIGNMENT, SAMPLES, make_course, run_nbgrader
from autograder.report.class_report import class_report
from autograder.samples import add_samples

COMPLETE = "ada"
"""Complete and right, UMAP and experiment included."""
COMPLETE_POINTS = 60.0
SHORT = "per"
"""Unfinished: a few tasks are right, none goes over the whole test split."""


def released_course(folder: Path, sample: str) -> Path:
    """Make a course with the assignment's release and one sample."""
    course = folder / f"released_{sample}"
    make_course(course)
    run_nbgrader(course, "generate_assignment", ASSIGNMENT)
    add_samples(course, SAMPLES)
    for student in (course / "submitted").iterdir():
        if student.name != sample:
            shutil.rmtree(student)
    return course


FEWER_IMAGES = """
test_loader = DataLoader(
    torch.utils.data.Subset(test_dataset, range({images})), batch_size=16, shuffle=True, collate_fn=collate_clip
)"""


def course_of(released: Path, folder: Path, submissions: int, images: int | None = None) -> Path:
    """Copy a released course, with so many submissions in place of its sample.

    Each differs from the others by a comment, so that none is another's for anything that is kept by content.

    Args:
        released: the course with one sample.
        folder: where the copy is made.
        submissions: how many.
        images: so many of the test images are looped over, which costs points; None for all.
    """
    course = folder / "course"
    shutil.copytree(released, course)
    (sample,) = (course / "submitted").iterdir()
    for number in range(submissions):
        student = course / "submitted" / f"student{number:04}"
        shutil.copytree(sample, student)
        path = student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["id"] == "loading":
                cell["source"] += f"\n# submission {number}"
                if images is not None:
                    cell["source"] += FEWER_IMAGES.format(images=images)
        path.write_text(json.dumps(notebook), encoding="utf-8")
    shutil.rmtree(sample)
    return course


@dataclass(frozen=True)
class Times:
    """How long a command takes that grades all submissions of a course.

    Attributes:
        whole: seconds from its start to its end.
        first: seconds until the first submission was graded, start and compilation included.
        further: seconds for each after the first of every worker; not a number where there are no more.
    """

    whole: float
    first: float
    further: float


def times_of(command: list[str], course: Path, at_least: float = 0.0, workers: int = 1) -> Times:
    """Run a command that grades all submissions of a course, so many at a time.

    Raises:
        RuntimeError: it did not give all of them the same points, or fewer than `at_least`.
    """
    log = course.parent / "log.txt"
    began, start = time.time(), time.perf_counter()
    with log.open("ab") as output:
        subprocess.run(command, cwd=course, stdout=output, stderr=output, check=True)
    whole = time.perf_counter() - start
    points = {
        sum(item.score or 0.0 for item in submission.items)
        for submission in class_report(course).submissions
    }
    if len(points) != 1 or min(points) < at_least:
        raise RuntimeError(f"the submissions have {sorted(points)} points; see {log}")
    graded = sorted(
        path.stat().st_ctime for path in (course / "autograded").glob(f"*/{ASSIGNMENT}/*.ipynb")
    )
    # The first of each worker come at about the same time, so they tell nothing of the pace.
    others = len(graded) - workers
    further = (graded[-1] - graded[workers - 1]) / others if others > 0 else float("nan")
    return Times(whole, graded[0] - began, further)


def grade_command(*options: str) -> list[str]:
    """Return the command that grades a course with `autograder grade`."""
    return [sys.executable, "-m", "autograder.cli", "grade", ASSIGNMENT, *options]
