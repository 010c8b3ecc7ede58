"""What gives a mistake away: a sign is a question to the evidence, and holds or does not.

The strongest sign is a simulation. The mistake is made on purpose, on the inputs that the student's function
got; where every answer of the student equals the simulated one, and at least one of the failed check differs
from the right answer, it is that mistake.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.tolerances import HALF_PRECISION
from autograder.diagnosis.agreement import numbers, same
from autograder.diagnosis.evidence import Call, Evidence, NoMoreCalls

_ENOUGH = 4
"""Wrong entries that a mistake has to explain where other answers of the function speak against it."""

Simulation = Callable[..., Any]
"""Makes a mistake on the arguments of a student's function, and returns what then comes out."""


@dataclass(frozen=True)
class Sign:
    """A sign of one mistake.

    Attributes:
        misconception: the mistake's id.
        holds: whether the evidence shows it.
        checks: names of the checks whose failure it can explain; empty for all of the exercise.
        weak: it holds for several mistakes, so any other sign that holds goes before it.
        general: what it says is true of many mistakes, so it is asked where no other sign holds.
        decides: where it holds, nothing else is asked.
    """

    misconception: str
    holds: Callable[[Evidence], bool]
    checks: tuple[str, ...] = ()
    weak: bool = False
    general: bool = False
    decides: bool = False

    def explains(self, evidence: Evidence) -> bool:
        """Return whether the sign belongs to the failed check, and holds."""
        return (not self.checks or evidence.check in self.checks) and self.holds(evidence)


@dataclass(frozen=True)
class Simulated:
    """A function of the interface, what is right, and the mistakes that can be made on purpose.

    Attributes:
        function: its name.
        right: computes what right work returns.
        mistakes: ids and simulations, most specific first; an id may stand there several times.
        further: makes the arguments of calls that tell mistakes apart which the checks' own inputs do not.
    """

    function: str
    right: Simulation
    mistakes: Sequence[tuple[str, Simulation]]
    further: Callable[[Evidence], Sequence[tuple[Any, ...]]] = lambda evidence: ()

    def signs(self) -> tuple[Sign, ...]:
        """Return a sign for each simulation: first agreement with all calls, then with the failed check's alone."""
        everywhere = [Sign(name, self._agrees(wrong, True)) for name, wrong in self.mistakes]
        here = [Sign(name, self._agrees(wrong, False), weak=True) for name, wrong in self.mistakes]
        return (*everywhere, *here)

    def calls(self, evidence: Evidence) -> list[Call]:
        """Return all calls of the function, those that tell mistakes apart among them."""

        def ask() -> None:
            with contextlib.suppress(NoMoreCalls):
                for arguments in self.further(evidence):
                    evidence.call(self.function, *arguments)

        evidence.once(f"further calls of {self.function}", ask)
        return evidence.calls(self.function)

    def _agrees(self, wrong: Simulation, everywhere: bool) -> Callable[[Evidence], bool]:
        def holds(evidence: Evidence) -> bool:
            own = evidence.own_calls(self.function)
            calls = self.calls(evidence) if everywhere and own else own
            silent = True
            for call in calls:
                ending = outcome(wrong, call.arguments)
                if not same(call, ending):
                    return False
                silent = silent and (
                    isinstance(ending, Exception) or _says_nothing(ending, everywhere)
                )
            # Anything that always raises would agree with a mistake that always raises.
            if silent or (not everywhere and self._speaks_against(wrong, evidence)):
                return False
            differing = [_differing(call, outcome(self.right, call.arguments)) for call in own]
            return sum(differing) >= (1 if everywhere else _ENOUGH)

        return holds

    def _speaks_against(self, wrong: Simulation, evidence: Evidence) -> bool:
        """Return whether the function was right in a call in which the mistake would have shown."""
        return any(
            same(call, outcome(self.right, call.arguments))
            and not same(call, outcome(wrong, call.arguments))
            for call in evidence.calls(self.function)
        )


def _says_nothing(ending: Any, everywhere: bool) -> bool:
    """Return whether nearly one number stands everywhere in an answer: many mistakes end in zeros for some question."""
    array = None if everywhere else numbers(ending)
    return array is not None and array.size > 1 and float(np.ptp(array)) <= HALF_PRECISION


def _differing(call: Call, right: Any) -> int:
    """Return in how many entries an answer is not the right one; many where it is of another shape."""
    got, wanted = numbers(call.answer), numbers(right)
    if call.error is not None or got is None or wanted is None or got.shape != wanted.shape:
        return _ENOUGH
    return int(np.count_nonzero(~np.isclose(got, wanted, rtol=0, atol=HALF_PRECISION)))


def outcome(simulation: Simulation, arguments: tuple[Any, ...]) -> Any:
    """Return what a simulation gives, or the exception that it raises."""
    try:
        return simulation(*arguments)
    except Exception as error:  # a mistake may raise anything: that is how it ends
        return error


def constant(calls: Sequence[Call]) -> bool:
    """Return whether two or more calls with different arguments have all given one and the same answer."""
    answers = [call for call in calls if call.error is None]
    return len(answers) == len(calls) >= 2 and all(
        same(call, answers[0].answer) for call in answers[1:]
    )
