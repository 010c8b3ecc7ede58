"""The gradebook in PostgreSQL: a real server, started for these tests, and killed and started again by them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course import CONFIG, run_nbgrader
from autograder.grading.progress import Event, Progress
from autograder.grading.run import Options, grade
from tests.courses import ASSIGNMENT, SmallCourse, make_small_course, submit
from tests.grading_courses import SCORES, WORK, scores_of, signed

pytestmark = pytest.mark.kernel

BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


class Server:
    """A server of this test's own, in a folder of its own, reached through a socket there."""

    def __init__(self, folder: Path) -> None:
        assert BINARIES is not None
        self.folder = folder
        self.url = f"postgresql+psycopg://grader@/postgres?host={folder}"
        self._tool("initdb", "-D", "data", "-U", "grader", "--auth=trust", "--encoding=UTF8")
        self.start()

    def start(self) -> None:
        self._tool(
            "pg_ctl", "-D", "data", "-w", "-l", "log", "-o", f"-k {self.folder} -c listen_addresses=''", "start"
        )  # fmt: skip

    def kill(self) -> None:
        """End it at once, as a crash would: what was committed must be there afterwards."""
        self._tool("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")

    def _tool(self, name: str, *arguments: str) -> None:
        assert BINARIES is not None
        # The server refuses to run as root.
        user = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
        done = subprocess.run(
            [str(BINARIES / name), *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE if name == "initdb" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            check=False,
            **user,  # type: ignore[call-overload]
        )
        assert done.returncode == 0, done.stdout or (self.folder / "log").read_text()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if BINARIES is None:
        pytest.skip("PostgreSQL is not installed here; on Debian: apt-get install postgresql")
    pytest.importorskip("psycopg", reason="pip install 'clip-autograder[postgresql]'")
    # Short, because a socket lies in it.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
    server = Server(folder)
    yield server
    server.kill()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def graded(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose release was made, and whose three submissions were graded, with the gradebook on the server."""
    course = tmp_path_factory.mktemp("postgres") / "course"
    make_small_course(course)
    (course / "gradebook.db").unlink()
    with (course / CONFIG).open("a", encoding="utf-8") as config:
        config.write(f"\nc.CourseDirectory.db_url = {server.url!r}\n")
    run_nbgrader(course, "generate_assignment", ASSIGNMENT, "--force")
    for student, work in list(WORK.items())[:3]:
        submit(course, student, signed(student, work))
    steps = iter((server.kill, server.start))
    ends: list[Callable[[], None]] = []

    def watch(progress: Progress, event: Event | None) -> None:
        # The server is killed under way, and is back when the run has noticed.
        if (progress.running and not ends) or (progress.held_up and len(ends) == 1):
            ends.append(next(steps))
            ends[-1]()

    summary = grade(Options(course, ASSIGNMENT, workers=2), watch)
    assert (summary.graded, summary.failed) == (3, ())
    assert len(ends) == 2
    return course


def test_grades_on_the_server_are_those_that_everybody_should_have(
    server: Server, graded: Path
) -> None:
    assert scores_of(server.url) == {name: SCORES[name] for name in list(WORK)[:3]}
    assert not (graded / "gradebook.db").exists()
    assert SmallCourse(graded, "").graded("ada").cells


def test_nbgrader_itself_reads_what_was_written(server: Server, graded: Path) -> None:
    with Gradebook(server.url) as gradebook:
        submissions = {
            row.student_id: row.score for row in gradebook.assignment_submissions(ASSIGNMENT)
        }
    assert submissions == {"ada": 11.0, "bo": 6.0, "chen": 10.0}
