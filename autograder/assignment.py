"""What the kit must know of an assignment besides its notebook, and how that is found by the assignment's name.

A course may have hidden checks of its own for an assignment, in `checks/NAME/test_*.py` beside its `source`. An
assignment that has none there, and that nobody has declared, is a plain nbgrader assignment: its graded cells earn
their points by their own tests, in a room, and grading it needs neither a model nor the data set.

A declared assignment is a package `autograder.assignments.NAME`, or an entry point of the group
`autograder.assignments`; its `ASSIGNMENT` is what is declared. What is heavy is named there, "module:attribute", and
loaded when it is needed.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from autograder.course import configuration_says
from autograder.errors import ChoiceError, CourseError
from autograder.loading import load_file
from autograder.mistakes import NOTHING_KNOWN, Catalogue

if TYPE_CHECKING:
    from autograder.judging.grader import GraderSource

GROUP = "autograder.assignments"
"""The package of the kit's own assignments, and the group of entry points by which others are declared."""
OWN_CHECKS = "checks"
"""The folder of a course that holds hidden checks of its own, in a folder for each assignment."""
MISTAKES_FILE = "mistakes.py"
"""Beside a course's own checks: its `CATALOGUE` describes the mistakes that they name, `SIGNS` gives them away."""
_NEEDED = ("CATALOGUE",)
"""What that file has to make."""


@dataclass(frozen=True)
class Choice:
    """Several tasks of which a student does one.

    Attributes:
        variable: of the notebook; its value is the letter of the chosen task.
        letters: those that hidden checks judge; the first one where the choice cannot be read, so that checks say so.
        by_hand: the letter of an idea of the student's own, which people grade; None where there is no such choice.
    """

    variable: str
    letters: tuple[str, ...]
    by_hand: str | None = None


@dataclass(frozen=True)
class Assignment:
    """An assignment whose graded cells are judged by hidden checks.

    Attributes:
        name: as nbgrader knows it.
        checks: the folder of its hidden checks: `test_NAME.py` there judges the graded cell `prefix` + NAME.
        asked_for: the variables and functions that its tasks ask the student to make; None where nobody has said.
        prefix: what the ids of its graded cells begin with that hidden checks judge; see `checks`.
        choice: which of several tasks a student does, where there is such a choice.
        asserts_judge: a bare `assert` that fails in a check says that the work is wrong; otherwise the check is broken.
        grader_source: where the grader's own model and data come from, which checks get as `reference`: "module:name"
            of a `GraderSource`; empty where checks need none.
        mistakes: "module:name" of the `Catalogue` of its mistakes; empty for general ones only.
        signs_of_mistakes: "module:name" of the `Signs` that give them away; empty where none are known.
    """

    name: str
    checks: Path
    asked_for: frozenset[str] | None = None
    prefix: str = ""
    choice: Choice | None = None
    asserts_judge: bool = True
    grader_source: str = ""
    mistakes: str = ""
    signs_of_mistakes: str = ""

    @property
    def has_grader(self) -> bool:
        """Whether checks may ask for `reference`."""
        return bool(self.grader_source)

    def grader(self) -> GraderSource:
        """Return where the grader's own model and data come from."""
        source: GraderSource = loaded(self.grader_source)
        return source

    def catalogue(self) -> Catalogue:
        """Return the mistakes that are known by name."""
        known = loaded(self.mistakes) if self.mistakes else NOTHING_KNOWN
        if not isinstance(known, Catalogue):
            raise CourseError(f"{self.mistakes} is to be an autograder.mistakes.Catalogue")
        return known

    def signs(self) -> Any:
        """Return the `Signs` of its mistakes; None where none are known."""
        return loaded(self.signs_of_mistakes) if self.signs_of_mistakes else None


@cache
def loaded(hook: str) -> Any:
    """Return what a declaration names.

    Args:
        hook: "module:attribute", or "file.py:attribute" of a course's own file, which need not have all of them.

    Returns:
        It; None where a course's file leaves it out.

    Raises:
        CourseError: a course's file cannot be loaded, or leaves out what it is there for.
    """
    module, _, attribute = hook.rpartition(":")
    if not module.endswith(".py"):
        return getattr(import_module(module), attribute)
    made = vars(_own_mistakes(Path(module)))
    if attribute not in made and attribute in _NEEDED:
        raise CourseError(
            f"{module} makes no {attribute}: it is to be an autograder.mistakes.Catalogue"
        )
    return made.get(attribute)


@cache
def _own_mistakes(file: Path) -> ModuleType:
    return load_file(file, "these mistakes")


def _own(name: str, checks: Path) -> Assignment:
    """Return an assignment with checks of a course's own; nothing of it is loaded."""
    file = checks / MISTAKES_FILE
    if not file.is_file():
        return Assignment(name, checks)
    return Assignment(name, checks, mistakes=f"{file}:CATALOGUE", signs_of_mistakes=f"{file}:SIGNS")


