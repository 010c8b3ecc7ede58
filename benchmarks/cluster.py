"""How grading scales from one Dask worker to four, all of them on this machine.

python -m benchmarks.cluster [SUBMISSIONS]

More workers than cores gain nothing; what the table shows there is that they cost nothing either.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from autograder.course import KIT
from benchmarks.courses import SHORT, course_of, grade_command, released_course, times_of

WORKERS = (1, 2, 3, 4)


def start(stack: ExitStack, folder: Path, module: str, *arguments: str) -> None:
    """Start a process of Dask's that ends with `stack`."""
    log = stack.enter_context((folder / "dask.log").open("ab"))
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(KIT)},
        stdout=log,
        stderr=log,
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)


def main(submissions: int) -> None:
    """Print a line for each number of workers."""
    print(f"{os.cpu_count()} cores, {submissions} short submissions, each worker with one thread\n")
    print("| Dask workers | seconds | ratio |")
    print("|---:|---:|---:|")
    first = 0.0
    with tempfile.TemporaryDirectory() as name:
        released = released_course(Path(name), SHORT)
        for workers in WORKERS:
            folder = Path(name) / str(workers)
            folder.mkdir()
            with ExitStack() as stack:
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", 0))
                    address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
                start(
                    stack, folder, "dask_scheduler", "--no-dashboard",
                    "--host", "127.0.0.1", "--port", address.rpartition(":")[2],
                )  # fmt: skip
                for _ in range(workers):
                    start(
                        stack, folder, "dask_worker", address,
                        "--no-dashboard", "--nthreads", "1", "--memory-limit", "0",
                    )  # fmt: skip
                course = course_of(released, folder, submissions)
                seconds = times_of(grade_command("--scheduler", address), course).whole
            first = first or seconds
            print(f"| {workers} | {seconds:.0f} | {first / seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 16)
