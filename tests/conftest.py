"""Courses that several test modules look at; each is graded once, by real nbgrader."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.demo import run_demo
from autograder.doctor import can_make_rooms
from autograder.kernel.fork_server import BOOTSTRAP
from autograder.kernel.isolation import NONE, VARIABLE
from tests.courses import SmallCourse, graded_traps, shared
from tests.grading_courses import Outcome, outcome
from tests.hostile.batch import Batch, cases, distinct, grade_side_by_side, graders_here
from tests.isolation import needs_bubblewrap

LONGEST_FIRST = (
    "test_hostile",
    "test_demo",
    "test_traps",
    "test_audit",
    "test_busy_neighbour",
    "test_small_notebooks",
    "test_nbval",
    "test_validate",
    "test_changed_assignment",
    "test_grading_kills",
    "test_check_command",
    "test_browser",
    "test_versions",
    "test_nbgrader",
)

STARTED_BY_KERNEL_TESTS = {
    *("bwrap", "podman", "docker", "runc", "nbgrader", "jupyter", "jupyter_server"),
    *("ipykernel_launcher", "autograder.grading.worker", BOOTSTRAP),
}
"""Programs, modules and texts that no other test may start. They take seconds, and `make check` must not."""
COMMANDS_OF_KERNEL_TESTS = {"audit", "check", "demo", "doctor", "grade"}
"""What stands after `autograder.cli` in a command that starts some of them."""
shared()  # before other processes of this run are started

UMASK = os.umask(0o077)
os.umask(UMASK)
if not can_make_rooms():
    os.environ.setdefault(VARIABLE, NONE)


def pytest_report_header() -> str:
    """Say how the kernels of the tests are kept apart."""
    without = "none: bubblewrap does not work here, tests that need it are skipped"
    return f"isolation: {'bubblewrap' if can_make_rooms() else without}"


@pytest.fixture(scope="session")
def kernels() -> None:
    """Make every test that uses this, or a fixture that does, one of those marked `kernel`."""


class _Guard:
    """Fails a test that starts what only tests marked `kernel` may: so the mark is never forgotten."""

    def __init__(self) -> None:
        self.test: pytest.Item | None = None

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event != "subprocess.Popen" or self.test is None:
            return
        command = arguments[1]
        words = [str(command)] if isinstance(command, str | bytes) else [*map(str, command)]  # type: ignore[call-overload]
        names = {word if word == BOOTSTRAP else word.rpartition("/")[2] for word in words}
        of_the_kit = "autograder.cli" in names and COMMANDS_OF_KERNEL_TESTS.intersection(words)
        if of_the_kit or STARTED_BY_KERNEL_TESTS.intersection(names):
            pytest.fail(f"{self.test.nodeid} starts {words} and has no mark `kernel`")


_GUARD = _Guard()
sys.addaudithook(_GUARD)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Look at what a test starts, its fixtures included."""
    _GUARD.test = None if item.get_closest_marker("kernel") else item
    try:
        return (yield)
    finally:
        _GUARD.test = None


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what uses `kernels`, and what needs rooms."""
    in_rooms = needs_bubblewrap.mark in item.iter_markers()
    if in_rooms or "kernels" in getattr(item, "fixturenames", ()):
        item.add_marker("kernel")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the modules that take minutes, so that two workers end together (`--dist loadfile`)."""

    def rank(item: pytest.Item) -> int:
        module = item.path.stem
        return LONGEST_FIRST.index(module) if module in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=rank)


@pytest.fixture(autouse=True)
def own_umask() -> Iterator[None]:
    """Give each test the umask that the suite was started with: a course's configuration sets its own for good."""
    os.umask(UMASK)
    yield
    os.umask(UMASK)


@pytest.fixture(scope="session")
def demo_course(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course that `make demo` makes: all samples graded, feedback and report written; what it said is beside it."""
    course = tmp_path_factory.mktemp("demo") / "course"
    said: list[str] = []
    run_demo(course, said.append)
    course.with_name("progress.txt").write_text("\n".join(said), encoding="utf-8")
    return course


@pytest.fixture(scope="session")
def _traps(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallCourse, Outcome]:
    course = graded_traps(tmp_path_factory.mktemp("traps") / "course")
    return course, outcome(course.folder)


@pytest.fixture(scope="session")
def traps(_traps: tuple[SmallCourse, Outcome]) -> SmallCourse:
    """The small course of `tests/traps`, with one submission for each trap, graded."""
    return _traps[0]


@pytest.fixture(scope="session")
def traps_as_graded(_traps: tuple[SmallCourse, Outcome]) -> Outcome:
    """What that course held before any test has changed it."""
    return _traps[1]


@pytest.fixture(scope="session")
def hostile_batches(
    kernels: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[tuple[str, str], Batch]]:
    """The small course with every hostile submission, graded under watch; by who grades, and the attack's name."""
    batches = grade_side_by_side(tmp_path_factory.mktemp("hostile"), cases(graders_here()))
    yield batches
    for batch in distinct(batches):
        batch.canaries.close()
