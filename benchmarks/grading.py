"""How fast complete submissions are graded: a kernel from nothing for each, rooms that are copied, and workers.

python -m benchmarks.grading [--submissions N] [--base [FOLDER]]

All ways grade the same complete sample in one run: `nbgrader autograde` with bare kernels and without the feature
store, which is what plain nbgrader would do; the same with warm rooms and the store; and `autograder grade` with one
worker and with two. Starting and compiling come once a run, so a run's first submission is told from the others,
by when their graded notebooks were there. What the store holds is computed before, once a machine and model, and
timed by itself.

`--base` grades with ViT-B/32's architecture instead (random weights; the snapshot is kept in FOLDER if it is named).
Without the store that takes hours, so the first way then loops over a few hundred images, twice, and the time for
10,000 is computed: from the first time, and the second's difference for each image more. UMAP of all rows is not in it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.clip.assets.models import MODEL_VARIABLE
from autograder.clip.features.store import trusted
from autograder.clip.reference import Reference
from autograder.course import ASSIGNMENT, nbgrader_command
from autograder.kernel.isolation import BUBBLEWRAP, NONE
from benchmarks.base_model import random_base_snapshot
from benchmarks.courses import (
    COMPLETE,
    COMPLETE_POINTS,
    course_of,
    grade_command,
    released_course,
    times_of,
)

FEW_IMAGES = (160, 480)
ALL_IMAGES = 10_000


@dataclass(frozen=True)
class Way:
    """A way of grading a course.

    Attributes:
        name: for the table.
        command: what is run in the course's folder.
        submissions: how many it is given.
        workers: how many it grades at a time.
    """

    name: str
    command: list[str]
    submissions: int
    workers: int = 1


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
        Way("`autograder grade --workers 2`", grade_command("--workers", "2"), submissions, 2),
    ]


def main(arguments: list[str]) -> None:
    """Print a table: seconds for the first submission and for each further one, and ratios of the latter."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading")
    parser.add_argument("--submissions", type=int, default=6)
    parser.add_argument("--base", nargs="?", const="", metavar="FOLDER")
    options = parser.parse_args(arguments)
    data = find_fashion_mnist(fetch=True)
    with tempfile.TemporaryDirectory() as name:
        if options.base is not None:
            snapshot = random_base_snapshot(Path(options.base or f"{name}/base"))
            os.environ[MODEL_VARIABLE] = str(snapshot.path)
        started = time.perf_counter()
        trusted(Reference(find_model(), data), may_fill=True)
        print(
            f"Before, once a machine and model: {time.perf_counter() - started:.0f} s for the store.\n"
        )
        print(
            "| way of grading complete submissions | n | the first, s | each further, s | an hour | ratio |"
        )
        print("|---|---:|---:|---:|---:|---:|")
        released = released_course(Path(name), COMPLETE)
        plain = 0.0
        for number, way in enumerate(ways(options.submissions)):
            folder = Path(name) / str(number)
            folder.mkdir()
            if number == 0:
                # Each begins with a kernel from nothing, so one tells of all.
                first = each = _plain(way, released, folder, computed=options.base is not None)
            else:
                course = course_of(released, folder, way.submissions)
                taken = times_of(way.command, course, COMPLETE_POINTS, way.workers)
                first, each = taken.first, taken.further
            plain = plain or each
            rates = f"{first:.0f} | {each:.1f} | {3600 / each:.0f} | {plain / each:.1f}"
            print(f"| {way.name} | {way.submissions} | {rates} |", flush=True)


def _plain(way: Way, released: Path, folder: Path, *, computed: bool) -> float:
    if computed:
        return _computed(way, released, folder)
    return times_of(way.command, course_of(released, folder, 1), COMPLETE_POINTS).whole


def _computed(way: Way, released: Path, folder: Path) -> float:
    """Return the seconds that a submission would take with all images, from two runs with few."""
    taken = []
    for images in FEW_IMAGES:
        place = folder / str(images)
        place.mkdir()
        taken.append(times_of(way.command, course_of(released, place, 1, images)).whole)
    an_image = (taken[1] - taken[0]) / (FEW_IMAGES[1] - FEW_IMAGES[0])
    print(
        f"| (the next line is computed from {FEW_IMAGES[0]} images in {taken[0]:.0f} s and {FEW_IMAGES[1]} in "
        f"{taken[1]:.0f} s) | | | | | |"
    )
    return taken[0] + an_image * (ALL_IMAGES - FEW_IMAGES[0])


if __name__ == "__main__":
    main(sys.argv[1:])
