"""What nbgrader's commands cost in a course of this kit and in a stock one, in turns.

python -m benchmarks.commands [ROUNDS]

Processor time and the largest memory are those that the system has counted for the command and its children.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.course import nbgrader_command
from tests.courses import ASSIGNMENT, make_small_course

COMMANDS = (("export",), ("db", "student", "list"), ("generate_assignment", ASSIGNMENT, "--force"))
# A process of its own, as small as can be: a child's memory is counted from what it was copied from.
_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
STOCK = "c = get_config()\nc.CourseDirectory.course_id = 'stock'\n"


def make_courses(folder: Path) -> dict[str, Path]:
    """Make a course of this kit, and a stock one with the same source and gradebook."""
    own, stock = folder / "own", folder / "stock"
    make_small_course(own)
    stock.mkdir()
    shutil.copytree(own / "source", stock / "source")
    shutil.copy(own / "gradebook.db", stock)
    (stock / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
    return {"stock": stock, "own": own}


def cost(course: Path, command: tuple[str, ...]) -> tuple[float, float]:
    """Return seconds of processor time and MiB of memory of one command.

    Raises:
        subprocess.CalledProcessError: the command has failed.
    """
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *nbgrader_command(*command)],
        cwd=course,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, size = map(float, done.stdout.split())
    # Linux counts in KiB, macOS in bytes.
    return seconds, size / (2**20 if sys.platform == "darwin" else 2**10)


def main(rounds: int) -> None:
    """Print a table, medians of several rounds."""
    print(
        "| command | processor time, stock, s | own, s | ratio | memory, stock, MiB | own, MiB | ratio |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        courses = make_courses(Path(folder))
        for command in COMMANDS:
            seen = [
                {name: cost(course, command) for name, course in courses.items()}
                for _ in range(rounds)
            ]
            cells = []
            for what, digits in ((0, 2), (1, 0)):
                stock, own = (
                    statistics.median(round_[name][what] for round_ in seen) for name in courses
                )
                cells.append(f"{stock:.{digits}f} | {own:.{digits}f} | {own / stock:.2f}")
            print(f"| `nbgrader {' '.join(command)}` | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 5)
