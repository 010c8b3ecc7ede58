"""A few hundred of the structures that `make fuzz` throws by the ten thousand; and that a find would be noticed."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import strategies as st

from tests.fuzz import campaign
from tests.fuzz.campaign import Figures, HangError, run
from tests.fuzz.targets import TARGETS, Target

STRUCTURES = 60
SEED = 1


@pytest.mark.parametrize("name", TARGETS)
def test_a_few_structures_of_each_target(name: str) -> None:
    figures = run(name, STRUCTURES, SEED)
    if figures.failure is not None:
        raise figures.failure
    assert figures.structures >= STRUCTURES
    assert len(figures.outcomes) >= 2  # a target to which everything comes to the same sees nothing


def spoilt(monkeypatch: pytest.MonkeyPatch, target: Target) -> Figures:
    monkeypatch.setitem(campaign.TARGETS, "spoilt", target)
    return run("spoilt", 50, SEED)


def test_a_structure_that_breaks_something_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(number: int) -> str:
        assert number < 7
        return "small"

    figures = spoilt(monkeypatch, Target(st.integers(0, 100), check, 1, 1))
    assert isinstance(figures.failure, AssertionError)


def test_a_structure_that_takes_too_long_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(number: int) -> str:
        time.sleep(10 if number == 0 else 0)
        return "quick"

    figures = spoilt(monkeypatch, Target(st.integers(0, 1), check, 0.5, 1))
    assert isinstance(figures.failure, HangError)


def test_the_same_seed_gives_the_same_structures(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def check(number: int) -> str:
        seen.append(number)
        return "seen"

    target = Target(st.integers(), check, 1, 1)
    assert spoilt(monkeypatch, target).outcomes == Counter(seen=len(seen))
    first = list(seen)
    seen.clear()
    spoilt(monkeypatch, target)
    assert seen == first
