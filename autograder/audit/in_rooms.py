"""Variants in real rooms: the bench is only worth something if it judges as a grader does.

On the bench a variant's cells run in a process that is forked from a worked notebook, with what models give remembered.
Here the whole notebook runs as a submission does, in a room, and the same checks with the same seed judge it there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.assignments.assignment_2 import ASSIGNMENT
from autograder.audit.bench import Bench, is_worked
from autograder.audit.corpus import Variant
from autograder.audit.tally import Difference
from autograder.audit.transplant import EXERCISES, transplant
from autograder.audit.trial import Failure, Trial, failures_of, seeds_named
from autograder.clip.assets.environment import surroundings_in
from autograder.clip.assets.under_names import under_names
from autograder.clip.features.offer import offer
from autograder.errors import KitError
from autograder.judging.exercise import Subject, judge_many
from autograder.kernel.isolation import chosen, isolation_named
from autograder.kernel.limits import Limits
from autograder.kernel.runner import imports_of, run_notebook
from autograder.notebook.cells import code_of
from autograder.seam.student import Student


def suits_a_room(trial: Trial) -> bool:
    """Return whether a trial can be repeated in a room: it has a verdict, and is of the installed transformers."""
    return not trial.problem and trial.variant.transformers != 4


def differences(bench: Bench, trials: Sequence[Trial], seeds: Sequence[int]) -> list[Difference]:
    """Judge variants once more, in rooms; return those whose verdicts differ.

    Args:
        bench: the worked notebook; nothing may be forked from it any more afterwards.
        trials: what became of the variants on the bench.
        seeds: the first seed of each.

    Raises:
        KitError: this machine cannot make rooms.
    """
    found = []
    for trial, seed in zip(trials, seeds, strict=True):
        there, here = _told(trial.failures), _told(_judged_in_a_room(bench, trial.variant, seed))
        if there != here:
            found.append(Difference(trial.variant.id, there, here))
    return found


def _told(failures: Sequence[Failure]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((failure.check, failure.misconception or "") for failure in failures))


def _judged_in_a_room(bench: Bench, variant: Variant, seed: int) -> tuple[Failure, ...]:
    exercise = EXERCISES[variant.exercise]
    found: list[tuple[Failure, ...]] = []

    def judge(cell: NotebookNode, student: Student) -> None:
        # As on the bench: a name that nobody looked for there would be a difference of the audit's own.
        (judgement,) = judge_many(
            ASSIGNMENT,
            exercise.check,
            [Subject(student, seed)],
            bench.reference,
            named=seeds_named(variant),
        )
        found.append(failures_of(judgement))

    expected = bench.reference
    isolation = isolation_named()
    notebook = _as_handed_in(bench, variant)
    known = expected.reference
    base = surroundings_in(isolation, known.snapshot, known.data_root, expected.alternative)
    models = expected.models_named_in(code_of(notebook))
    imports = imports_of(notebook)
    given = offer(expected, imports, hides_this_machine=isolation.hides_this_machine)
    with (
        tempfile.TemporaryDirectory(prefix="audit-") as files,
        tempfile.TemporaryDirectory(prefix="models-") as named,
    ):
        surroundings = under_names(
            models, base, Path(named), hides_this_machine=isolation.hides_this_machine
        )
        run = run_notebook(
            notebook,
            files=Path(files),
            environment=surroundings.environment,
            folders={**surroundings.folders, **given.folders},
            limits=Limits(),
            judge=judge,
            isolation=isolation,
            startup=given.startup,
        )
    if not found:
        raise KitError(
            f"{variant.id} was not judged in a room ({chosen()}): {run.ended or 'no cell was'}"
        )
    return found[0]


def _as_handed_in(bench: Bench, variant: Variant) -> NotebookNode:
    """Return the solved notebook up to the variant's graded cell, with the variant in place.

    What the bench does not work through either is left out: the notebook's own visible tests, and other experiments.
    """
    exercise = EXERCISES[variant.exercise]
    sources = dict(transplant(exercise, bench.solved, variant.cells))
    notebook = nbformat.from_dict(
        {**bench.notebook, "cells": [dict(cell) for cell in bench.notebook.cells]}
    )
    ids = [cell.id for cell in notebook.cells]
    before = notebook.cells[: ids.index(exercise.check)]
    last = notebook.cells[len(before)]
    last.source = ""
    notebook.cells = [cell for cell in before if is_worked(cell) or cell.id in sources] + [last]
    for cell in notebook.cells:
        cell.source = sources.get(cell.id, cell.source)
        cell.outputs = []
    return notebook
