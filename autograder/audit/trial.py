"""Runs one variant and has it judged, with one seed or many."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.assignments.assignment_2 import ASSIGNMENT
from autograder.audit.bench import Bench, quiet
from autograder.audit.corpus import MUTANT, Variant
from autograder.audit.transplant import EXERCISES, transplant
from autograder.diagnosis.flow import flow_findings
from autograder.judging.exercise import Subject, judge_many
from autograder.verdicts import Judgement, Status

NAMED = 2
"""How many of a variant's seeds get the names of mistakes; of the others the verdicts alone are compared.

One where an exercise goes through the test split: its names come from the notebook's figures, not from drawn inputs.
"""


@dataclass(frozen=True)
class Failure:
    """A check that a variant did not pass.

    Attributes:
        check: the check's name.
        judged: False if the check itself broke, or could not be made on this machine.
        misconception: the mistake that the student is told of, or None.
        message: what the student is told.
    """

    check: str
    judged: bool
    misconception: str | None
    message: str


@dataclass(frozen=True)
class Trial:
    """What became of a variant.

    Attributes:
        variant: the variant.
        failures: by the checks, with the first seed.
        flow: mistakes of the notebook as a whole that were found.
        unsteady: seeds whose verdicts are not those of the first.
        seeds: how many seeds were judged.
        seconds: how long it took.
        problem: why there is no verdict, such as a time limit; else empty.
    """

    variant: Variant
    failures: tuple[Failure, ...] = ()
    flow: tuple[str, ...] = ()
    unsteady: tuple[int, ...] = ()
    seeds: int = 0
    seconds: float = 0.0
    problem: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Ids of all mistakes that the student is told of."""
        told = {f.misconception for f in self.failures if f.misconception is not None}
        return frozenset({*told, *self.flow})

    @property
    def caught(self) -> bool:
        """Whether a check has failed that could be made."""
        return any(failure.judged for failure in self.failures)


def try_out(bench: Bench, variant: Variant, seeds: Sequence[int]) -> Trial:
    """Run a variant's cells, and judge its exercise once for each seed.

    Call it in a process of its own: student code changes what it likes.

    Raises:
        AuditError: the variant does not fit its exercise.
    """
    cells = transplant(EXERCISES[variant.exercise], bench.solved, variant.cells)
    if variant.transformers == 4:
        bench.show_transformers_4()
    with bench.with_models_named_in("\n".join(source for _, source in cells)):
        return _tried(bench, variant, cells, seeds)


def _tried(
    bench: Bench, variant: Variant, cells: Sequence[tuple[str, str]], seeds: Sequence[int]
) -> Trial:
    begun = time.perf_counter()
    exercise = EXERCISES[variant.exercise]
    ran = bench.run(cells)
    subjects = [Subject(bench.student(), seeds[0])]
    for seed in seeds[1:]:
        # What a student's function has kept from one seed's calls must not meet the next seed's.
        student = bench.apart(variant.exercise, cells) if exercise.quick else bench.student()
        subjects.append(Subject(student, seed))
    named = seeds_named(variant)
    with quiet():
        judgements = judge_many(ASSIGNMENT, exercise.check, subjects, bench.reference, named=named)
    first = judgements[0]
    return Trial(
        variant,
        failures=failures_of(first),
        flow=tuple(
            finding.misconception for finding in flow_findings(bench.as_notebook(ran), ASSIGNMENT)
        ),
        unsteady=tuple(
            judgement.seed
            for number, judgement in enumerate(judgements)
            if _verdicts(judgement, number < named) != _verdicts(first, number < named)
        ),
        seeds=len(seeds),
        seconds=time.perf_counter() - begun,
    )


def seeds_named(variant: Variant) -> int:
    """Return how many of a variant's seeds get the names of mistakes.

    Looking for them takes longer than the checks, and for a mutant none is right or wrong.
    """
    if variant.kind == MUTANT:
        return 0
    return NAMED if EXERCISES[variant.exercise].quick else 1


def failures_of(judgement: Judgement) -> tuple[Failure, ...]:
    """Return the checks that a judgement finds failed, or not judged."""
    return tuple(
        Failure(v.check.name, v.status is Status.FAILED, v.misconception, v.message)
        for v in judgement.verdicts
        # A bonus is no fault where it is missed.
        if v.status is not Status.PASSED and not v.check.bonus
    )


def _verdicts(
    judgement: Judgement, named: bool
) -> tuple[list[tuple[str, Status]], frozenset[str | None]]:
    """Return what must not depend on the seed: which checks fail, and which mistakes the student is told of.

    Each mistake is told once, whichever of the checks shows it.
    """
    names = {v.misconception for v in judgement.verdicts} if named else set()
    return [(v.check.name, v.status) for v in judgement.verdicts], frozenset(names - {None})
