"""Signs in how a function's answers hang together: what of a question they follow that they should not, or ignore.

No mistake is made on purpose here. A question that went wrong is asked once more in another form, whose right answer
follows from the first: fewer rows, more rows, the same number added everywhere, another last column. What this shows
is true of a function that slips in a way which nobody has thought of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.diagnosis.agreement import close, numbers
from autograder.diagnosis.evidence import Call, Evidence, NoMoreCalls
from autograder.diagnosis.signs import Sign, Simulation, outcome
from autograder.diagnosis.wrappings import Holds
from autograder.seam.wire import Tensor

Arguments = tuple[Any, ...]
Resize = Callable[[Arguments, int], Arguments]
"""Brings the arguments of a call to another number of rows: fewer of them, or the same ones again and again."""

_FEW, _MANY = (1, 2, 5), (2, 5, 40, 140)
_COMPANY = 4
"""Rows of a table from which on one of them is no majority."""
_LARGER = 100
_ADDED = (2.0, 0.5, 0.9, 1.3, -1.0)
"""What is added to a table of cosines: until none is below zero, none above, or some are so."""


def rows_of(array: Any, count: int) -> Any:
    """Return so many rows of an array, a tensor or a list, from the first on and over again."""
    if isinstance(array, Tensor):
        return Tensor(rows_of(array.array, count))
    take = np.arange(count) % len(array)
    return array[take] if isinstance(array, np.ndarray) else [array[place] for place in take]


def first_resized(arguments: Arguments, count: int) -> Arguments:
    """Resize the first argument alone: a table of images, texts or pixels."""
    return (rows_of(arguments[0], count), *arguments[1:])


def both_resized(arguments: Arguments, count: int) -> Arguments:
    """Resize two tables, to unlike numbers of rows."""
    return rows_of(arguments[0], count), rows_of(arguments[1], count + 1)


def right_for_other_sizes(function: str, right: Simulation, resize: Resize) -> Holds:
    """Return a sign: fewer rows or more get a right answer, and as many as were asked a wrong one."""

    def is_right(evidence: Evidence, arguments: Arguments, key: str) -> bool:
        call = evidence.call_once(key, function, *arguments)
        return close(call.answer, outcome(right, arguments))

    def holds(evidence: Evidence) -> bool:
        call = _wrong(evidence, function, right)
        if call is None:
            return False
        count = _count(call.arguments[0])
        try:
            alike = _all_alike(call.arguments)
            if is_right(evidence, alike, f"{function} of equal rows, {evidence.check}"):
                return False
            for sizes in ([n for n in _FEW if n < count], [n for n in _MANY if n > count]):
                others = [
                    is_right(evidence, arguments, f"{function} of {n}, {kind}, {evidence.check}")
                    for n in sizes[:3]
                    for kind, arguments in enumerate(
                        (resize(call.arguments, n), _all_alike(resize(call.arguments, n)))
                    )
                ]
                if others and all(others):
                    return True
        except NoMoreCalls:
            return False
        return False

    return holds


def compares_with_a_number(function: str, right: Simulation) -> Holds:
    """Return a sign: answers change where one number is added to a whole table of similarities."""

    def holds(evidence: Evidence) -> bool:
        call = _wrong(evidence, function, right)
        if call is None or call.error is not None:
            return False
        table, *rest = call.arguments
        apart = _spread(table)
        try:
            first = evidence.call_once(
                f"{function} of ranks, {evidence.check}", function, apart, *rest
            )
            for number in _ADDED:
                raised = apart + np.asarray(number, apart.dtype)
                again = evidence.call_once(
                    f"{function} raised by {number}, {evidence.check}", function, raised, *rest
                )
                if first.error is again.error is None and not close(again.answer, first.answer):
                    return True
        except NoMoreCalls:
            return False
        return False

    return holds


def ignores_a_column(function: str, right: Simulation) -> Holds:
    """Return a sign: an image keeps its wrong answer where the last, the first or the eleventh class becomes its best.

    The class is its best by far, the only one above zero, and no other image's: whatever compares with a number or
    with other rows finds it as well.
    """

    def stays(evidence: Evidence, table: np.ndarray, column: int, rest: Sequence[Any]) -> bool:
        raised = table.copy()
        raised[0, column] = 1
        try:
            before, after = (
                evidence.call_once(
                    f"{function} of {len(asked)} without and with class {column}, {evidence.check}, {number}",
                    function,
                    asked,
                    *rest,
                )
                for number, asked in enumerate((table, raised))
            )
        except NoMoreCalls:
            return False
        answers = numbers(before.answer), numbers(after.answer)
        wanted = outcome(right, after.arguments)
        if any(answer is None or answer.shape != wanted.shape for answer in answers):
            return False
        one, two = (np.asarray(answer) for answer in answers)
        return np.array_equal(one, two) and not np.array_equal(two[0], wanted[0])

    def holds(evidence: Evidence) -> bool:
        call = _wrong(evidence, function, right)
        if call is None or call.error is not None or len(call.arguments[0]) < _COMPANY:
            return False
        table, *rest = call.arguments
        lowered = table - np.asarray(table.max() + 1, table.dtype)
        for column in dict.fromkeys((table.shape[1] - 1, 0, min(10, table.shape[1] - 1))):
            other = lowered.copy()
            other[:, column] = lowered.min() - 1
            # It is the column only if it is so for another image, among another number of them.
            if all(stays(evidence, other[less:], column, rest) for less in (0, 1)):
                return True
        return False

    return holds


def _spread(table: np.ndarray) -> np.ndarray:
    """Return a table (N, M) with the same order in each row, and values so far apart that rounding moves none."""
    ranks = table.argsort(axis=1).argsort(axis=1)
    return (0.9 * (2 * ranks / max(1, table.shape[1] - 1) - 1)).astype(table.dtype)


def loses_small_differences(function: str, right: Simulation) -> Holds:
    """Return a sign: the wrong winners are right where all differences are a hundred times as large."""

    def holds(evidence: Evidence) -> bool:
        call = _wrong(evidence, function, right)
        if call is None or numbers(call.answer) is None:
            return False
        table, *rest = call.arguments
        # Values times 255 are whole numbers in two bytes still.
        larger = (table * (_LARGER / max(1.0, float(np.abs(table).max())))).astype(table.dtype)
        try:
            again = evidence.call_once(
                f"{function} {_LARGER} times, {evidence.check}", function, larger, *rest
            )
        except NoMoreCalls:
            return False
        return again.error is None and close(again.answer, outcome(right, again.arguments))

    return holds


def ignores_a_coordinate(function: str, right: Simulation) -> Holds:
    """Return a sign: the answer stays where the last or the first coordinate of all rows becomes another one."""

    def holds(evidence: Evidence) -> bool:
        call = _wrong(evidence, function, right)
        answer = None if call is None or call.error is not None else numbers(call.answer)
        # Whoever answers with one number everywhere ignores more than a coordinate.
        if call is None or answer is None or not answer.size or np.ptp(answer) == 0:
            return False
        for column in (-1, 0):
            changed = []
            for argument in call.arguments:
                array = argument.array.copy()
                array[:, column] = -3 * array[:, column] + 1
                changed.append(Tensor(array))
            try:
                other = evidence.call_once(
                    f"{function} with another coordinate {column}, {evidence.check}",
                    function,
                    *changed,
                )
            except NoMoreCalls:
                return False
            differs = not close(outcome(right, tuple(changed)), outcome(right, call.arguments))
            if differs and other.error is None and close(other.answer, call.answer):
                return True
        return False

    return holds


def follows_the_lengths(function: str, right: Simulation) -> Holds:
    """Return a sign: the answer changes where rows become ten times as long, or a tenth."""

    def holds(evidence: Evidence) -> bool:
        call = _wrong(evidence, function, right)
        if call is None or call.error is not None or numbers(call.answer) is None:
            return False
        for place, factor in ((0, 10.0), (1, 10.0), (0, 0.1), (1, 0.1)):
            changed = list(call.arguments)
            array = changed[place].array
            changed[place] = Tensor((array * factor).astype(array.dtype))
            try:
                other = evidence.call_once(
                    f"{function} of argument {place} {factor} times, {evidence.check}",
                    function,
                    *changed,
                )
            except NoMoreCalls:
                return False
            if other.error is None and not close(other.answer, call.answer):
                return True
        return False

    return holds


def squeezed(right: Simulation) -> Simulation:
    """Return right work that loses each dimension of length 1."""
    return lambda *arguments: np.squeeze(np.asarray(right(*arguments)))


def _wrong(evidence: Evidence, function: str, right: Simulation) -> Call | None:
    """Return the call of the failed check whose answer is wrong, or None."""
    for call in evidence.own_calls(function):
        if not close(call.answer, outcome(right, call.arguments)):
            return call
    return None


def _count(argument: Any) -> int:
    return len(argument.array if isinstance(argument, Tensor) else argument)


def _all_alike(arguments: Arguments) -> Arguments:
    """Return arguments of the same sizes whose first holds its first row again and again."""
    first = arguments[0]
    return (rows_of(rows_of(first, 1), _count(first)), *arguments[1:])


def table_signs(function: str, right: Simulation, checks: Sequence[str] = ()) -> tuple[Sign, ...]:
    """Return the signs of a function of a table of similarities, (N, M), that answers for each row."""
    return (
        Sign(
            "part-of-the-argument",
            ignores_a_column(function, right),
            tuple(checks),
            general=True,
        ),
        Sign(
            "rounded-before-argmax",
            loses_small_differences(function, right),
            tuple(checks),
            general=True,
        ),
        Sign("level-matters", compares_with_a_number(function, right), tuple(checks), general=True),
        Sign(
            "sizes-taken-for-granted",
            right_for_other_sizes(function, right, first_resized),
            tuple(checks),
            general=True,
        ),
    )
