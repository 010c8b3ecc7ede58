"""Where the time of one complete submission goes, cell by cell: its own cells, and the checks that call its code.

python -m benchmarks.profile [--base FOLDER] [--without-store]

The submission is graded twice in this process, by `nbgrader autograde` in a warm room, and the second time is shown: by
then the fork server runs, and UMAP is compiled.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import chdir, suppress
from pathlib import Path
from typing import Any

from autograder.clip.assets import find_fashion_mnist
from autograder.clip.assets.models import MODEL_VARIABLE
from autograder.course import ASSIGNMENT
from autograder.kernel import runner
from autograder.kernel.isolation import BUBBLEWRAP
from benchmarks.base_model import random_base_snapshot
from benchmarks.courses import COMPLETE, course_of, released_course

LEAST = 0.1
"""Seconds below which a line is not shown."""


def main(arguments: Sequence[str]) -> None:
    """Print a table, longest first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile")
    parser.add_argument(
        "--base", metavar="FOLDER", help="ViT-B/32's sizes; the snapshot is made there"
    )
    parser.add_argument("--without-store", action="store_true")
    options = parser.parse_args(arguments)
    find_fashion_mnist(fetch=True)
    if options.base:
        os.environ[MODEL_VARIABLE] = str(random_base_snapshot(Path(options.base)).path)
    seconds: dict[str, float] = defaultdict(float)
    _time_cells(seconds)
    with tempfile.TemporaryDirectory() as name:
        course = course_of(released_course(Path(name), COMPLETE), Path(name), 2)
        whole = 0.0
        for student in sorted(folder.name for folder in (course / "submitted").iterdir()):
            seconds.clear()
            start = time.perf_counter()
            _autograde(course, student, store=not options.without_store)
            whole = time.perf_counter() - start
    print("| what | seconds |")
    print("|---|---:|")
    print(f"| the whole submission | {whole:.1f} |")
    for what, taken in sorted(seconds.items(), key=lambda item: -item[1]):
        if taken >= LEAST:
            print(f"| {what} | {taken:.1f} |")
    print(f"| all else: start, nbgrader, judging | {whole - sum(seconds.values()):.1f} |")


def _autograde(course: Path, student: str, *, store: bool) -> None:
    from jupyter_core.application import NoStart
    from nbgrader.apps.nbgraderapp import NbGraderApp

    with chdir(course):
        app = NbGraderApp()
        app.initialize(
            [
                "autograde", ASSIGNMENT, f"--student={student}", "--NbGrader.log_level=ERROR",
                f"--RunAndJudge.isolation={BUBBLEWRAP}", f"--RunAndJudge.feature_store={store}",
            ]
        )  # fmt: skip
        with suppress(NoStart):  # which a command's end raises
            app.start()
        NbGraderApp.clear_instance()


def _time_cells(seconds: dict[str, float]) -> None:
    """Have each cell that runs add its time, under what it is."""
    execute = runner._Run.execute

    def timed(
        run: Any, cell: Any, index: int, kernel: Any, what: str, *args: Any, **options: Any
    ) -> None:
        own = run.notebook.cells[index].get("id", what)
        start = time.perf_counter()
        execute(run, cell, index, kernel, what, *args, **options)
        name = f"checks of `{own}`" if options else f"cell `{own}`"
        seconds[name] += time.perf_counter() - start

    runner._Run.execute = timed  # type: ignore[method-assign]


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
