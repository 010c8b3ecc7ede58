"""Signs of right numbers in the wrong wrapping, and of answers that do not follow their argument."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograder.diagnosis.agreement import close, numbers, same
from autograder.diagnosis.evidence import Call, Evidence, NoMoreCalls
from autograder.diagnosis.signs import Sign, Simulated, Simulation, constant, outcome
from autograder.seam.wire import Tensor

Holds = Callable[[Evidence], bool]
_ENOUGH = 10_000  # texts of an array that are looked at: Python takes sixty times an array's room for them


def is_tensor(answer: Any) -> bool:
    """Return whether an answer is a torch tensor."""
    return isinstance(answer, Tensor)


def is_list(answer: Any) -> bool:
    """Return whether an answer is a list or a tuple."""
    return isinstance(answer, (list, tuple))


def is_fractional(answer: Any) -> bool:
    """Return whether an answer is an array of a type that is not for whole numbers."""
    return isinstance(answer, np.ndarray) and answer.dtype.kind not in "iu"


def holds_texts(answer: Any) -> bool:
    """Return whether an answer is made of words; numbers written as texts are none."""
    return any(not text.isdigit() for text in _texts(answer))


def holds_digits(answer: Any) -> bool:
    """Return whether an answer is made of whole numbers that are written as texts."""
    texts = _texts(answer)
    return bool(texts) and all(text.isdigit() for text in texts)


def _texts(answer: Any) -> list[str]:
    """Return the texts that an answer is made of; none if it holds anything else."""
    if isinstance(answer, np.ndarray):
        return [str(text) for text in answer.flat[:_ENOUGH]] if answer.dtype.kind == "U" else []
    texts = is_list(answer) and all(isinstance(entry, str) for entry in answer)
    return list(answer) if texts else []


def on_gpu(answer: Any) -> bool:
    """Return whether an answer is a tensor on another device than the processor."""
    return isinstance(answer, Tensor) and not answer.device.startswith("cpu")


Accepts = Callable[[Any, tuple[Any, ...]], bool]
"""Whether an answer to these arguments is right in its numbers, whatever it is wrapped in."""


def equals(right: Simulation) -> Accepts:
    """Accept what a simulation of right work gives."""
    return lambda answer, arguments: close(answer, outcome(right, arguments))


def right_but(function: str, accepts: Accepts, kind: Callable[[Any], bool]) -> Holds:
    """Return a sign: all answers to the failed check are right in their numbers, and of this kind."""

    def holds(evidence: Evidence) -> bool:
        calls = evidence.own_calls(function)
        return bool(calls) and all(
            call.error is None and kind(call.answer) and accepts(call.answer, call.arguments)
            for call in calls
        )

    return holds


def array_wanted(function: str, accepts: Accepts) -> tuple[Sign, ...]:
    """Return the signs of a tensor or a list where an array is asked for."""
    return (
        Sign("result-on-gpu", lambda e: any(on_gpu(call.answer) for call in e.own_calls(function))),
        Sign("tensor-instead-of-array", right_but(function, accepts, is_tensor)),
        Sign("list-returned", right_but(function, accepts, is_list)),
    )


def indices_wanted(function: str, accepts: Accepts) -> tuple[Sign, ...]:
    """Return the signs of anything else where an array of class indices is asked for."""
    return (
        *array_wanted(function, accepts),
        Sign("wrong-index-dtype", right_but(function, accepts, is_fractional)),
        Sign(
            "wrong-index-dtype",
            lambda evidence: any(holds_digits(c.answer) for c in evidence.own_calls(function)),
        ),
        Sign("class-names-returned", _texts_returned(function)),
    )


def _texts_returned(function: str) -> Holds:
    def holds(evidence: Evidence) -> bool:
        own = evidence.own_calls(function)
        # Names exist for ten classes only: asked about more columns, such a function raises.
        beyond = all(call.error is not None and call.error.raised == "IndexError" for call in own)
        calls = evidence.calls(function) if own and beyond else own
        return any(holds_texts(call.answer) for call in calls)

    return holds


def repeats_the_first(function: str, right: Simulation) -> Holds:
    """Return a sign: whatever the argument, the answer is the one that was right for the first."""

    def holds(evidence: Evidence) -> bool:
        calls = evidence.calls(function)
        return constant(calls) and close(calls[0].answer, outcome(right, calls[0].arguments))

    return holds


def one_answer_for_all(function: str, sizes: Callable[[tuple[Any, ...]], Any]) -> Holds:
    """Return a sign: arguments of different sizes all give one and the same answer, so they do not matter."""

    def holds(evidence: Evidence) -> bool:
        calls = [call for call in evidence.calls(function) if call.error is None]
        found = [numbers(call.answer) for call in calls]
        different = {sizes(call.arguments) for call in calls}
        first = found[0] if found else None
        if len(different) < 2 or first is None or not first.shape:
            return False
        if not all(close(call.answer, first) for call in calls):
            return False
        # Small ones may all be filled up to some size.
        try:
            more = evidence.call_once(f"{function} of more rows", function, *_enlarged(calls[0]))
        except NoMoreCalls:
            return False
        return more.error is None and close(more.answer, first)

    return holds


def _enlarged(call: Call) -> tuple[Any, ...]:
    """Return a call's arguments, with many times the rows in the first."""
    first, *rest = call.arguments
    if isinstance(first, Tensor):
        return (dataclasses.replace(first, array=np.tile(first.array, (20, 1))), *rest)
    return (np.tile(first, (20, 1)), *rest)


