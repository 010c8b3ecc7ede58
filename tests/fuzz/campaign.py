"""One run: so many structures for each target, each within its time, the same ones for the same seed."""

from __future__ import annotations

import signal
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import hypothesis
from hypothesis import HealthCheck, given, settings

from tests.fuzz.targets import TARGETS, Target


class HangError(BaseException):
    """One structure took longer than its time limit. Not an Exception, so that nothing on its way catches it."""


@dataclass(frozen=True)
class Figures:
    """What became of one target's structures.

    Attributes:
        structures: how many there were.
        seconds: how long they took.
        slowest: the longest that one took, in seconds.
        outcomes: how many came to what.
        failure: what went wrong, with the smallest structure that shows it, or None.
    """

    structures: int
    seconds: float
    slowest: float
    outcomes: Counter[str]
    failure: BaseException | None


def run(name: str, structures: int, seed: int) -> Figures:
    """Fuzz one target.

    Args:
        name: a key of `TARGETS`.
        structures: how many.
        seed: with the same version of hypothesis, the same seed gives the same structures.
    """
    target = TARGETS[name]
    outcomes: Counter[str] = Counter()
    times: list[float] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=structures,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(target.structures)
    def attack(structure: object) -> None:
        begun = time.monotonic()
        with _limit(target):
            outcome = target.check(structure)
        times.append(time.monotonic() - begun)
        outcomes[outcome] += 1

    begun = time.monotonic()
    failure: BaseException | None = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torch and numpy, about the values themselves
            attack()
    except (Exception, HangError) as error:
        failure = error
    seconds = time.monotonic() - begun
    return Figures(len(times), seconds, max(times, default=0.0), outcomes, failure)


@contextmanager
def _limit(target: Target) -> Iterator[None]:
    def stop(signum: int, frame: FrameType | None) -> None:
        raise HangError(f"more than {target.seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    # Again and again: an exception that hits in the middle of collecting garbage is only printed.
    signal.setitimer(signal.ITIMER_REAL, target.seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
