"""Whether the tests of a module can be used as hidden checks, in words that pytest, or a grade, would not have."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment, judged_cells
from autograder.errors import CourseError

ARGUMENTS = ("student", "rng")
"""What a check may ask for by the names of its arguments."""
REFERENCE = "reference"
"""What a check of the kit's own may ask for besides."""
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
        for cell in entry.exercises:
            if cell not in cells:
                raise CourseError(
                    f"{file}: the mistake {entry.id} is said to be made in {cell!r}, for which there are no checks; "
                    f"there are some for {', '.join(cells)}"
                )
    twice = {entry.id for entry in known if sum(one.id == entry.id for one in known) > 1}
    if twice:
        raise CourseError(f"{file}: several mistakes are called {', '.join(sorted(twice))}")
