"""What grading costs by the number of submissions, and the memory that a worker takes.

python -m benchmarks.numbers [NUMBER …]

Generated submissions that are short (a few tasks are done, no pass over the test split), so that the cost of the
bookkeeping around each shows. `python -m benchmarks.numbers 10 100 1000` takes an hour or so on two cores.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import psutil

from autograder.kernel.limits import MIB
from benchmarks.courses import SHORT, course_of, grade_command, released_course, times_of

WORKERS = 2
_LOOK_AGAIN = 2.0


class Memory:
    """Notes the most memory that a grading run's workers have together, with their kernels and all they share."""

    def __init__(self) -> None:
        """Begin to look."""
        self.most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(_LOOK_AGAIN):
            with suppress(psutil.Error):
                for run in psutil.Process().children():
                    self.most = max(
                        self.most, sum(map(private_bytes, run.children(recursive=True)))
                    )


def private_bytes(process: psutil.Process) -> int:
    """Return a process's share of the memory that no file backs.

    A page that processes share, such as a fork server's with its copies, counts once: each has its proportional
    share of it (PSS).
    """
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1]) * 1024
    return 0


def main(arguments: list[str]) -> None:
    """Print a line for each number of submissions."""
    print("| short submissions | seconds | seconds each | private memory a worker, at most |")
    print("|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as name:
        released = released_course(Path(name), SHORT)
        for number in [int(argument) for argument in arguments] or [10, 100]:
            folder = Path(name) / str(number)
            folder.mkdir()
            course = course_of(released, folder, number)
            memory = Memory()
            seconds = times_of(grade_command("--workers", str(WORKERS)), course).whole
            memory.stop()
            print(
                f"| {number} | {seconds:.0f} | {seconds / number:.2f} | {memory.most / WORKERS / MIB:.0f} MiB |",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
