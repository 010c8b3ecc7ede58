"""The drawing of the house has the rooms that are there, and assignments are found where it says."""

from __future__ import annotations

import re
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from autograder import assignment as declaring
from autograder.assignment import GROUP, Assignment, assignment_named, catalogue_named, declared
from autograder.assignments.assignment_2 import ASSIGNMENT
from autograder.course import KIT
from autograder.errors import CourseError
from autograder.mistakes import GENERAL, Catalogue, Misconception

TEXT = (KIT / "docs" / "architecture.md").read_text(encoding="utf-8")
OWN_MISTAKE = Misconception("backwards", "the list is backwards", ("order",), "Task 1", "Look.")
CATALOGUE = Catalogue((OWN_MISTAKE,))
ELSEWHERE = Assignment("sorting", Path("checks"), mistakes=f"{__name__}:CATALOGUE")


@pytest.fixture(autouse=True)
def fresh() -> object:
    declared.cache_clear()
    yield
    declared.cache_clear()


def declare(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Let an installed package declare an assignment."""
    point = EntryPoint("sorting", value, GROUP)
    monkeypatch.setattr(declaring, "entry_points", lambda group: [point] * (group == GROUP))


def test_the_table_of_packages_is_the_tree() -> None:
    rooms = {path.parent.name for path in (KIT / "autograder").glob("*/__init__.py")}
    assert set(re.findall(r"^\| `autograder/(\w+)` \|", TEXT, re.MULTILINE)) == rooms
    picture = TEXT.split("```")[1]
    assert {room for room in rooms if not re.search(rf"\b{room}\b", picture)} == set()


def test_each_package_says_what_it_holds() -> None:
    for path in (KIT / "autograder").rglob("__init__.py"):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        assert first.startswith('"""'), path
        assert len(first) > 20, path


def test_an_installed_package_may_declare_an_assignment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert assignment_named("sorting") is None
    declared.cache_clear()
    declare(monkeypatch, f"{__name__}:ELSEWHERE")
    assert assignment_named("sorting") is ELSEWHERE
    assert [one.name for one in declared()] == ["assignment_2", "sorting"]
    known = catalogue_named("sorting").by_id
    assert known["backwards"] is OWN_MISTAKE
    # A report on an assignment under another name still finds the kit's mistakes.
    assert ASSIGNMENT.catalogue().by_id.keys() <= known.keys()


def test_a_mistake_of_the_assignment_itself_is_meant_where_ids_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theirs = Misconception("transposed", "a list is turned", (), "", "")
    monkeypatch.setitem(globals(), "CATALOGUE", Catalogue((theirs,)))
    declaring.loaded.cache_clear()
    declare(monkeypatch, f"{__name__}:ELSEWHERE")
    assert catalogue_named("sorting").by_id["transposed"] is theirs
    assert catalogue_named("assignment_2").by_id["transposed"] is not theirs
    declaring.loaded.cache_clear()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (
            f"{__name__}:MISSING",
            r"the assignment sorting of .*:MISSING cannot be loaded: Attribute",
        ),
        (
            "no_such_module:IT",
            "the assignment sorting of no_such_module:IT cannot be loaded: Module",
        ),
        (f"{__name__}:TEXT", "is no autograder.assignment.Assignment"),
        (
            "autograder.assignments.assignment_2:ASSIGNMENT",
            "declares assignment_2, and so does .*; give it another name",
        ),
    ],
)
def test_a_declaration_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, value: str, words: str
) -> None:
    declare(monkeypatch, value)
    with pytest.raises(CourseError, match=words):
        assignment_named("sorting")


def test_every_hook_of_the_kits_own_assignments_is_there() -> None:
    for known in declared():
        assert known.grader()
        assert {one.id for one in GENERAL} <= known.catalogue().by_id.keys()
        signs = known.signs()
        assert signs.words.keys() <= known.catalogue().by_id.keys()
        assert all(cell.startswith(known.prefix) for cell in signs.of_exercise)
