"""A kernel's time: what it was kept waiting for a processor does not count, up to a bound."""

from __future__ import annotations

import pytest

from autograder.kernel import fair_clock
from autograder.kernel.fair_clock import PATIENCE, FairClock


class Wall:
    """Time on the wall, and what a kernel's threads have waited by then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.threads = {"1": 3.0, "2": 0.0}
        self.used = 5.0
        monkeypatch.setattr(fair_clock.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(fair_clock, "processors", lambda: 2)

    def waited(self) -> dict[str, float]:
        return dict(self.threads)

    def clock(self, limit: float) -> FairClock:
        return FairClock(limit, self.waited, lambda: self.used)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    return Wall(monkeypatch)


def test_what_runs_has_its_limit_and_no_more(wall: Wall) -> None:
    fair = wall.clock(10.0)
    wall.now = 9.0
    assert fair.left() == pytest.approx(1.0)
    wall.now = 10.0
    assert fair.left() == 0.0
    assert not fair.has_starved()


def test_what_it_was_kept_waiting_is_added(wall: Wall) -> None:
    fair = wall.clock(10.0)
    wall.now = 10.0
    wall.threads = {"1": 7.0, "2": 1.0, "3": 2.0}  # 4 seconds more, the longest of the three
    assert fair.waited() == pytest.approx(4.0)
    assert fair.left() == pytest.approx(4.0)
    assert fair.has_starved()


def test_there_is_a_bound_by_the_clock_on_the_wall(wall: Wall) -> None:
    fair = wall.clock(10.0)
    wall.now = PATIENCE * 10.0 - 1.0
    wall.threads["2"] = wall.now
    assert fair.left() == pytest.approx(1.0)
    wall.now = PATIENCE * 10.0
    wall.threads["2"] = wall.now
    assert fair.left() == 0.0


def test_a_system_that_does_not_count_changes_nothing(wall: Wall) -> None:
    wall.threads = {}
    fair = wall.clock(10.0)
    wall.now = 10.0
    assert fair.left() == 0.0
    assert not fair.has_starved()


def test_who_crowds_the_processors_is_kept_waiting_by_nobody_else(wall: Wall) -> None:
    fair = wall.clock(10.0)
    wall.now, wall.threads["1"] = 10.0, 3.0 + 9.0
    wall.used += 20.0  # both processors, all the time
    assert fair.left() == 0.0
    assert not fair.has_starved()
