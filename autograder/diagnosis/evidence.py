"""What was asked of a student's work and what it answered: the material that signs are read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autograder.seam.student import Student, StudentError

if TYPE_CHECKING:
    import numpy as np

    from autograder.seam.figures import Figure

MAX_FURTHER_CALLS = 60
"""Most calls of a student's functions that one diagnosis may make besides those of the checks."""
MAX_CALLS_OF_AN_EXAMPLE = 40
"""Most that the search for the smallest example may make after it."""


class NoMoreCalls(Exception):  # noqa: N818  (it reads as what has happened)
    """The diagnosis has used up its calls, or the student's code takes too long to be called again."""


@dataclass(frozen=True)
class Call:
    """One call of a student's function.

    Attributes:
        check: the name of the check that made it; empty for a call of the diagnosis itself.
        function: the function's name.
        arguments: what it was given.
        answer: what it returned, as plain data; None if it raised.
        error: why there is no answer, or None.
        counts: how often watched functions were called meanwhile.
    """

    check: str
    function: str
    arguments: tuple[Any, ...]
    answer: Any = None
    error: StudentError | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


class Witness:
    """A `Student` that passes everything on, and writes down what was called and what came back.

    Attributes:
        check: the name of the check that asks now.
        calls: everything so far, in order.
    """

    def __init__(self, student: Student) -> None:
        self._student = student
        self.check = ""
        self.calls: list[Call] = []

    def call(self, name: str, *args: Any) -> Any:
        """See `Student.call`."""
        return self._noted(name, args, lambda: (self._student.call(name, *args), {}))[0]

    def count_calls(
        self, name: str, *args: Any, of: Sequence[str]
    ) -> tuple[Any, Mapping[str, int]]:
        """See `Student.count_calls`."""
        return self._noted(name, args, lambda: self._student.count_calls(name, *args, of=of))

    def call_watched(
        self, name: str, *args: Any, watch: Sequence[str] = ()
    ) -> tuple[Any, Sequence[int | str]]:
        """See `Student.call_watched`."""
        changed: Sequence[int | str] = ()

        def ask() -> tuple[Any, Mapping[str, int]]:
            nonlocal changed
            value, changed = self._student.call_watched(name, *args, watch=watch)
            return value, {}

        return self._noted(name, args, ask)[0], changed

    def fetch(self, expression: str) -> Any:
        """See `Student.fetch`."""
        return self._student.fetch(expression)

    def pictures(self, cell: str) -> int:
        """See `Student.pictures`."""
        return self._student.pictures(cell)

    def figures(self, cell: str) -> Sequence[Figure | None]:
        """See `Student.figures`."""
        return self._student.figures(cell)

    def _noted(
        self,
        name: str,
        arguments: tuple[Any, ...],
        ask: Callable[[], tuple[Any, Mapping[str, int]]],
    ) -> tuple[Any, Mapping[str, int]]:
        try:
            answer, counts = ask()
        except StudentError as error:
            self.calls.append(Call(self.check, name, arguments, error=error))
            raise
        self.calls.append(Call(self.check, name, arguments, answer, counts=counts))
        return answer, counts


class Evidence:
    """What is known of one exercise when one of its checks has failed.

    Attributes:
        exercise: the graded cell's id.
        check: the name of the check that failed.
        error: what the check, or the student's side, said.
        reference: the grader's own model, data and figures.
    """

    def __init__(
        self,
        exercise: str,
        check: str,
        error: BaseException,
        asked: Asked,
        reference: Any,
    ) -> None:
        self.exercise = exercise
        self.check = check
        self.error = error
        self.reference = reference
        self._asked = asked

    @property
    def rng(self) -> np.random.Generator:
        """A fresh generator, the same each time: a diagnosis is repeatable."""
        return self._asked.generator()

    def calls(self, function: str) -> list[Call]:
        """Return every call of a function so far, by whichever check of the exercise."""
        return [call for call in self._asked.witness.calls if call.function == function]

    def asked(self, function: str) -> list[Call]:
        """Return every call of a function that a check has made: what a diagnosis asks besides may be odd."""
        return [call for call in self.calls(function) if call.check]

    def own_calls(self, function: str) -> list[Call]:
        """Return the calls of a function that the failed check has made."""
        return [call for call in self.calls(function) if call.check == self.check]

    def call(self, function: str, *arguments: Any, counting: Sequence[str] = ()) -> Call:
        """Call a student's function once more.

        Raises:
            NoMoreCalls: that would be too much.
        """
        return self._asked.call(function, arguments, counting)

    def call_once(
        self, key: str, function: str, *arguments: Any, counting: Sequence[str] = ()
    ) -> Call:
        """Call a student's function once more, once an exercise for each key.

        Raises:
            NoMoreCalls: that would be too much.
        """
        call: Call = self.once(key, lambda: self.call(function, *arguments, counting=counting))
        return call

    def allow_an_example(self) -> None:
        """Let the search for an example make calls, also where that for a name has made all of its own."""
        self._asked.allow(MAX_CALLS_OF_AN_EXAMPLE)

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """Return what `make` gives, made once an exercise."""
        return self._asked.once(key, make)

    def fetch(self, expression: str) -> Any:
        """Evaluate an expression among the notebook's globals; None where that fails."""
        return self._asked.once(f"fetch {expression}", lambda: self._asked.fetch(expression))


class Asked:
    """What one exercise's diagnosis shares among its failed checks: calls, fetched values, the budget."""

    def __init__(self, witness: Witness, generator: Callable[[], np.random.Generator]) -> None:
        self.witness = witness
        self.generator = generator
        self._made: dict[str, Any] = {}
        self._left = MAX_FURTHER_CALLS
        self._may_have_more = True

    def allow(self, calls: int) -> None:
        """Allow so many further calls, once, unless the student's code takes too long."""
        if self._may_have_more:
            self._left, self._may_have_more = max(self._left, calls), False

    def call(self, function: str, arguments: Sequence[Any], counting: Sequence[str] = ()) -> Call:
        """See `Evidence.call`."""
        if self._left <= 0:
            raise NoMoreCalls
        self._left -= 1
        self.witness.check = ""
        try:
            if counting:
                self.witness.count_calls(function, *arguments, of=counting)
            else:
                self.witness.call(function, *arguments)
        except StudentError as error:
            if not error.raised:  # stopped at a limit, or the kernel is gone
                self._left, self._may_have_more = 0, False
                raise NoMoreCalls from error
        return self.witness.calls[-1]

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """See `Evidence.once`."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def fetch(self, expression: str) -> Any:
        """See `Evidence.fetch`."""
        try:
            return self.witness.fetch(expression)
        except StudentError:
            return None
