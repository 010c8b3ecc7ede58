"""What a mistake with a name is, and the catalogue of those that can be made in an assignment.

Imports nothing heavy: pages, reports and nbgrader's commands read it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Misconception:
    """A mistake with a name.

    Attributes:
        id: stable, in kebab-case.
        name: what the student did, in a few words that follow "it looks as if": "the table is transposed".
        exercises: ids of the graded cells whose checks it can fail.
        section: the heading of the notebook to read again.
        hint: what to think about; it teaches, and holds no code of the solution.
        sections: of these exercises, each with the heading to read again there instead.
    """

    id: str
    name: str
    exercises: tuple[str, ...]
    section: str
    hint: str
    sections: tuple[tuple[str, str], ...] = ()

    def section_of(self, exercise: str) -> str:
        """Return the heading to read again by who has made the mistake in this exercise."""
        return dict(self.sections).get(exercise, self.section)


OUT_OF_ORDER = Misconception(
    "cells-out-of-order",
    "a cell uses what only a later cell makes",
    (),
    "",
    "It works as long as the later cell has been run before, and never from top to bottom. Move the cell, then"
    " restart the kernel and run all cells.",
)
LEFTOVER = Misconception(
    "leftover-state",
    "the code uses a variable that a fresh run of the notebook does not have",
    (),
    "",
    "A cell that was deleted or changed leaves its variables behind until the kernel is restarted: what seems to"
    " work uses something that no cell makes any more. Restart the kernel and run all cells.",
)
GENERAL = (OUT_OF_ORDER, LEFTOVER)
"""Mistakes that can be made in any notebook; an assignment may say in which exercises, and what to read again."""


@dataclass(frozen=True)
class Catalogue:
    """The mistakes that can be made in an assignment, general ones included.

    Attributes:
        entries: the assignment's own.
        words: regular expressions, by a mistake's id: an error of a cell in which one is found gives it away.
    """

    entries: tuple[Misconception, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> dict[str, Misconception]:
        """All mistakes by their ids."""
        return {entry.id: entry for entry in (*GENERAL, *self.entries)}

    def named_by_words(self, error: str) -> str | None:
        """Return the id of the mistake that a cell's error gives away, or None.

        Args:
            error: the exception's type and message, "ValueError: …".
        """
        return next((name for name, words in self.words.items() if re.search(words, error)), None)


NOTHING_KNOWN = Catalogue()
"""Of an assignment without a catalogue: general mistakes only."""