def same_answer_to_others(function: str) -> Holds:
    """Return a sign: the different arguments of the failed check, of one size, all give the same answer."""
    return lambda evidence: constant(evidence.own_calls(function))


def answers_differ(function: str) -> Holds:
    """Return a sign: the same arguments, asked again, get another answer, and another one once more."""

    def holds(evidence: Evidence) -> bool:
        own = [call for call in evidence.own_calls(function) if call.error is None]
        if not own:
            return False
        try:
            again = [
                evidence.call_once(
                    f"{function} again, {evidence.check}, {number}", function, *own[-1].arguments
                )
                for number in range(3)
            ]
        except NoMoreCalls:
            return False
        answers = [own[-1], *again]
        # What is kept from call to call gives another answer once; what is drawn does again and again.
        return all(
            call.error is None and _differ(call.answer, before.answer)
            for before, call in pairwise(answers)
        )

    return holds


def _differ(one: Any, other: Any) -> bool:
    """Return whether two answers hold numbers that are not the same; of answers without numbers nothing is said."""
    first, second = numbers(one), numbers(other)
    if first is None or second is None:
        return False
    return not np.array_equal(first.astype(np.float64), second.astype(np.float64), equal_nan=True)


def _in_other_company(table: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return a table twice, with the same values otherwise arranged in every second row.

    Once all of these have their values in one order: the best where most of the other rows have theirs, and so on. No
    other arrangement moves what is computed of a column so far. And once they have them anywhere.
    """
    alike, shuffled = table.copy(), table.copy()
    wins = np.bincount(table[::2].argmax(axis=1), minlength=table.shape[1])
    rising = np.lexsort((table[::2].mean(axis=0), wins))
    alike[1::2, rising] = np.sort(table[1::2], axis=1)
    shuffled[1::2] = rng.permuted(shuffled[1::2], axis=1)
    return alike, shuffled


def follows_others(function: str, simulated: Simulated) -> Holds:
    """Return a sign: a row's answer changes with the other rows of its table, in no way that is a known mistake."""

    def holds(evidence: Evidence) -> bool:
        own = [call for call in evidence.own_calls(function) if call.error is None]
        if not own:
            return False
        table, *rest = own[-1].arguments
        before = numbers(own[-1].answer)
        wrong = (outcome(mistake, own[-1].arguments) for _, mistake in simulated.mistakes)
        if before is None or before.shape[:1] != table.shape[:1]:
            return False
        if any(same(own[-1], answer) for answer in wrong):
            return False
        for number, others in enumerate(_in_other_company(table, evidence.rng)):
            try:
                call = evidence.call_once(
                    f"{function} in other company, {evidence.check}, {number}",
                    function,
                    others,
                    *rest,
                )
            except NoMoreCalls:
                return False
            after = numbers(call.answer)
            if after is None or after.shape != before.shape:
                return False
            if (after[::2] != before[::2]).any():
                return not answers_differ(function)(evidence)
        return False

    return holds


def follows_no_argument(
    function: str, right: Simulation, sizes: Callable[[tuple[Any, ...]], Any]
) -> Sequence[Sign]:
    """Return the signs of a function that ignores what it is given."""
    return (
        Sign("stale-cache", repeats_the_first(function, right)),
        Sign("global-instead-of-argument", one_answer_for_all(function, sizes)),
        Sign("global-instead-of-argument", same_answer_to_others(function)),
    )
