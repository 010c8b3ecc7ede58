"""One line of what the doctor says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the examination.

    Attributes:
        what: what was tried.
        holds: whether this machine keeps to it.
        seen: what happened.
    """

    what: str
    holds: bool
    seen: str
