"""`autograder grade --scheduler`: a real Dask scheduler and workers, one of which is killed in the middle."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from autograder.course import KIT
from autograder.errors import CourseError
from autograder.grading.progress import Event, Progress
from autograder.grading.run import Options, grade
from tests.courses import ASSIGNMENT
from tests.grading_courses import WORK, assert_all_is_well, copy_course

distributed = pytest.importorskip("distributed", reason="pip install 'clip-autograder[dask]'")

SECONDS = 120.0


class Cluster:
    """A scheduler and three workers, each a process with a folder, a cache and a port of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._folder = folder
        scheduler = ["dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
        self._processes = [self._start("scheduler", scheduler)]
        self.workers = [
            self._start(f"worker-{number}", self._worker(number)) for number in range(3)
        ]

    def _worker(self, number: int) -> list[str]:
        # No nanny: what is killed here stays dead, as a machine would.
        return [
            "dask_worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard",
            "--local-directory", str(self._folder / str(number)),
        ]  # fmt: skip

    def _start(self, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        module, *rest = arguments
        with (self._folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *rest],
                cwd=self._folder,
                env={**os.environ, "PYTHONPATH": str(KIT)},
                stdout=log,
                stderr=log,
            )

    def stop(self) -> None:
        for process in (*self.workers, *self._processes):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.stop()


@pytest.mark.filterwarnings("ignore")  # of Dask's own, about versions and its event loop
def test_three_workers_grade_and_one_is_killed_in_the_middle(
    cluster: Cluster, tmp_path: Path
) -> None:
    course = copy_course(tmp_path / "course")
    killed: list[psutil.Process] = []

    def watch(progress: Progress, event: Event | None) -> None:
        if progress.done >= 1 and not killed:
            victim = _busy_worker(cluster)
            killed.extend([victim, *victim.children(recursive=True)])
            victim.send_signal(signal.SIGKILL)

    summary = grade(Options(course, ASSIGNMENT, scheduler=cluster.address), watch)
    assert killed
    assert (summary.graded, summary.failed) == (len(WORK), ())
    assert_all_is_well(course)
    # What the killed worker had started does not live on without it.
    gone, alive = psutil.wait_procs(killed[1:], timeout=10)
    assert len(gone) >= 1
    assert not alive


def _busy_worker(cluster: Cluster) -> psutil.Process:
    """Return a Dask worker that is grading."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        for worker in cluster.workers:
            process = psutil.Process(worker.pid)
            if any(child.children() for child in process.children()):
                return process
        time.sleep(0.05)
    raise AssertionError("no worker is grading")


def test_a_scheduler_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autograder.grading import cluster as module

    monkeypatch.setattr(module, "_CONNECT_SECONDS", 1)
    with pytest.raises(CourseError, match=r"127\.0\.0\.1:9 does not answer"):
        module.ClusterWorkers("tcp://127.0.0.1:9", tmp_path, tmp_path / "log")
