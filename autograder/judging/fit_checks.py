"""Whether the tests of a module can be used as hidden checks, in words that pytest, or a grade, would not have."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from autograder.assignment import MISTAKES_FILE, Assignment, judged_cells
from autograder.errors import CourseError

ARGUMENTS = ("student", "rng")
"""What a check may ask for by the names of its arguments."""
REFERENCE = "reference"
"""What a check of the kit's own may ask for besides."""
_PLACES_OF_NAMES = {"expect": 2, "Wrong": 1}
"""By the functions that fail a check: which of their arguments is the id of a mistake."""
_WAY_OUT = '@pytest.mark.check(points=1, title="…", hint="…")'


@cache
def arguments_of(test: Callable[..., None]) -> tuple[str, ...]:
    """Return the names of a check's arguments."""
    return tuple(inspect.signature(test).parameters)


def refuse_unfit_checks(
    path: Path, tests: Sequence[Callable[..., Any]], *, may_have_reference: bool
) -> None:
    """Stop where a module's tests are no checks.

    Args:
        path: the module.
        tests: its functions whose names begin with `test_`.
        may_have_reference: whether they belong to an assignment of the kit's own.

    Raises:
        CourseError: one cannot be used, or there is none; the text names file and line.
    """
    if not tests:
        raise CourseError(f"{path} holds no check: no function there is called test_…")
    for test in tests:
        where = f"{path}:{inspect.unwrap(test).__code__.co_firstlineno}: {test.__name__}"
        marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "check"]
        if not marks:
            raise CourseError(f"{where} has no marker; put {_WAY_OUT} before it")
        options = marks[0].kwargs
        missing = [name for name in ("title", "hint") if not isinstance(options.get(name), str)]
        if missing:
            raise CourseError(
                f"{where} has no {' and no '.join(missing)}; its marker is to be {_WAY_OUT}"
            )
        worth = [options[name] for name in ("points", "bonus") if name in options]
        if not worth or not all(isinstance(one, (int, float)) and one >= 0 for one in worth):
            raise CourseError(f"{where} is worth no points; its marker is to be {_WAY_OUT}")
        known = (*ARGUMENTS, REFERENCE) if may_have_reference else ARGUMENTS
        for name in arguments_of(test):
            if name not in known:
                raise CourseError(
                    f"{where} asks for {name!r}; a check is given {' and '.join(known)}"
                )


@cache
def refuse_unfit_mistakes(assignment: Assignment) -> None:
    """Stop where a catalogue, or the signs of its mistakes, name what is not there.

    Raises:
        CourseError: they do, or they cannot be loaded; the text names the file.
    """
    file = assignment.mistakes.rpartition(":")[0]
    known, cells = assignment.catalogue().entries, judged_cells(assignment)
    for entry in known:
        told: Any = entry.exercises
        if isinstance(told, str):
            raise CourseError(
                f"{file}: the cells of the mistake {entry.id} are to be a tuple: ({told!r},), with a comma"
            )
        for cell in entry.exercises:
            if cell not in cells:
                raise CourseError(
                    f"{file}: the mistake {entry.id} is said to be made in {cell!r}, for which there are no checks; "
                    f"there are some for {', '.join(cells)}"
                )
    twice = {entry.id for entry in known if sum(one.id == entry.id for one in known) > 1}
    if twice:
        raise CourseError(f"{file}: several mistakes are called {', '.join(sorted(twice))}")


def refuse_unknown_names(path: Path, assignment: Assignment) -> None:
    """Stop where a check names a mistake that its assignment does not describe.

    Otherwise it would be noticed when a student makes the mistake. Only ids that stand in the call are seen.

    Args:
        path: the module of checks.
        assignment: whose it is.

    Raises:
        CourseError: it does; the text names file and line.
    """
    known = assignment.catalogue().by_id
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        place = _PLACES_OF_NAMES.get(node.func.id)
        if place is None:
            continue
        told = [*node.args[place : place + 1]]
        told += [option.value for option in node.keywords if option.arg == "misconception"]
        for value in told:
            name = value.value if isinstance(value, ast.Constant) else None
            if isinstance(name, str) and name not in known:
                raise CourseError(
                    f"{path}:{node.lineno}: names the mistake {name!r}, which {MISTAKES_FILE} does not describe; "
                    f"it has {', '.join(known)}"
                )
