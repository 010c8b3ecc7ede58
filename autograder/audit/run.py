"""The audit from beginning to end: corpus, mutants, worked notebook, trials, tally."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.assignments.assignment_2 import ASSIGNMENT
from autograder.audit.bench import Bench
from autograder.audit.corpus import MUTANT, UNNAMED, WHEAT, Variant, read_corpus
from autograder.audit.in_rooms import differences, suits_a_room
from autograder.audit.mutants import make_mutants, read_equivalents
from autograder.audit.new_mistakes import as_text, mutants_of_wheat, try_mutants, try_slips
from autograder.audit.pool import Task, run_all
from autograder.audit.slips import SIGNATURES
from autograder.audit.tally import Audit
from autograder.audit.transplant import EXERCISES
from autograder.errors import AuditError, SandboxError
from autograder.judging.exercise import exercise_checks

EQUIVALENTS = Path("mutants") / "equivalent.toml"
_EVERY = 100


def run_audit(
    corpus: Path,
    *,
    seeds: Sequence[int],
    seeds_each: int,
    workers: int,
    only: str = "",
    rooms: int = 0,
    say: Callable[[str], None] = lambda line: None,
) -> Audit:
    """Try all variants of a corpus, and the mutants of the reference solution.

    Args:
        corpus: the folder that holds `wheat`, `chaff` and `mutants`.
        seeds: all seeds.
        seeds_each: how many of them each wheat and chaff is judged with; the next variant takes the next
            ones, so that together they meet all. A mutant takes one.
        workers: processes at a time.
        only: try only variants whose id holds this text.
        rooms: how many variants, drawn anew each time, are judged in real rooms as well.
        say: is told how far it is.

    Raises:
        AuditError: the corpus is not as it should be, or nothing in it fits `only`.
        KitError: a variant that was to be judged in a room was not.
        AssetError: the data set or a model is not there.
    """
    begun = time.perf_counter()
    written = read_corpus(corpus)
    equivalents = read_equivalents(corpus / EQUIVALENTS)
    _check_exercises(written)
    say("working the notebook through …")
    bench = Bench()
    mutants = make_mutants(bench.solved)
    if unknown := sorted(set(equivalents) - {mutant.name for mutant in mutants}):
        raise AuditError(f"{corpus / EQUIVALENTS} lists a mutant that is not made: {unknown[0]}")
    chosen = [variant for variant in (*written, *mutants) if only in variant.id]
    if not chosen:
        raise AuditError(f"no variant has {only!r} in its id")
    skipped = {v.id: v.needs for v in chosen if v.needs}
    tasks = [
        Task(variant, _taken(seeds, 1 if variant.kind == MUTANT else seeds_each, number))
        for number, variant in enumerate(chosen)
        if not variant.needs
    ]
    # What goes through the whole test split takes longest; it must not come last.
    tasks.sort(key=lambda task: EXERCISES[task.variant.exercise].quick)
    say(f"{len(tasks)} variants …")
    trials = []
    for trial in run_all(bench, tasks, workers):
        trials.append(trial)
        if len(trials) % _EVERY == 0:
            say(f"{len(trials)} of {len(tasks)}")
    order = {task.variant.id: number for number, task in enumerate(tasks)}
    suited = [trial for trial in trials if suits_a_room(trial)]
    drawn = random.sample(suited, min(rooms, len(suited)))
    if drawn:
        say(f"in rooms: {', '.join(trial.variant.id for trial in drawn)} …")
    firsts = [tasks[order[trial.variant.id]].seeds[0] for trial in drawn]
    try:
        otherwise = differences(bench, drawn, firsts)
    except SandboxError as error:
        say(f"no variant is judged in a room, because this machine makes none: {error}")
        drawn, otherwise = [], []
    return Audit(
        otherwise_in_rooms=otherwise,
        in_rooms=[trial.variant.id for trial in drawn],
        trials=sorted(trials, key=lambda trial: order[trial.variant.id]),
        skipped=skipped,
        equivalents=equivalents,
        seeds=seeds_each,
        distinct_seeds=len({seed for task in tasks for seed in task.seeds}),
        seconds=time.perf_counter() - begun,
        workers=workers,
    )


def run_new_mistakes(
    corpus: Path, *, most: int, workers: int, only: str, say: Callable[[str], None]
) -> str:
    """Try generated mistakes on the checks; return what was found, for a terminal.

    Args:
        corpus: the folder that holds `wheat`.
        most: slips that are drawn for each function.
        workers: processes at a time.
        only: functions, and right variants, whose names or ids hold this text.
        say: is told how far it is.

    Raises:
        AuditError: the corpus is not as it should be, or nothing fits `only`.
        AssetError: the data set or a model is not there.
    """
    written = [v for v in read_corpus(corpus) if v.kind == WHEAT and only in v.id]
    functions = [function for function in SIGNATURES if only in function]
    if not written and not functions:
        raise AuditError(f"no function and no right variant has {only!r} in its name")
    say("working the notebook through …")
    bench = Bench()
    slips = []
    for function in functions:
        say(f"slips of {function} …")
        slips.append(try_slips(bench, function, most=most, seed=0, workers=workers))
    mutants = list(mutants_of_wheat(bench, written))
    say(f"{len(mutants)} mutants of {len(written)} right variants …")
    return as_text(slips, try_mutants(bench, mutants, 0, workers, say))


def _taken(seeds: Sequence[int], count: int, number: int) -> list[int]:
    first = number * count
    return [seeds[(first + step) % len(seeds)] for step in range(min(count, len(seeds)))]


def _check_exercises(variants: Sequence[Variant]) -> None:
    for variant in variants:
        if variant.exercise not in EXERCISES:
            known = ", ".join(EXERCISES)
            raise AuditError(f"{variant.id}: no exercise has this name; they are {known}")
        for name in filter(None, (variant.misconception, variant.also)):
            if name != UNNAMED and name not in ASSIGNMENT.catalogue().by_id:
                raise AuditError(
                    f"{variant.id}: {name!r} is no mistake in the assignment's catalogue; describe it there, "
                    f"or write {UNNAMED!r}"
                )
        judged_by = exercise_checks(ASSIGNMENT, EXERCISES[variant.exercise].check)
        if variant.check and variant.check not in {check.name for check in judged_by}:
            raise AuditError(
                f"{variant.id}: {variant.check.removeprefix('test_')!r} is no check of "
                f"{EXERCISES[variant.exercise].check}"
            )