@cache
def declared() -> tuple[Assignment, ...]:
    """Return all declared assignments, in alphabetical order: the kit's own, and those of installed packages.

    Raises:
        CourseError: a declaration cannot be loaded, or two have one name.
    """
    own = import_module(GROUP)
    found: dict[str, Assignment] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(own.__path__)):
        found[name] = import_module(f"{GROUP}.{name}").ASSIGNMENT
    for point in entry_points(group=GROUP):
        try:
            assignment = point.load()
        except Exception as error:
            raise CourseError(
                f"the assignment {point.name} of {point.value} cannot be loaded: {type(error).__name__}: {error}. "
                "Mend that package, or remove it with pip."
            ) from error
        if not isinstance(assignment, Assignment):
            raise CourseError(f"{point.value} is no autograder.assignment.Assignment")
        if assignment.name in found:
            raise CourseError(
                f"{point.value} declares {assignment.name}, and so does {found[assignment.name].checks}; "
                "give it another name"
            )
        found[assignment.name] = assignment
    return tuple(found[name] for name in sorted(found))


def declared_named(name: str | None, command: str) -> Assignment:
    """Return the assignment of the kit's own that a command was told, or else the only one.

    Args:
        name: as it was told; None if it was not.
        command: for the message.

    Raises:
        ChoiceError: the kit has none of that name; or it has several, and none was named.
    """
    known = {one.name: one for one in declared()}
    if name is None and len(known) == 1:
        return next(iter(known.values()))
    if name not in known:
        is_for = f"`autograder {command}` is for assignments whose solution and mistakes are declared in the kit"
        raise ChoiceError(f"{is_for}; name one of: {', '.join(known)}")
    return known[name]


def assignment_named(
    name: str, judged_as: Mapping[str, str] | None = None, course: Path | None = None
) -> Assignment | None:
    """Return the assignment of this name, or None where its graded cells' own tests give the points.

    Args:
        name: as nbgrader knows it.
        judged_as: declared names by those under which a course has these assignments.
        course: the folder of a course; its own checks for an assignment of this name go before declared ones.

    Raises:
        CourseError: `judged_as` leads to a name that is not declared.
    """
    if course is not None:
        folder = course / OWN_CHECKS / name
        if any(folder.glob("test_*.py")):
            return _own(name, folder.resolve())
    known = {assignment.name: assignment for assignment in declared()}
    own = (judged_as or {}).get(name)
    if own is not None and own not in known:
        raise CourseError(
            f"{name} cannot be judged as {own}: hidden checks belong to {', '.join(known)} only. "
            "Mend RunAndJudge.judged_as in nbgrader_config.py."
        )
    return known.get(own or name)


def may_bring_grader(course: Path, name: str, options: Sequence[str] = ()) -> bool:
    """Return whether judging an assignment of a course may need a grader's own model and data, as far as texts tell.

    Args:
        course: its folder.
        name: of the assignment in the course.
        options: that nbgrader is given besides the configuration.
    """
    known = assignment_named(name, None, course)
    if known is not None:
        return known.has_grader
    another_name = "judged_as"
    return any(another_name in o for o in options) or configuration_says(course, another_name)


def catalogue_named(name: str, course: Path | None = None) -> Catalogue:
    """Return the mistakes that a report on an assignment may meet.

    A course may have a declared assignment under another name, so those of all of them are in it.

    Args:
        name: as nbgrader knows it; where ids are the same, this one's mistakes are meant.
        course: the folder of a course, which may have checks of its own.
    """
    meant = assignment_named(name, None, course)
    known = [*(one for one in declared() if one != meant), *filter(None, [meant])]
    return Catalogue(tuple(entry for one in known for entry in one.catalogue().entries))


def checks_module(assignment: Assignment, cell: str) -> Path:
    """Return the module of checks that judges a graded cell of an assignment.

    Raises:
        KeyError: no module belongs to this cell.
    """
    path = assignment.checks / f"test_{cell.removeprefix(assignment.prefix)}.py"
    if not cell.startswith(assignment.prefix) or not path.is_file():
        raise KeyError(cell)
    return path


def is_judged(assignment: Assignment, cell: str) -> bool:
    """Return whether hidden checks belong to a graded cell of an assignment."""
    try:
        checks_module(assignment, cell)
    except KeyError:
        return False
    return True


def judged_cells(assignment: Assignment) -> tuple[str, ...]:
    """Return the ids of an assignment's graded cells that hidden checks judge, in alphabetical order."""
    modules = assignment.checks.glob("test_*.py")
    return tuple(sorted(assignment.prefix + path.stem.removeprefix("test_") for path in modules))
