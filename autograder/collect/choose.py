"""Which commit counts for a due time: the last one that the collector saw before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from autograder.collect.seen import Sight


class Standing(StrEnum):
    """How the commit that counts stands to the due time."""

    IN_TIME = "in time"
    LATE = "late"
    UNKNOWN = "not known"
    """Nobody looked before the due time."""


@dataclass(frozen=True)
class Choice:
    """The commit that counts.

    Attributes:
        sight: it, and when it was first seen.
        standing: how it stands to the due time.
        later: what the ref was found at afterwards, the first one first.
        perhaps: of these, one that may have come in time: between two looks, the due time in between.
    """

    sight: Sight
    standing: Standing
    later: tuple[Sight, ...]
    perhaps: Sight | None

    @property
    def time(self) -> datetime | None:
        """The time of submission; None where it is not known, so that nobody is late by it."""
        return None if self.standing is Standing.UNKNOWN else self.sight.time


def choose(
    sights: Sequence[Sight],
    due: datetime | None,
    first_look: datetime | None,
    *,
    late: bool = False,
) -> Choice | None:
    """Choose the commit that counts.

    Args:
        sights: what the ref was seen at, the first one first.
        due: the due time; None if there is none.
        first_look: when anything of the student was looked for first. Whoever hid a repository until the due time had
            passed was looked for before, and is late; where nobody looked, that is not the student's fault.
        late: take the last one, whenever it came.

    Returns:
        The choice, or None where nothing was seen.
    """
    if not sights:
        return None
    in_time = [place for place, one in enumerate(sights) if due is None or one.time <= due]
    if in_time and not late:
        place, standing = in_time[-1], Standing.IN_TIME
    elif due is not None and (first_look is None or first_look > due):
        place, standing = (len(sights) - 1 if late else 0), Standing.UNKNOWN
    else:
        place = len(sights) - 1
        standing = Standing.IN_TIME if place in in_time else Standing.LATE
    later = tuple(sights[place + 1 :])
    perhaps = [
        one
        for one in later
        if due is not None and one.before is not None and one.before <= due < one.time
    ]
    return Choice(sights[place], standing, later, perhaps[0] if perhaps else None)
