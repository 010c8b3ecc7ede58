"""From a failed check to the name of the mistake, or to the smallest example of one that has no name."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from autograder.checks.expect import Wrong
from autograder.interface import ASKED_FOR
from autograder.misconceptions import (
    embeddings,
    experiment,
    loading,
    loop,
    maps,
    predictions,
    raised,
    reports,
    similarity,
)
from autograder.misconceptions.catalogue import BY_ID
from autograder.misconceptions.evidence import Evidence, NoMoreCalls
from autograder.misconceptions.shrinkable import shrinkables
from autograder.misconceptions.signs import Sign
from autograder.misconceptions.smallest import Example, smallest_example
from autograder.student import NOT_MADE, StudentError

SIGNS_OF: dict[str, Callable[[Evidence], Sequence[Sign]]] = {
    "check_setup": loading.setup_signs,
    "check_loading": loading.signs,
    "check_embeddings": embeddings.signs,
    "check_similarity": similarity.signs,
    "check_predictions": predictions.signs,
    "check_loop": loop.signs,
    "check_baseline": reports.baseline_signs,
    "check_prompts": reports.prompt_signs,
    "check_umap": maps.signs,
    "check_experiment": experiment.signs,
}
_NO_ANSWER = ("", "NotImplementedError")


class Strength(IntEnum):
    """How much a sign says of the mistake itself."""

    GENERAL = 0
    WEAK = 1
    STRONG = 2


_Candidates = dict[str, Strength]
"""Mistakes by id, with the strength of their signs."""


@dataclass(frozen=True)
class Diagnosis:
    """What is behind a failed check.

    Attributes:
        misconception: the mistake's id; None if it is none that has a name.
        example: the smallest failing example of a mistake without a name, where there is one.
    """

    misconception: str | None = None
    example: Example | None = None


def is_answer(error: BaseException) -> bool:
    """Return whether a check failed on what the student's code did; not on a task that is not done or did not run."""
    if isinstance(error, StudentError):
        is_undone = NOT_MADE in error.reason or error.missing in ASKED_FOR
        return error.raised not in _NO_ANSWER and not is_undone
    return isinstance(error, Wrong)


def diagnose(evidence: Sequence[Evidence]) -> tuple[Diagnosis, ...]:
    """Match the failed checks of one exercise against its mistakes.

    Of several mistakes that would explain a check, that one is named which explains most of the failed
    checks: one mistake is likelier than two. Where that does not decide, the more specific sign does.

    Args:
        evidence: one for each failed check.

    Returns:
        One diagnosis for each, in the same order.
    """
    candidates = _without_rivals([_candidates(one) for one in evidence])
    explained = Counter(name for found in candidates for name in found)
    return tuple(
        Diagnosis(max(found, key=lambda name: (found[name], explained[name])))
        if found
        else Diagnosis(None, _example(one) if is_answer(one.error) else None)
        for one, found in zip(evidence, candidates, strict=True)
    )


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


def _example(evidence: Evidence) -> Example | None:
    evidence.allow_an_example()
    return smallest_example(evidence, shrinkables(evidence))


def _candidates(evidence: Evidence) -> _Candidates:
    """Return the mistakes that would explain a failed check, most specific first, and how strong their signs are."""
    if isinstance(evidence.error, Wrong) and evidence.error.misconception is not None:
        return {evidence.error.misconception: Strength.STRONG}
    if isinstance(evidence.error, StudentError) and not is_answer(evidence.error):
        return {}
    signs = (*raised.SIGNS, *SIGNS_OF.get(evidence.exercise, lambda _: ())(evidence))
    usual = [sign for sign in signs if not sign.general]
    if strong := _that_hold([sign for sign in usual if not sign.weak], evidence):
        return dict.fromkeys(strong, Strength.STRONG)
    if weak := _that_hold([sign for sign in usual if sign.weak], evidence):
        return dict.fromkeys(weak, Strength.WEAK)
    general = _that_hold([sign for sign in signs if sign.general], evidence)
    return dict.fromkeys(general, Strength.GENERAL)


def _that_hold(signs: Sequence[Sign], evidence: Evidence) -> list[str]:
    """Return the ids of the signs that hold, each once, in order; one that decides alone."""
    found: list[str] = []
    for sign in signs:
        name = sign.misconception
        # A sign that holds in words or state, but belongs elsewhere, would send the student to the wrong section.
        if name in found or evidence.exercise not in BY_ID[name].exercises:
            continue
        with contextlib.suppress(NoMoreCalls):
            if sign.explains(evidence):
                found.append(name)
                if sign.decides:
                    return [name]
    return found
