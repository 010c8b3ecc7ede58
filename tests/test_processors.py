"""How processors are shared out between workers."""

from __future__ import annotations

import os

import pytest

from autograder.grading import processors
from autograder.grading.processors import shares


@pytest.fixture
def four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {8, 3, 5, 1}, raising=False)


@pytest.mark.usefixtures("four")
def test_each_worker_has_processors_of_its_own_as_long_as_there_are_enough() -> None:
    assert shares(1) == [()]
    assert shares(2) == [(1, 3), (5, 8)]
    assert shares(3) == [(1,), (3,), (5, 8)]
    assert shares(4) == [(1,), (3,), (5,), (8,)]
    assert shares(6) == [(1,), (3,), (5,), (8,), (1,), (3,)]


def test_where_the_system_does_not_tell_all_have_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert shares(2) == [(), ()]


def test_a_worker_takes_what_it_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[set[int]] = []
    monkeypatch.setattr(
        os, "sched_setaffinity", lambda process, of: taken.append(of), raising=False
    )
    processors.take_share()
    monkeypatch.setenv(processors.VARIABLE, "1,3")
    processors.take_share()
    assert taken == [{1, 3}]
