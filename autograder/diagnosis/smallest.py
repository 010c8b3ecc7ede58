"""The smallest example on which a function still fails: what a student is shown of a mistake without a name.

The inputs of a failed call are cut down, row by row and column by column, by asking the student's function
again, as long as it still answers wrongly. The inputs were random in the first place, and what is right is
written in the function's own docstring, so an example gives nothing of the checks away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from autograder.diagnosis.evidence import Call, Evidence, NoMoreCalls
from autograder.diagnosis.signs import outcome

TRIES = 30
"""Most calls of the student's function for one example."""

Kept = tuple[tuple[int, ...], ...]
"""For each axis that can be cut, the indices that are kept."""


@dataclass(frozen=True)
class Example:
    """One wrong answer.

    Attributes:
        function: the function's name.
        arguments: what it was given.
        got: what it returned; None if it raised.
        expected: what is right.
        raised: what the student's side said instead of an answer; empty if it answered.
    """

    function: str
    arguments: tuple[Any, ...]
    got: Any = field(compare=False)
    expected: Any = field(compare=False)
    raised: str = ""


@dataclass(frozen=True)
class Shrinkable:
    """A function whose inputs can be cut.

    Attributes:
        right: computes the right answer from the arguments.
        accepts: whether an answer to these arguments is right.
        axes: the length of each axis that can be cut, and how short it may become.
        cut: returns the arguments with only some indices of each axis.
        rounded: returns the arguments with fewer digits, or None if that would change what is asked.
    """

    right: Callable[..., Any]
    accepts: Callable[[Any, tuple[Any, ...]], bool]
    axes: Callable[[tuple[Any, ...]], Sequence[tuple[int, int]]]
    cut: Callable[[tuple[Any, ...], Kept], tuple[Any, ...]]
    rounded: Callable[[tuple[Any, ...]], tuple[Any, ...] | None] = lambda arguments: None


def smallest_example(evidence: Evidence, functions: Mapping[str, Shrinkable]) -> Example | None:
    """Return the smallest failing example of the failed check's first wrong call; None if no call was wrong.

    Args:
        evidence: of the failed check.
        functions: what can be cut, by the function's name.
    """
    for function, shrinkable in functions.items():
        for call in evidence.own_calls(function):
            if not _accepted(call, shrinkable):
                found: Example | None = evidence.once(
                    f"example of {function}", partial(_shrink, evidence, call, shrinkable)
                )
                return found
    return None


def _accepted(call: Call, shrinkable: Shrinkable) -> bool:
    return call.error is None and shrinkable.accepts(call.answer, call.arguments)


def _shrink(evidence: Evidence, call: Call, shrinkable: Shrinkable) -> Example | None:
    tries = TRIES

    def still_wrong(arguments: tuple[Any, ...]) -> Call | None:
        nonlocal tries
        if tries <= 0:
            return None
        tries -= 1
        again = evidence.call(call.function, *arguments)
        return None if _accepted(again, shrinkable) else again

    def cut_once(axis: int, shortest: int) -> tuple[Call, Kept] | None:
        for fewer in _attempts(kept[axis], shortest):
            if len(fewer) < len(kept[axis]):
                smaller = (*kept[:axis], fewer, *kept[axis + 1 :])
                again = still_wrong(shrinkable.cut(call.arguments, smaller))
                if again is not None:
                    return again, smaller
        return None

    smallest, axes = call, shrinkable.axes(call.arguments)
    kept: Kept = tuple(tuple(range(length)) for length, _ in axes)
    try:
        for axis, (_, shortest) in enumerate(axes):
            # Once shorter, the axis may be cut again; each round that goes on has cut something.
            while (found := cut_once(axis, shortest)) is not None:
                smallest, kept = found
        plain = shrinkable.rounded(smallest.arguments)
        simpler = still_wrong(plain) if plain is not None else None
        smallest = simpler or smallest
    except NoMoreCalls:
        pass
    expected = outcome(shrinkable.right, smallest.arguments)
    raised = str(smallest.error) if smallest.error is not None else ""
    return Example(smallest.function, smallest.arguments, smallest.answer, expected, raised)


def _attempts(indices: tuple[int, ...], shortest: int) -> Iterator[tuple[int, ...]]:
    """Yield shorter selections to try: the shortest first, then halves, then all but one."""
    starts = range(0, max(1, len(indices) - shortest + 1))
    yield from (indices[at : at + shortest] for at in list(starts)[:5])
    half = max(shortest, len(indices) // 2)
    yield indices[:half]
    yield indices[-half:]
    if len(indices) > shortest:
        yield indices[:-1]
        yield indices[1:]
