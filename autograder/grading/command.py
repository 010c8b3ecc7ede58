"""The command `autograder grade`: what `nbgrader autograde` does, for many submissions at once."""

from __future__ import annotations

import argparse
import os
from datetime import datetime
from pathlib import Path

from autograder.arguments import positive_seconds, seconds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "assignment", nargs="?", help="name of the assignment; default: the course's only one"
    )
    parser.add_argument("--course", type=Path, default=Path(), help="its folder; default: this one")
    parser.add_argument(
        "--workers",
        type=_positive,
        default=cores(),
        metavar="N",
        help="default: the cores (%(default)s)",
    )
    parser.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="ID",
        help="only this one; may be given again; * and ? work",
    )
    parser.add_argument(
        "--since",
        type=_time,
        metavar="TIME",
        help="only what was handed in since, such as 2026-03-01 or 2026-03-01T12:00",
    )
    parser.add_argument("--force", action="store_true", help="also what was graded already")
    parser.add_argument("--limit", type=_positive, metavar="N", help="at most so many submissions")
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="grade on a Dask cluster, such as tcp://host:8786"
    )
    parser.add_argument(
        "--submission-timeout", type=positive_seconds, metavar="SECONDS",
        help="after which a worker that hangs is ended; default: RunAndJudge.notebook_timeout and 5 minutes",
    )  # fmt: skip
    parser.add_argument(
        "--patience",
        type=seconds,
        default=600.0,
        metavar="SECONDS",
        help="to wait for a gradebook that is away; default: %(default)s",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of nbgrader's, such as RunAndJudge.cell_timeout=40",
    )


def main(options: argparse.Namespace) -> int:
    """Run it.

    Returns:
        1 if a submission failed, as nbgrader does, 130 after Ctrl-C, else 0.

    Raises:
        KitError: see `grade`.
    """
    from autograder.course import chosen_assignment
    from autograder.grading.plan import Choice
    from autograder.grading.progress import Screen
    from autograder.grading.run import Options, grade

    assignment = chosen_assignment(options.course, options.assignment)
    screen = Screen()
    try:
        summary = grade(
            Options(
                course=options.course,
                assignment=assignment,
                choice=Choice(tuple(options.student), options.since, options.force, options.limit),
                workers=options.workers,
                scheduler=options.scheduler,
                nbgrader=tuple(f"--{setting}" for setting in options.set),
                submission_seconds=options.submission_timeout,
                patience=options.patience,
            ),
            screen.show,
        )
    except KeyboardInterrupt:
        again = "the same command without --force" if options.force else "the same command"
        print(f"\nStopped. What was graded is kept: {again} goes on from here.")
        return 130
    screen.end(summary)
    return 1 if summary.failed else 0


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no time such as 2026-03-01T12:00") from error
