"""Puts what a student writes into the cells of an exercise.

A variant need not repeat what it does not change. Its functions, classes and imports replace those of the same name
in the reference solution's cell; where it holds any other statement, these replace the cell's other statements.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.errors import AuditError

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Exercise:
    """The cells that a variant of an exercise may replace.

    Attributes:
        cells: ids of the solution cells, in the notebook's order.
        check: id of the graded cell that judges them.
        experiment: the letter of the mini-experiment that has to be chosen, or None.
        quick: running its cells takes milliseconds: there is no pass over the test split in them.
    """

    cells: tuple[str, ...]
    check: str
    experiment: str | None = None
    quick: bool = False


CHOICE = "experiment_choice"
EXERCISES: dict[str, Exercise] = {
    "setup": Exercise(("setup",), "check_setup", quick=True),
    "loading": Exercise(("loading",), "check_loading"),
    "embeddings": Exercise(("text_embeddings", "image_embeddings"), "check_embeddings", quick=True),
    "similarity": Exercise(("similarity",), "check_similarity", quick=True),
    "predictions": Exercise(("predictions",), "check_predictions", quick=True),
    "loop": Exercise(("zero_shot_loop",), "check_loop", quick=True),
    "baseline": Exercise(("baseline",), "check_baseline"),
    "prompts": Exercise(("prompts", "prompts_run"), "check_prompts"),
    "umap": Exercise(("umap_embed", "umap_project", "umap_plot"), "check_umap"),
    "experiment_a": Exercise((CHOICE, "experiment_a"), "check_experiment", "A"),
    "experiment_b": Exercise((CHOICE, "experiment_b"), "check_experiment", "B", quick=True),
    "experiment_c": Exercise((CHOICE, "experiment_c"), "check_experiment", "C", quick=True),
}
"""By the name of a folder in the corpus, in the notebook's order."""


def transplant(
    exercise: Exercise, solved: Mapping[str, str], variant: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the ids and sources of an exercise's cells with a variant in place.

    Args:
        exercise: whose cells.
        solved: the reference solution's source, by cell id.
        variant: the student's source by cell id; "" stands for the exercise as a whole.

    Raises:
        AuditError: the variant names a cell that is none of the exercise's.
    """
    if unknown := sorted(set(variant) - {"", *exercise.cells}):
        raise AuditError(f"{unknown[0]!r} is no cell of this exercise: {exercise.cells}")
    sources = {cell: solved[cell] for cell in exercise.cells}
    if exercise.experiment is not None:
        sources[CHOICE] = f'experiment = "{exercise.experiment}"'
    given = dict(variant)
    if "" in given:
        whole = given.pop("")
        home = _home(exercise, sources, whole)
        for cell in exercise.cells:
            sources[cell] = _merged(sources[cell], whole, here=cell == home)
    for cell, source in given.items():
        sources[cell] = _merged(sources[cell], source, here=True)
    return [(cell, sources[cell]) for cell in exercise.cells]


def _home(exercise: Exercise, sources: Mapping[str, str], whole: str) -> str:
    """Return the first cell with a function that the variant redefines, else the last cell."""
    names = _names(ast.parse(whole).body)
    for cell in exercise.cells:
        if names & _names(ast.parse(sources[cell]).body):
            return cell
    return exercise.cells[-1]


def _merged(solved: str, student: str, *, here: bool) -> str:
    """Return a cell's source with the student's lines in it, or, elsewhere, without what they replace."""
    written, replaced = ast.parse(solved).body, ast.parse(student).body
    names = _names(replaced)
    kept = [s for s in written if isinstance(s, _DEFINITIONS) and not names & _names([s])]
    rest = [s for s in written if not isinstance(s, _DEFINITIONS)]
    only_defines = all(isinstance(s, _DEFINITIONS) for s in replaced)
    parts = [_text(solved, s) for s in kept]
    if here:
        parts.append(student)
    if only_defines or not here:
        parts.extend(_text(solved, s) for s in rest)
    return "\n".join(parts) + "\n"


def _names(statements: Sequence[ast.stmt]) -> set[str]:
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {s.name for s in statements if isinstance(s, defined)}


def _text(source: str, statement: ast.stmt) -> str:
    first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])
    return "\n".join(source.splitlines()[first - 1 : statement.end_lineno])
