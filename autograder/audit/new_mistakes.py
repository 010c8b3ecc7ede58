"""`autograder audit --new-mistakes`: mistakes that nobody has written, and which of them the checks overlook.

Two generators make them: slips of the functions that checks call (`slips`), and mutants of every right variant of the
corpus. A mistake that no check notices is asked further questions, of all sizes that a student might ask. If it answers
these rightly too it is taken to do the same as right work; else it survives, and its survivors are printed.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder.audit.bench import Bench
from autograder.audit.corpus import MUTANT, WHEAT, Variant
from autograder.audit.mutants import changed_lines, mutate_all
from autograder.audit.pool import Task, run_all
from autograder.audit.questions import (
    Interview,
    Question,
    further_questions,
    questions_of,
    smallest_set,
)
from autograder.audit.slips import SIGNATURES, Slip, all_slips
from autograder.audit.transplant import EXERCISES, transplant
from autograder.audit.trial import Trial, try_out

FURTHER = 120
"""Questions that a mistake is asked which no check has noticed."""
_CHUNK = 20
SAME = "answers every further question rightly"


@dataclass(frozen=True)
class Slips:
    """What became of the slips of one function.

    Attributes:
        function: its name.
        questions: what checks ask it.
        needed: of these, few by which all slips show that show by any.
        tried: how many slips were made.
        shown: how many show by a question.
        survivors: those that do not, and the first further question that they answer wrongly.
    """

    function: str
    questions: Sequence[Question]
    needed: Sequence[Question]
    tried: int
    shown: int
    survivors: Sequence[tuple[Slip, Question]]

    @property
    def same(self) -> int:
        """How many answer whatever they are asked as right work does."""
        return self.tried - self.shown - len(self.survivors)


@dataclass(frozen=True)
class WheatMutants:
    """What became of the mutants of the right variants of one exercise.

    Attributes:
        exercise: its name.
        tried: how many there are.
        caught: how many fail a check, or never end.
        same: how many answer every further question rightly.
        survivors: the others.
    """

    exercise: str
    tried: int
    caught: int
    same: int
    survivors: Sequence[Trial]


def try_slips(bench: Bench, function: str, *, most: int, seed: int, workers: int) -> Slips:
    """Make slips of one function, and ask them what checks ask.

    Args:
        bench: the worked notebook.
        function: a key of `SIGNATURES`.
        most: how many slips are drawn, if there are more.
        seed: of the checks' inputs, and of what is drawn.
        workers: processes at a time.
    """
    exercise = SIGNATURES[function].exercise
    asked = questions_of(bench, exercise, seed)
    right = bench.globals[function]
    checks = Interview(function, right, asked)
    rng = np.random.default_rng(seed)
    further = Interview(function, right, list(further_questions(bench, function, rng, FURTHER)))
    slips = list(all_slips(function))
    if len(slips) > most:
        slips = [slips[n] for n in np.sort(rng.choice(len(slips), size=most, replace=False))]
    told = np.array(list(_each(checks.told_apart, slips, workers)), dtype=bool)
    unseen = [slip for slip, row in zip(slips, told, strict=True) if not row.any()]
    survivors = [
        (slip, further.questions[row.index(True)])
        for slip, row in zip(unseen, _each(further.told_apart, unseen, workers), strict=True)
        if any(row)
    ]
    return Slips(
        function,
        checks.questions,
        [checks.questions[column] for column in smallest_set(told)],
        len(slips),
        int(told.any(axis=1).sum()),
        survivors,
    )


_work: Callable[[Slip], list[bool]]


def _each(
    work: Callable[[Slip], list[bool]], slips: Sequence[Slip], workers: int
) -> Iterator[list[bool]]:
    """Yield what each slip comes to, in order, from processes that are forked here."""
    global _work
    _work = work
    gc.freeze()
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        yield from pool.imap(_worked, slips, chunksize=_CHUNK)


def _worked(slip: Slip) -> list[bool]:
    return _work(slip)


def mutants_of_wheat(bench: Bench, written: Sequence[Variant]) -> Iterator[Variant]:
    """Yield every mutant of every right variant, each source once."""
    seen = set()
    for wheat in written:
        if wheat.kind != WHEAT or wheat.needs:
            continue
        for cell, source in wheat.cells.items():
            for mutant in mutate_all(source):
                cells = {**wheat.cells, cell: mutant}
                key = str(transplant(EXERCISES[wheat.exercise], bench.solved, cells))
                if key in seen:
                    continue
                seen.add(key)
                about = f"{wheat.name}: {changed_lines(source, mutant)}"
                yield replace(wheat, kind=MUTANT, name=about, about=about, cells=cells)


def try_mutants(
    bench: Bench, mutants: Sequence[Variant], seed: int, workers: int, say: Callable[[str], None]
) -> list[WheatMutants]:
    """Judge mutants of right variants, and look closer at those that pass."""
    tasks = [Task(mutant, [seed]) for mutant in mutants]
    trials: list[Trial] = []
    for trial in run_all(bench, tasks, workers, _looked_at_closely):
        trials.append(trial)
        if len(trials) % 200 == 0:
            say(f"{len(trials)} of {len(tasks)} mutants")
    rows = []
    for exercise in EXERCISES:
        own = [trial for trial in trials if trial.variant.exercise == exercise]
        same = [trial for trial in own if trial.problem == SAME]
        left = [t for t in own if not t.caught and not t.problem]
        if own:
            rows.append(
                WheatMutants(exercise, len(own), len(own) - len(same) - len(left), len(same), left)
            )
    return rows


def _looked_at_closely(bench: Bench, variant: Variant, seeds: Sequence[int]) -> Trial:
    """Judge a variant; one that passes is asked further questions, set against the reference solution."""
    functions = [f for f, s in SIGNATURES.items() if s.exercise == variant.exercise]
    bench.run([(cell, bench.solved[cell]) for cell in EXERCISES[variant.exercise].cells])
    right = {function: bench.globals[function] for function in functions}
    trial = try_out(bench, variant, seeds)
    if trial.caught or trial.problem or not functions:
        return trial
    for function in functions:
        rng = np.random.default_rng(seeds[0])
        questions = list(further_questions(bench, function, rng, FURTHER))
        interview = Interview(function, right[function], questions)
        if any(interview.answered_otherwise(bench.globals[function])):
            return trial
    return replace(trial, problem=SAME)


def as_text(slips: Sequence[Slips], mutants: Sequence[WheatMutants]) -> str:
    """Return what was found, for a terminal."""
    lines = [
        f"{'slips of':<30}{'asked':>7}{'needed':>8}{'slips':>8}{'shown':>8}{'same':>8}{'survive':>9}"
    ]
    lines += [
        f"{s.function:<30}{len(s.questions):>7}{len(s.needed):>8}{s.tried:>8}{s.shown:>8}{s.same:>8}"
        f"{len(s.survivors):>9}"
        for s in slips
    ]
    lines += [
        "",
        f"{'mutants of right variants':<45}{'mutants':>8}{'caught':>8}{'same':>8}{'survive':>9}",
    ]
    lines += [
        f"{m.exercise:<45}{m.tried:>8}{m.caught:>8}{m.same:>8}{len(m.survivors):>9}"
        for m in mutants
    ]
    for s in slips:
        lines += ["", f"{s.function}: all slips that show, show by"]
        lines += [f"  {question}" for question in s.needed]
        lines += [
            f"  survives: {slip.place} {slip.change}, {slip.when} (a wrong answer to {question})"
            for slip, question in s.survivors
        ]
    lines += [f"  survives: {trial.variant.id}" for m in mutants for trial in m.survivors]
    return "\n".join(lines)
