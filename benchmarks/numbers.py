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
    """Notes the most private memory that this process's workers have, each with its kernels."""

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
                for process in psutil.Process().children(recursive=True):
                    if "autograder.grading.worker" in process.cmdline():
                        self.most = max(self.most, private_bytes(process))


def private_bytes(worker: psutil.Process) -> int:
    """Return the bytes that would be free without a worker and all that it has started.

    Pages that its processes share among themselves, such as a fork server's with its kernels, count once: by their
    proportional share (PSS) of anonymous memory.
    """
    total = 0
    for process in (worker, *worker.children(recursive=True)):
        with suppress(OSError):
            for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss_Anon:"):
                    total += int(line.split()[1]) * 1024
    return total


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
                f"| {number} | {seconds:.0f} | {seconds / number:.2f} | {memory.most / MIB:.0f} MiB |",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
