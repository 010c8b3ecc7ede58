"""A clock that stands still while a kernel waits for a processor: others' work is not a student's time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping

PATIENCE = 4.0
"""How many times as long as its limit something may take by the clock on the wall, however it was kept waiting."""
_MUCH = 0.1
"""The share of its time for which something must have waited to be called starved."""
_SOON = 0.05


class FairClock:
    """Measures what runs from now on against a limit.

    A thread's waiting is counted by the system. Where several threads of a kernel have waited, it is the one that has
    waited longest that counts: the others may have had to wait for it. Who crowds the processors with processes of
    their own is kept waiting by nobody else: what these have used does not count as waiting.
    """

    def __init__(
        self,
        limit: float,
        waited: Callable[[], Mapping[str, float]],
        used: Callable[[], float],
    ) -> None:
        """Begin.

        Args:
            limit: seconds.
            waited: returns the seconds that each thread of the kernel has so far waited for a processor.
            used: returns the seconds of processor time that the kernel and all that it has started have used so far.
        """
        self._limit = limit
        self._ask, self._ask_used = waited, used
        self._before, self._used_before = waited(), used()
        self._began = time.monotonic()

    def waited(self) -> float:
        """Return for how many seconds others have kept it waiting for a processor."""
        longest = max(
            (seconds - self._before.get(name, 0.0) for name, seconds in self._ask().items()),
            default=0.0,
        )
        own = (self._ask_used() - self._used_before) / processors()
        return max(0.0, min(longest, self._passed() - own))

    def left(self) -> float:
        """Return how many seconds longer it may run; 0 if none."""
        left = self._limit - (self._passed() - self.waited())
        left = min(left, PATIENCE * self._limit - self._passed())
        return left if left > _SOON else 0.0

    def has_starved(self) -> bool:
        """Return whether it has waited for much of its time."""
        return self.waited() > _MUCH * self._passed()

    def _passed(self) -> float:
        return time.monotonic() - self._began


def processors() -> int:
    """Return how many processors this process and its kernels may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
