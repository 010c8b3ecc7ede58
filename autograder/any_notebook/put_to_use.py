"""Which version of an exercise counts, where a notebook makes its names more than once: the one that it put to use.

The first sections make functions, a loader and a model; the pass over the test split uses them. What an experiment
puts in their place afterwards is another matter: it is named, and costs nothing. A notebook without a pass is judged
where its work was right.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from nbformat import NotebookNode

from autograder.any_notebook.looks import Look
from autograder.any_notebook.search import Search
from autograder.assignments.assignment_2.interface import INTERFACE, Exercise
from autograder.judging.stopped import Stops
from autograder.kernel.runner import NOT_RUN
from autograder.notebook.cells import parsed, read_cell
from autograder.verdicts import Status

_BASELINE, _LOOP, _LOADER = "baseline_accuracy", "run_zero_shot", "test_loader"
_IN_A_PASS = frozenset({"get_image_embeddings", "get_cosine_similarity", "get_predictions"})
_MOST_VERSIONS = 4
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def pass_in(notebook: NotebookNode, searched: Search) -> int | None:
    """Return the cell of the pass that gives the baseline, from 0; None if there is none.

    It is the one that makes `baseline_accuracy` last, else the first one that itself calls the loop, or goes through
    the loader with a function of the assignment.
    """
    if _BASELINE in searched.found:
        return searched.found[_BASELINE][-1]
    loop, loader = ({searched.names.get(name, name)} for name in (_LOOP, _LOADER))
    functions = {searched.names.get(name, name) for name in _IN_A_PASS}
    for index, cell in enumerate(notebook.cells):
        used = used_at_once(cell.source) if cell.cell_type == "code" else set()
        if used & loop or (used & loader and used & functions):
            return index
    return None


def versions_judged(cells: Sequence[int], at: int | None) -> tuple[int, ...]:
    """Return the cells after which an exercise is judged: the last ones, and the one that the pass used.

    Args:
        cells: all that make one of its names, in order.
        at: the cell of the pass; None if there is none.
    """
    used = [cell for cell in cells if at is not None and cell <= at][-1:]
    return tuple(sorted({*used, *cells[-_MOST_VERSIONS:]}))


def that_counts(
    looks: Sequence[Look],
    exercise: Exercise,
    notebook: NotebookNode,
    searched: Search,
    stops: Stops,
    at: int | None,
    named: Collection[int] = (),
) -> Look:
    """Return the look at the version that the notebook put to use; what replaced it later is named.

    Args:
        looks: at one exercise, in the order of the notebook; at least one.
        exercise: which.
        notebook: it has been run.
        searched: what its text says.
        stops: which of its cells stopped.
        at: the cell of the pass over the test split, from 0; None if there is none.
        named: cells, from 1, of which it is said already that they overwrite something.
    """
    # Without a kernel nothing is seen; what was seen before holds.
    looks = [look for look in looks if not _is_blind(look)] or looks
    chosen = _chosen(looks, exercise, notebook, searched, stops, at)
    later = [look for look in looks if look.cell > chosen.cell and look.cell not in named]
    remarks = [
        _replaced(chosen, look, names, exercise, notebook, searched, at)
        for look in later
        if (names := _made_in(look.cell, exercise, searched))
        and not any(stops.is_unmade(look.cell, searched.names.get(n, n)) for n in names)
    ]
    return replace(chosen, remarks=(*chosen.remarks, *remarks))


def _made_in(cell: int, exercise: Exercise, searched: Search) -> list[str]:
    return [name for name in exercise.names if cell - 1 in searched.found.get(name, ())]


def _chosen(
    looks: Sequence[Look],
    exercise: Exercise,
    notebook: NotebookNode,
    searched: Search,
    stops: Stops,
    at: int | None,
) -> Look:
    if at is not None:
        return next((look for look in reversed(looks) if look.cell <= at + 1), looks[0])
    last = looks[-1]
    # A cell that was to make it and stopped is the cause, unless what stood before had been in use.
    names = [searched.names.get(name, name) for name in exercise.names if name in searched.found]
    whole = [look for look in looks if not any(stops.is_unmade(look.cell, n) for n in names)]
    if last not in whole and not (
        whole and _are_used(names, notebook.cells[whole[-1].cell : last.cell - 1])
    ):
        return last
    return max(reversed(whole), key=_worth)


def _are_used(names: Collection[str], cells: Iterable[NotebookNode]) -> bool:
    return any(
        used_at_once(cell.source).intersection(names) for cell in cells if cell.cell_type == "code"
    )


def _is_blind(look: Look) -> bool:
    return all(verdict.message.startswith(NOT_RUN) for verdict in look.judgement.verdicts)


def _worth(look: Look) -> tuple[float, int]:
    return look.judgement.earned, -len(look.remarks)


def _replaced(
    chosen: Look,
    later: Look,
    names: Sequence[str],
    exercise: Exercise,
    notebook: NotebookNode,
    searched: Search,
    at: int | None,
) -> str:
    """Return what a reader should know of a later version."""
    other = _newly_used(names, chosen.cell, later.cell, notebook, searched)
    with_what = f", for {_listed(other)}" if other else ""
    use = f", which cell {at + 1} puts to use" if at is not None else ""
    verdict = ""
    if later.judgement.earned < chosen.judgement.earned:
        said = _first_message(later) or "; ".join(later.remarks)
        verdict = (
            f"; that would not be what {exercise.title} asks for{f' ({said})' if said else ''}"
        )
    elif later.judgement.earned > chosen.judgement.earned:
        verdict = "; that would be nearer to what is asked for, but comes too late"
    elif later.remarks and later.remarks != chosen.remarks:
        verdict = f" ({'; '.join(later.remarks)})"
    return (
        f"judged as it is after cell {chosen.cell}{use}; cell {later.cell} puts something else in the place of "
        f"{_listed(names)}{with_what}{verdict}"
    )


def _newly_used(
    names: Iterable[str], before: int, after: int, notebook: NotebookNode, searched: Search
) -> list[str]:
    """Return what a later version uses of the notebook's own that no earlier one did, such as another model."""
    earlier, later = notebook.cells[:before], notebook.cells[after - 1 : after]
    first, second = (
        {
            used
            for cell in cells
            if cell.cell_type == "code"
            for name in names
            for uses in read_cell(cell.source).makes.get(searched.names.get(name, name), ())
            for used in uses
        }
        for cells in (earlier, later)
    )
    # What a cell only imports is made of nothing.
    made = {
        name
        for cell in notebook.cells
        if cell.cell_type == "code"
        for name, uses in read_cell(cell.source).makes.items()
        if any(uses)
    }
    return sorted(((second - first) & made) - INTERFACE)


def _first_message(look: Look) -> str:
    failed = (v for v in look.judgement.verdicts if v.status is Status.FAILED and v.check.points)
    return next((verdict.message for verdict in failed), "")


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def used_at_once(source: str) -> set[str]:
    """Return the names that a cell itself uses when it runs, and not only in what it defines."""
    tree = parsed(source)
    waiting: list[ast.AST] = [tree] if tree is not None else []
    used = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            used.add(node.id)
        if not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))
    return used
