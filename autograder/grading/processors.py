"""Which processors a worker and its kernels run on, so that no submission takes those of another's.

Where there are no control groups, nothing else shares processors out between submissions: forty busy processes of
one would leave its neighbour a fortieth.
"""

from __future__ import annotations

import itertools
import os

VARIABLE = "AUTOGRADER_PROCESSORS"
"""Tells a worker its processors: numbers with commas between them."""


def shares(workers: int) -> list[tuple[int, ...]]:
    """Return the processors of each worker; where there are fewer than workers, some share.

    An empty tuple stands for all of them: for one worker, and where the system does not tell.
    """
    if workers < 2 or not hasattr(os, "sched_getaffinity"):
        return [()] * workers
    processors = sorted(os.sched_getaffinity(0))
    if workers >= len(processors):
        return [(processors[seat % len(processors)],) for seat in range(workers)]
    bounds = [seat * len(processors) // workers for seat in range(workers + 1)]
    return [tuple(processors[a:b]) for a, b in itertools.pairwise(bounds)]


def take_share() -> None:
    """Run on the processors that the environment names, if it does; kernels that are started from here do as well."""
    if named := os.environ.get(VARIABLE):
        os.sched_setaffinity(0, set(map(int, named.split(","))))
