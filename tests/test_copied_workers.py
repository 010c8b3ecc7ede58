"""Workers that are copies of a fork server: what they share, what they must not, and what happens without it."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest

from autograder.course import CONFIG, names_kit
from autograder.grading import run as run_module
from autograder.grading import worker as worker_module
from autograder.grading.messages import Ready
from autograder.grading.progress import Event, Progress
from autograder.grading.run import Options, grade
from autograder.grading.worker_process import WorkerProcess
from autograder.kernel import fork_server, keeper
from autograder.kernel import warm as warm_module
from autograder.kernel.fork_server import WORKER_NAME
from autograder.kernel.processes import text_of
from autograder.kernel.warm import ForkServer
from tests.courses import ASSIGNMENT
from tests.grading_courses import SCORES, WORK, copy_course, light_course, scores_of
from tests.isolation import needs_bubblewrap

pytestmark = needs_bubblewrap
SECONDS = 120.0


@pytest.fixture
def server() -> Iterator[ForkServer]:
    with closing(ForkServer({"PATH": os.environ["PATH"]})) as server:
        yield server


def memory_holds(process: int, words: bytes) -> bool:
    """Return whether a process has these words anywhere in what it could write to."""
    with Path(f"/proc/{process}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if found is None:
                continue
            start, end = (int(place, 16) for place in found.groups())
            memory.seek(start)
            if words in memory.read(end - start):
                return True
    return False


def name(process: psutil.Process) -> str:
    """Return what a process is called; a keeper's first moments, before it gives itself its name, are its own too."""
    with suppress(psutil.Error):
        own = process.name()
        return keeper.NAME.decode() if keeper.BOOTSTRAP in process.cmdline() else own
    return ""


def test_what_a_worker_is_told_never_passes_through_the_server(
    server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = os.urandom(12).hex()
    monkeypatch.setenv("DATABASE_PASSWORD", secret)
    worker = WorkerProcess(tmp_path / "worker", tmp_path / "log", (), server)
    try:
        assert worker.receive() == Ready(), (tmp_path / "log").read_text()
        process = worker.process.started(0.0)
        assert process is not None
        assert psutil.Process(process).name() == WORKER_NAME
        # It has the environment of who started it, and what it says goes to the log.
        assert memory_holds(process, secret.encode())
        assert not memory_holds(server._process.pid, secret.encode())
    finally:
        worker.end()
    assert not psutil.pid_exists(process)
    assert not (tmp_path / "worker").exists()


def test_a_worker_that_must_end_hangs_up_before_it_clears_up(tmp_path: Path) -> None:
    """Else it would tell what failed for want of its files, and be given another job."""
    folder = tmp_path / "run" / "1"
    folder.mkdir(parents=True)
    for number in range(10_000):
        (folder / str(number)).touch()
    ours, theirs = socket.socketpair()
    nobody = "-1"
    arguments = (str(theirs.fileno()), nobody, str(folder))
    worker = subprocess.Popen(
        [sys.executable, "-m", worker_module.__name__, *arguments], pass_fds=[theirs.fileno()]
    )
    theirs.close()
    with Connection(ours.detach()) as connection, suppress(EOFError):
        while True:
            connection.recv()
    assert list(folder.iterdir())
    worker.wait(SECONDS)
    assert not (tmp_path / "run").exists()


def test_one_server_makes_all_workers_and_kernels_and_when_killed_nothing_is_lost(
    tmp_path: Path,
) -> None:
    course = copy_course(tmp_path / "course", 3)
    run = psutil.Process()
    killed: list[psutil.Process] = []

    def watch(progress: Progress, event: Event | None) -> None:
        workers = [child for child in run.children(recursive=True) if name(child) == WORKER_NAME]
        below = [child for worker in workers for child in worker.children(recursive=True)]
        # Of their own, workers have only the rooms that a kernel is put into, or such a one before it is that.
        assert {*map(name, below)} <= {"bwrap", "keeper", WORKER_NAME, ""}
        if len(workers) == 2 and below and not killed:
            # The run's only child above a worker; it has more where something else left a server running.
            killed.extend(parent for parent in workers[0].parents() if parent.ppid() == run.pid)
            killed[0].send_signal(signal.SIGKILL)

    summary = grade(Options(course, ASSIGNMENT, workers=2), watch)
    assert len(killed) == 1
    assert (summary.graded, summary.failed) == (3, ())
    wanted = {student: SCORES[student] for student in list(WORK)[:3]}
    assert scores_of(course) == wanted


def graded_with_server(
    course: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *texts: str
) -> list[str]:
    """Grade a submission while fork servers have these texts, the last one for all that follow; return warnings."""
    light_course(course, ("a",))
    waiting = list(texts)
    monkeypatch.setattr(
        warm_module, "text_of", lambda module: waiting.pop(0) if len(waiting) > 1 else waiting[0]
    )
    monkeypatch.setattr(run_module, "names_kit", lambda course: True)
    with caplog.at_level(logging.WARNING):
        summary = grade(Options(course, ASSIGNMENT, workers=4))
    assert (summary.graded, summary.failed) == (1, ())
    return [record.getMessage() for record in caplog.records if "worker_process" in record.name]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        pytest.param("raise OSError('no fork here')", "no fork here", id="no server starts"),
        pytest.param(
            text_of(fork_server).replace("told = run.recv()", "raise OSError('no copy here')"),
            "exit status 1",
            id="copies end at their start",
        ),
    ],
)
def test_when_copying_fails_then_workers_start_from_nothing_and_it_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    broken: str,
    reason: str,
) -> None:
    (warning,) = graded_with_server(tmp_path / "course", monkeypatch, caplog, broken)
    assert "Workers start from nothing" in warning
    assert reason in warning


def test_a_server_that_ends_once_at_its_start_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    killed = "import os; os.kill(os.getpid(), 9)"
    texts = (killed, text_of(fork_server))
    assert graded_with_server(tmp_path / "course", monkeypatch, caplog, *texts) == []


def test_only_a_course_that_the_kit_judges_imports_what_judging_needs(tmp_path: Path) -> None:
    light_course(tmp_path / "light", ("a",))
    assert not names_kit(tmp_path / "light")
    assert names_kit(copy_course(tmp_path / "course", 0))
    (tmp_path / "light" / CONFIG).unlink()
    assert not names_kit(tmp_path / "light")
