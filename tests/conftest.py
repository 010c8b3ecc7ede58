"""Courses that several test modules look at; each is graded once, by real nbgrader."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.demo import run_demo
from autograder.doctor import can_make_rooms
from autograder.kernel.isolation import NONE, VARIABLE
from tests.courses import SmallCourse, graded_traps
from tests.hostile.batch import Batch, cases, distinct, grade_side_by_side, graders_here

LONGEST_FIRST = (
    "test_hostile",
    "test_demo",
    "test_traps",
    "test_audit",
    "test_nbval",
    "test_grading_kills",
    "test_browser",
    "test_versions",
    "test_nbgrader",
)


UMASK = os.umask(0o077)
os.umask(UMASK)
if not can_make_rooms():
    os.environ.setdefault(VARIABLE, NONE)


def pytest_report_header() -> str:
    """Say how the kernels of the tests are kept apart."""
    without = "none: bubblewrap does not work here, tests that need it are skipped"
    return f"isolation: {'bubblewrap' if can_make_rooms() else without}"


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
def demo_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course that `make demo` makes: all samples graded, feedback and report written; what it said is beside it."""
    course = tmp_path_factory.mktemp("demo") / "course"
    said: list[str] = []
    run_demo(course, said.append)
    course.with_name("progress.txt").write_text("\n".join(said), encoding="utf-8")
    return course


@pytest.fixture(scope="session")
def traps(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """The small course of `tests/traps`, with one submission for each trap, graded."""
    return graded_traps(tmp_path_factory.mktemp("traps") / "course")


@pytest.fixture(scope="session")
def hostile_batches(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[tuple[str, str], Batch]]:
    """The small course with every hostile submission, graded under watch; by who grades, and the attack's name."""
    batches = grade_side_by_side(tmp_path_factory.mktemp("hostile"), cases(graders_here()))
    yield batches
    for batch in distinct(batches):
        batch.canaries.close()
