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
from autograder.grading import cluster_worker
from autograder.grading.messages import Course, Job, Lost
from autograder.grading.progress import Event, Progress
from autograder.grading.run import Options, grade
from autograder.grading.trees import Tree
from autograder.kernel.fork_server import WORKER_NAME
from tests.courses import ASSIGNMENT
from tests.grading_courses import WORK, assert_all_is_well, copy_course, light_course

distributed = pytest.importorskip("distributed", reason="pip install 'clip-autograder[dask]'")

SECONDS = 120.0


class Cluster:
    """A scheduler and its workers, each a process with a folder, a cache and a port of its own."""

    def __init__(self, folder: Path, workers: int = 3) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._folder = folder
        scheduler = ["dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
        self._processes = [self._start("scheduler", scheduler)]
        self.workers: list[subprocess.Popen[bytes]] = []
        for _ in range(workers):
            self.add_worker()

    def add_worker(self) -> None:
        number = len(self.workers)
        self.workers.append(self._start(f"worker-{number}", self._worker(number)))

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


@pytest.mark.kernel
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


@pytest.mark.kernel
@pytest.mark.filterwarnings("ignore")  # of Dask's own
def test_a_cluster_without_workers_is_given_a_task_so_that_it_grows(tmp_path: Path) -> None:
    course = tmp_path / "course"
    light_course(course, ("ada", "bo"))
    cluster = Cluster(tmp_path, workers=0)
    waiting: list[tuple[str, ...]] = []
    looks = 0

    def watch(progress: Progress, event: Event | None) -> None:
        nonlocal looks
        looks += 1
        assert looks < 1000, "the run spins"
        if progress.running and not cluster.workers:
            # What adaptive scaling does for a task that waits.
            waiting.append(progress.running)
            cluster.add_worker()

    try:
        summary = grade(Options(course, ASSIGNMENT, scheduler=cluster.address), watch)
    finally:
        cluster.stop()
    assert [len(given) for given in waiting] == [1]
    assert (summary.graded, summary.failed) == (2, ())


def test_what_keeps_a_machine_from_grading_is_told_once_and_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits: list[float] = []

    class Unable:
        def open(self, course: Course, limit: float) -> None:
            limits.append(limit)

        def give(self, job: Job) -> None:
            if limits[-1] > 60.0:
                raise CourseError("A worker cannot grade: the model is missing")

        def wait(self, seconds: float) -> list[Lost]:
            return [Lost("ada", "was given up", try_again=False)]

        def close(self) -> None:
            pass

    monkeypatch.setattr(cluster_worker, "_start", lambda judges: Unable())
    monkeypatch.setattr(cluster_worker, "_own_address", lambda: "tcp://here:1")
    monkeypatch.setattr(cluster_worker, "_courses", {})
    monkeypatch.setattr(cluster_worker, "_idle", {})
    course = Course(ASSIGNMENT, Tree(), {}, (), {}, {}, "")
    job = Job("ada", "key", Tree(), Tree(), {})
    grade_here = cluster_worker.grade_here
    grade_here(course.digest(), course, job, 30.0)
    # The worker that waits has another limit now: the next run's.
    with pytest.raises(CourseError, match=r"^tcp://here:1: A worker cannot grade: the model is"):
        grade_here(course.digest(), None, job, 90.0)
    assert limits == [30.0, 90.0]


def test_a_complaint_of_a_worker_is_passed_on_as_it_is() -> None:
    from autograder.grading.cluster import ClusterWorkers

    class Failed:
        key, status = "grade-1", "error"

        def exception(self) -> CourseError:
            return CourseError("tcp://here:1: A worker cannot grade: the model is missing")

    workers = ClusterWorkers.__new__(ClusterWorkers)
    workers._jobs = {"grade-1": (Job("ada", "key", Tree(), Tree(), {}), Failed())}
    with pytest.raises(CourseError, match=r"^tcp://here:1: A worker cannot grade: the model is"):
        workers._outcome(Failed())


def _busy_worker(cluster: Cluster) -> psutil.Process:
    """Return a Dask worker that is grading."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        for worker in cluster.workers:
            process = psutil.Process(worker.pid)
            below = process.children(recursive=True)
            if any(child.name() == WORKER_NAME and child.children() for child in below):
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
