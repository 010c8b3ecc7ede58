"""Sections 2 and 3: mistakes in the baseline, in the prompts, and in the figures reported for them."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.assignments.assignment_2.mistakes.figures import Reported, is_read_whole
from autograder.diagnosis.evidence import Evidence
from autograder.diagnosis.signs import Sign

_BASELINE = ("test_baseline_is_reported_truthfully",)
_ATTEMPT = ("test_prompts_are_a_real_attempt",)
_IMPROVED = ("test_improved_accuracy_is_reported_truthfully",)


def _names(evidence: Evidence) -> Sequence[str]:
    return evidence.reference.class_names


def usable_prompts(evidence: Evidence) -> list[str] | None:
    """Return `improved_prompts` if they are ten texts, else None."""
    prompts = evidence.fetch("improved_prompts")
    usable = (
        isinstance(prompts, (list, tuple))
        and len(prompts) == 10
        and all(is_read_whole(evidence, prompt) for prompt in prompts)
    )
    return list(prompts) if usable else None


def _not_ten(evidence: Evidence) -> bool:
    prompts = evidence.fetch("improved_prompts")
    return isinstance(prompts, (list, tuple)) and len(prompts) != 10


def _no_list(evidence: Evidence) -> bool:
    prompts = evidence.fetch("improved_prompts")
    return prompts is not None and not isinstance(prompts, (list, tuple))


def _bare(evidence: Evidence) -> bool:
    names = {name.casefold() for name in evidence.reference.class_names}
    prompts = usable_prompts(evidence) or []
    return any(prompt.strip().casefold() in names for prompt in prompts)


def _repeated(evidence: Evidence) -> bool:
    prompts = usable_prompts(evidence)
    return prompts is not None and len({p.strip().casefold() for p in prompts}) < 10


BASELINE_SIGNS = Reported("baseline_accuracy", _names, _BASELINE).signs()

PROMPT_SIGNS = (
    Sign("not-a-list", _no_list),
    Sign("not-ten-prompts", _not_ten),
    Sign("prompts-equal-names", _bare, _ATTEMPT),
    Sign("same-prompt-twice", _repeated, _ATTEMPT),
    *Reported("improved_accuracy", usable_prompts, _IMPROVED).signs(),
)


def baseline_signs(evidence: Evidence) -> tuple[Sign, ...]:
    """Return the signs of the baseline, most specific first."""
    return BASELINE_SIGNS


def prompt_signs(evidence: Evidence) -> tuple[Sign, ...]:
    """Return the signs of Section 3, most specific first."""
    return PROMPT_SIGNS
