"""What is behind a failure besides a mistake in the work: a cell that failed, or a function of another signature."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from nbformat import NotebookNode

from autograder.any_notebook.allowances import Allowance
from autograder.any_notebook.findings import ExerciseFinding, Part, State
from autograder.any_notebook.put_to_use import used_at_once
from autograder.any_notebook.search import Search
from autograder.assignments.assignment_2.interface import DRAWINGS, DRAWN_IN, EXERCISES, SIGNATURES
from autograder.assignments.assignment_2.mistakes.catalogue import BY_ID
from autograder.checks.pictures import NO_PICTURE
from autograder.judging.stopped import Stop, Stops, because, missing_in
from autograder.notebook.cells import read_cell

_TYPE_ERROR = re.compile(r"^`(\w+)` raised TypeError: (.*)")
_TOO_FEW = re.compile(r"missing \d+ required")
_TAKES, _TOO_MANY = "takes ", re.compile(r" positional arguments? but")
_OF_A_STUB = re.compile("NotImplementedError|NoneType|not defined")
"""What an error says that uses what a stub gives, or does not give."""
_NAMES = {exercise.cell: exercise.names for exercise in EXERCISES}


NOT_ATTEMPTED = "not attempted"
"""What the message of a part begins with whose stub nobody has filled."""


def left_undone(notebook: NotebookNode, searched: Search, stops: Stops) -> Mapping[int, str]:
    """Return what is to be said of the cells that stopped only because nobody has filled a stub, by their numbers.

    Args:
        notebook: it has been run.
        searched: what its text says.
        stops: which of its cells stopped.
    """
    stubs = {
        searched.names.get(n, n): searched.found[n][-1] + 1 for n in sorted(searched.untouched)
    }
    uses: dict[str, set[str]] = {}
    for cell in notebook.cells if stubs else ():
        for name, used in read_cell(cell.source).makes.items() if cell.cell_type == "code" else ():
            uses.setdefault(name, set()).update(*used)
    said = {}
    for number, stop in stops.of_cell.items() if stubs else ():
        own = [name for name, cell in stubs.items() if cell == number]
        if own:
            said[number] = (
                f"{NOT_ATTEMPTED}: it leaves {_listed(own)} as it was given ({stop.text})"
            )
        elif _OF_A_STUB.search(stop.text):
            reached = _reached(used_at_once(notebook.cells[number - 1].source), uses)
            needed = [name for name, cell in stubs.items() if name in reached and cell < number]
            if needed:
                said[number] = (
                    f"{NOT_ATTEMPTED}: it needs {_listed(needed)}, which cell {stubs[needed[0]]} leaves as it was "
                    f"given ({stop.text})"
                )
    return said


def _reached(names: Collection[str], uses: Mapping[str, Collection[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(uses.get(name, ()))
    return seen


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def with_causes(
    exercise: ExerciseFinding,
    searched: Search,
    stops: Stops,
    undone: Mapping[int, str] | None = None,
) -> ExerciseFinding:
    """Return an exercise whose failures of these kinds say so, instead of hinting at something else.

    Args:
        exercise: as the checks have found it.
        searched: what the notebook's text says.
        stops: which of its cells stopped.
        undone: see `left_undone`.
    """
    parts = tuple(
        _with_signature(_explained(part, exercise, searched, stops, undone or {}))
        for part in exercise.parts
    )
    # Of what was only begun, the form says nothing.
    is_begun = parts != exercise.parts
    remarks = [r for r in exercise.remarks if not (is_begun and r == Allowance.ROWS_IN_LISTS)]
    return replace(exercise, parts=parts, remarks=tuple(remarks))


def _explained(
    part: Part,
    exercise: ExerciseFinding,
    searched: Search,
    stops: Stops,
    undone: Mapping[int, str],
) -> Part:
    for explained in (_untouched(part, exercise, searched), _of_picture(part, exercise, stops)):
        if explained is not part:
            return explained
    return _with_cause(part, exercise, searched, stops, undone)


def _with_cause(
    part: Part,
    exercise: ExerciseFinding,
    searched: Search,
    stops: Stops,
    undone: Mapping[int, str],
) -> Part:
    if part.state not in (State.FAILED, State.PASSED):
        return part
    missing = missing_in(part.message)
    by = exercise.judged_after
    causes = {
        name: cause
        for name in ([missing] if missing is not None else exercise.found)
        if (cause := stops.cause_of(searched.names.get(name, name), by)) is not None
        # What passes is there; if it was to be made anew, it is an older definition.
        and (part.state is State.FAILED or (cause.line and stops.is_remade(name, by)))
    }
    # A check sees what is left of an earlier cell, and not that a later one should have replaced it.
    name = missing if missing in causes else _is_about(part, exercise, causes)
    if name is None:
        return part
    cause = causes[name]
    if cause.cell in undone:
        said = undone[cause.cell].removeprefix(f"{NOT_ATTEMPTED}: ")
        return _as_given(part, f"{NOT_ATTEMPTED}: cell {cause.cell} makes `{name}`; {said}")
    what = f"what cell {cause.cell} was to make of `{name}` is not there: it {cause.told}"
    return _because(part, because(name, cause) if missing is not None else what, cause)


def _because(part: Part, message: str, cause: Stop) -> Part:
    known = BY_ID[cause.misconception] if cause.misconception is not None else None
    return replace(
        part,
        state=State.NOT_JUDGED if cause.elsewhere else State.FAILED,
        message=message,
        mistake=known.id if known is not None else None,
        mistake_name=known.name if known is not None else None,
        hint=known.hint if known is not None else "",
        example=(),
    )


def _is_about(part: Part, exercise: ExerciseFinding, names: Collection[str]) -> str | None:
    """Return which of these names a part is about: one that its message mentions, or any if there are no others."""
    asked = [name for name in exercise.found if name in _NAMES[exercise.exercise]]
    mentioned = [name for name in asked if f"`{name}`" in part.message]
    likely = mentioned or (asked if set(asked) <= set(names) else [])
    return next((name for name in likely if name in names), None)


def _untouched(part: Part, exercise: ExerciseFinding, searched: Search) -> Part:
    """Return a part of work that nobody has begun as not found."""
    name = _is_about(part, exercise, searched.untouched)
    if part.state is not State.FAILED or name is None:
        return part
    cell = searched.found[name][-1] + 1
    return _as_given(part, f"{NOT_ATTEMPTED}: cell {cell} leaves `{name}` as it was given")


def _as_given(part: Part, message: str) -> Part:
    return replace(
        part,
        state=State.NOT_FOUND,
        message=message,
        mistake=None,
        mistake_name=None,
        hint="",
        example=(),
    )


def _of_picture(part: Part, exercise: ExerciseFinding, stops: Stops) -> Part:
    """Say of a missing picture where it was looked for: the release's tasks mean nothing here."""
    if not part.message.endswith(NO_PICTURE) or exercise.exercise not in DRAWN_IN:
        return part
    cells = exercise.found.get(DRAWINGS[DRAWN_IN[exercise.exercise]].variable, ())
    if not cells:
        return part
    home = cells[-1]
    stop = stops.of_cell.get(home)
    if stop is not None:
        stop = (stops.cause_of(stop.missing) if stop.missing else None) or stop
        message = f"no picture was shown; cell {stop.cell}: {stop.text}"
        state = State.NOT_JUDGED if stop.elsewhere else part.state
        return replace(part, state=state, message=message, mistake=None, mistake_name=None, hint="")
    return replace(part, message=f"no picture was shown in cell {home}, or close by")


def _with_signature(part: Part) -> Part:
    called = _TYPE_ERROR.match(part.message)
    if part.state is not State.FAILED or called is None or not _is_of_signature(called[2]):
        return part
    wanted = next((s for s in SIGNATURES if s.startswith(f"{called[1]}(")), None)
    if wanted is None:
        return part
    hint = f"The assignment calls it as `{wanted}`: whatever else it needs must have a default."
    return replace(part, hint=hint, mistake=None, mistake_name=None, example=())


def _is_of_signature(error: str) -> bool:
    """Return whether a TypeError's first line is Python's about the number of arguments."""
    _, _, taken = error.partition(_TAKES)
    return bool(_TOO_FEW.search(error) or _TOO_MANY.search(taken))
