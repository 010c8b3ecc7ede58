"""From a failed check to the name of the mistake, or to the smallest example of one that has no name."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from autograder.assignment import Assignment
from autograder.checks.expect import Wrong
from autograder.diagnosis.evidence import Evidence, NoMoreCalls
from autograder.diagnosis.raised import raised_signs
from autograder.diagnosis.signs import Sign
from autograder.diagnosis.smallest import Example, Shrinkable, smallest_example
from autograder.seam.student import NOT_MADE, StudentError

_NO_ANSWER = ("", "NotImplementedError")


class Strength(IntEnum):
    """How much a sign says of the mistake itself."""

    GENERAL = 0
    WEAK = 1
    STRONG = 2


_Candidates = dict[str, Strength]
"""Mistakes by id, with the strength of their signs."""


@dataclass(frozen=True)
class Signs:
    """What gives an assignment's mistakes away.

    Attributes:
        words: regular expressions, by the id of the mistake that an error of a student's function gives away by them.
        of_exercise: by a graded cell's id, returns the signs that explain its failed checks.
        shrinkables: returns how the arguments of its functions are made smaller, by the functions' names.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    of_exercise: Mapping[str, Callable[[Evidence], Sequence[Sign]]] = field(default_factory=dict)
    shrinkables: Callable[[Evidence], Mapping[str, Shrinkable]] = lambda evidence: {}


@dataclass(frozen=True)
class Diagnosis:
    """What is behind a failed check.

    Attributes:
        misconception: the mistake's id; None if it is none that has a name.
        example: the smallest failing example of a mistake without a name, where there is one.
    """

    misconception: str | None = None
    example: Example | None = None


def is_answer(error: BaseException, asked_for: Collection[str]) -> bool:
    """Return whether a check failed on what the student's code did; not on a task that is not done or did not run.

    Args:
        error: what the check, or the student's side, said.
        asked_for: the variables and functions that the tasks ask for.
    """
    if isinstance(error, StudentError):
        is_undone = NOT_MADE in error.reason or error.missing in asked_for
        return error.raised not in _NO_ANSWER and not is_undone
    return isinstance(error, Wrong)


def diagnose(evidence: Sequence[Evidence], assignment: Assignment) -> tuple[Diagnosis, ...]:
    """Match the failed checks of one exercise against its mistakes.

    Of several mistakes that would explain a check, that one is named which explains most of the failed
    checks: one mistake is likelier than two. Where that does not decide, the more specific sign does.

    Args:
        evidence: one for each failed check.
        assignment: whose exercise it is.

    Returns:
        One diagnosis for each, in the same order.
    """
    return _Diagnostician(assignment).diagnoses(evidence)


class _Diagnostician:
    """Knows the mistakes of one assignment."""

    def __init__(self, assignment: Assignment) -> None:
        self.catalogue = assignment.catalogue().by_id
        self.asked_for = assignment.asked_for or frozenset()
        self.signs: Signs = assignment.signs() or Signs()
        self.raised = raised_signs(self.signs.words, self.asked_for)

    def diagnoses(self, evidence: Sequence[Evidence]) -> tuple[Diagnosis, ...]:
        candidates = _without_rivals([self.candidates(one) for one in evidence])
        explained = Counter(name for found in candidates for name in found)
        return tuple(
            Diagnosis(max(found, key=lambda name: (found[name], explained[name])))
            if found
            else Diagnosis(None, self.example(one))
            for one, found in zip(evidence, candidates, strict=True)
        )

    def example(self, evidence: Evidence) -> Example | None:
        if not is_answer(evidence.error, self.asked_for):
            return None
        evidence.allow_an_example()
        return smallest_example(evidence, self.signs.shrinkables(evidence))

    def candidates(self, evidence: Evidence) -> _Candidates:
        """Return the mistakes that would explain a failed check, the most specific ones first, with their strength."""
        error = evidence.error
        if isinstance(error, Wrong) and error.misconception is not None:
            return {error.misconception: Strength.STRONG}
        if isinstance(error, StudentError) and not is_answer(error, self.asked_for):
            return {}
        of_exercise = self.signs.of_exercise.get(evidence.exercise, lambda _: ())
        signs = (*self.raised, *of_exercise(evidence))
        usual = [sign for sign in signs if not sign.general]
        if strong := self.that_hold([sign for sign in usual if not sign.weak], evidence):
            return dict.fromkeys(strong, Strength.STRONG)
        if weak := self.that_hold([sign for sign in usual if sign.weak], evidence):
            return dict.fromkeys(weak, Strength.WEAK)
        general = self.that_hold([sign for sign in signs if sign.general], evidence)
        return dict.fromkeys(general, Strength.GENERAL)

    def that_hold(self, signs: Sequence[Sign], evidence: Evidence) -> list[str]:
        """Return the ids of the signs that hold, each once, in order; one that decides alone."""
        found: list[str] = []
        for sign in signs:
            name = sign.misconception
            # A sign that holds in words or state, but belongs elsewhere, would send the student to the wrong section.
            if name in found or evidence.exercise not in self.catalogue[name].exercises:
                continue
            with contextlib.suppress(NoMoreCalls):
                if sign.explains(evidence):
                    found.append(name)
                    if sign.decides:
                        return [name]
        return found


def _without_rivals(candidates: Sequence[_Candidates]) -> list[_Candidates]:
    """Return the candidates without general ones that another check's speak against.

    A general sign says what is seen from outside. Where another check of the exercise shows the mistake itself, or
    where most of them show another such thing, it is a consequence, and would be read as a second mistake.
    """
    shown = {
        n for found in candidates for n, strength in found.items() if strength > Strength.GENERAL
    }
    if not shown:
        seen = Counter(name for found in candidates for name in found)
        shown = {max(seen, key=lambda name: seen[name])} if seen else set()
    return [
        {n: strength for n, strength in found.items() if strength > Strength.GENERAL or n in shown}
        for found in candidates
    ]
