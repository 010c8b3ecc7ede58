"""Courses that several test modules look at; each is graded once, by real nbgrader."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.demo import run_demo
from tests.courses import SmallCourse, graded_traps

LONGEST_FIRST = ("test_demo", "test_traps", "test_nbgrader", "test_nbval", "test_versions")
SHARES_A_COURSE = {"test_nbgrader": "test_traps"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each module's tests in one worker (pytest-xdist), and start with those that take minutes."""
    for item in items:
        module = item.path.stem
        item.add_marker(pytest.mark.xdist_group(SHARES_A_COURSE.get(module, module)))

    def rank(item: pytest.Item) -> int:
        module = item.path.stem
        return LONGEST_FIRST.index(module) if module in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def demo_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course that `make demo` makes: all samples graded, feedback and report written."""
    course = tmp_path_factory.mktemp("demo") / "course"
    run_demo(course)
    return course


@pytest.fixture(scope="session")
def traps(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """The small course of `tests/traps`, with one submission for each trap, graded."""
    return graded_traps(tmp_path_factory.mktemp("traps") / "course")
