"""Submissions come back to the release's shape, whatever happened to them, and nothing written is lost."""

from __future__ import annotations

import copy
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.notebook.marks import grade_id
from autograder.notebook.repair import Change, Repair, holds_work, repair
from tests.releases import release

GIVEN = {name: cell for cell in release().cells if (name := grade_id(cell))}
ORDER = list(GIVEN)
LOCKED = [name for name in ORDER if not GIVEN[name].metadata.nbgrader.solution]


def find(notebook: NotebookNode, name: str) -> NotebookNode:
    (cell,) = [cell for cell in notebook.cells if grade_id(cell) == name]
    return cell


def index(notebook: NotebookNode, name: str) -> int:
    return [grade_id(cell) for cell in notebook.cells].index(name)


def expect_in_order(notebook: NotebookNode) -> None:
    names = [name for cell in notebook.cells if (name := grade_id(cell))]
    assert names == ORDER
    for name in ORDER:
        cell, given_cell = find(notebook, name), GIVEN[name]
        assert cell.cell_type == given_cell.cell_type
        assert cell.metadata.nbgrader == given_cell.metadata.nbgrader
        assert cell.metadata.get("autograder") == given_cell.metadata.get("autograder")
        if name in LOCKED:
            assert cell.source == given_cell.source
            assert cell.metadata == given_cell.metadata
    for cell in notebook.cells:
        assert ("nbgrader" in cell.metadata) is (grade_id(cell) in GIVEN)


# --- any chain of accidents --------------------------------------------------------------------------

JUNK = st.one_of(
    st.sampled_from(["x", 5, None, [], {}, ["grade_id"], True, {"grade_id": "f"}]),
    st.sampled_from([{"grade_id": 5}, {"grade_id": ["f"]}, {"grade_id": None}]),
    st.just({"grade_id": "elsewhere", "grade": True, "points": 100}),
)
PLACE = st.integers(0, 30)
ACCIDENTS = st.lists(
    st.one_of(
        st.tuples(st.just("delete"), PLACE),
        st.tuples(st.just("duplicate"), PLACE, PLACE),
        st.tuples(st.just("move"), PLACE, PLACE),
        st.tuples(st.just("edit"), PLACE),
        st.tuples(st.just("retype"), PLACE, st.sampled_from(["code", "markdown", "raw"])),
        st.tuples(st.just("split"), PLACE, st.integers(0, 40)),
        st.tuples(st.just("foreign"), PLACE, JUNK),
        st.tuples(st.just("metadata"), PLACE, JUNK),
        st.tuples(
            st.just("setting"), PLACE, st.sampled_from(["points", "grade", "locked", "solution"])
        ),
        st.tuples(st.just("verdicts"), PLACE),
        st.tuples(st.just("tag"), PLACE),
    ),
    max_size=10,
)


def happen(notebook: NotebookNode, accident: tuple[Any, ...], number: int) -> str | None:
    """Let one accident happen; return the text that the student wrote in it, if any."""
    kind, place, *more = accident
    cells = notebook.cells
    if kind == "foreign":
        text = f"own_{number} = 1"
        cells.insert(place % (len(cells) + 1), new_code_cell(text, metadata={"nbgrader": more[0]}))
        return text
    if not cells:
        return None
    place %= len(cells)  # by place, because equal cells are not the same cell
    cell = cells[place]
    about = cell.metadata.get("nbgrader")
    match kind:
        case "delete":
            del cells[place]
        case "duplicate":
            cells.insert(more[0] % (len(cells) + 1), copy.deepcopy(cell))
        case "move":
            del cells[place]
            cells.insert(more[0] % (len(cells) + 1), cell)
        case "edit":
            cell.source += f"\nedited_{number} = 1"
            return f"edited_{number} = 1"
        case "retype":
            cell.cell_type = more[0]
        case "split":
            second = copy.deepcopy(cell)
            cell.source, second.source = cell.source[: more[0]], cell.source[more[0] :]
            cells.insert(place + 1, second)
        case "metadata":
            cell.metadata["nbgrader"] = more[0]
        case "setting" if isinstance(about, dict):
            about.pop(more[0], None)
        case "verdicts":
            cell.metadata["autograder"] = {"verdicts": [], "bonus_offered": True, "bonus": 100}
        case "tag":
            cell.metadata["tags"] = ["skip-execution"]
    return None


@settings(max_examples=150, deadline=None)
@given(ACCIDENTS)
def test_after_any_chain_of_accidents_the_release_is_there_again(accidents):
    submitted = release()
    for number, accident in enumerate(accidents):
        happen(submitted, accident, number)
    repairs = repair(submitted, release())
    expect_in_order(submitted)
    places = [ORDER.index(mended.cell) for mended in repairs]
    assert places == sorted(places)
    again = copy.deepcopy(submitted)
    assert repair(again, release()) == []
    assert again == submitted


@settings(max_examples=100, deadline=None)
@given(ACCIDENTS)
def test_no_line_is_lost(accidents):
    submitted = release()
    for number, accident in enumerate(accidents):
        happen(submitted, accident, number)
    written = [line for cell in submitted.cells for line in cell.source.splitlines()]
    repair(submitted, release())
    kept = "\n".join(cell.source for cell in [*submitted.cells, *release().cells])
    assert not [line for line in written if line not in kept]


@settings(max_examples=60, deadline=None)
@given(ACCIDENTS)
def test_what_was_repaired_has_distinct_cell_ids(accidents):
    submitted = release()
    for number, accident in enumerate(accidents):
        happen(submitted, accident, number)
    if repair(submitted, release()):
        ids = [cell.id for cell in submitted.cells]
        assert len(set(ids)) == len(ids)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["f", "g", "answer"]), st.text(max_size=20)), max_size=5))
def test_work_in_open_cells_is_no_reason_for_a_repair(edits):
    submitted = release()
    for name, text in edits:
        find(submitted, name).source = text
    before = nbformat.writes(submitted)
    assert repair(submitted, release()) == []
    assert nbformat.writes(submitted) == before


def test_an_untouched_notebook_stays_byte_for_byte():
    submitted = release()
    submitted.cells.insert(3, new_code_cell("own = 1", id="own", metadata={"collapsed": True}))
    before = nbformat.writes(submitted)
    assert repair(submitted, release()) == []
    assert nbformat.writes(submitted) == before


# --- one example of every change ---------------------------------------------------------------------


def _delete(notebook: NotebookNode, name: str) -> None:
    del notebook.cells[index(notebook, name)]


def _copy(notebook: NotebookNode, name: str, source: str | None = None) -> None:
    again = copy.deepcopy(find(notebook, name))
    again.id = f"{name}-copy"
    if source is not None:
        again.source = source
    notebook.cells.insert(index(notebook, name) + 1, again)


def _tell_elsewhere(notebook: NotebookNode, name: str) -> None:
    """Put a copy that no metadata tell for what it is in the place of a cell."""
    cell = find(notebook, name)
    make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
    notebook.cells[index(notebook, name)] = make(f"{cell.source} # done", id="own")


def _move(notebook: NotebookNode, name: str, place: int) -> None:
    notebook.cells.insert(place, notebook.cells.pop(index(notebook, name)))


def _retype(notebook: NotebookNode, name: str, cell_type: str) -> None:
    find(notebook, name).cell_type = cell_type


def _set(notebook: NotebookNode, name: str, key: str, value: Any) -> None:
    find(notebook, name).metadata.nbgrader[key] = value


EXAMPLES = {
    Change.MISSING: ("check_f", lambda nb: _delete(nb, "check_f")),
    Change.MISSING_WORK: ("f", lambda nb: _delete(nb, "f")),
    Change.MISSING_ANSWER: ("answer", lambda nb: _tell_elsewhere(nb, "answer")),
    Change.ELSEWHERE: ("f", lambda nb: _tell_elsewhere(nb, "f")),
    Change.COPIED: ("check_f", lambda nb: _copy(nb, "check_f")),
    Change.COPIED_WORK: ("f", lambda nb: _copy(nb, "f", "f = 2")),
    Change.JOINED: ("answer", lambda nb: _copy(nb, "answer", "second half")),
    Change.MOVED: ("answer", lambda nb: _move(nb, "answer", 0)),
    Change.EDITED: ("check_f", lambda nb: find(nb, "check_f").update(source="pass")),
    Change.RETYPED: ("f", lambda nb: _retype(nb, "f", "raw")),
    Change.METADATA: ("check_f", lambda nb: _set(nb, "check_f", "points", 100)),
}


def test_every_change_has_an_example():
    assert set(EXAMPLES) == set(Change)


@pytest.mark.parametrize("change", Change)
def test_each_change_is_told_alone_and_mended(change):
    submitted = release()
    name, accident = EXAMPLES[change]
    accident(submitted)
    assert repair(submitted, release()) == [Repair(name, change)]
    expect_in_order(submitted)
    nbformat.validate(submitted)


def test_a_second_copy_of_a_solution_runs_as_a_plain_cell_behind_the_first():
    submitted = release()
    find(submitted, "f").source = "def f(): return 1"
    _copy(submitted, "f", "print(f())")
    repair(submitted, release())
    place = index(submitted, "f")
    assert submitted.cells[place].source == "def f(): return 1"
    assert submitted.cells[place + 1].source == "print(f())"
    assert dict(submitted.cells[place + 1].metadata) == {}


def test_own_work_in_a_copy_of_a_locked_cell_stays():
    submitted = release()
    _copy(submitted, "check_f", "print('what does f give?', f())")
    assert repair(submitted, release()) == [Repair("check_f", Change.COPIED)]
    assert submitted.cells[index(submitted, "check_f") + 1].source.startswith("print('what does")


def test_the_halves_of_a_split_locked_cell_become_one():
    submitted = release()
    first, second = find(submitted, "check_f").source.split("\n")
    find(submitted, "check_f").source = first
    _copy(submitted, "check_f", second)
    repair(submitted, release())
    assert submitted == release()


def test_the_pieces_of_an_answer_are_joined_in_their_order():
    submitted = release()
    find(submitted, "answer").source = "first"
    _copy(submitted, "answer", "second")
    repair(submitted, release())
    assert find(submitted, "answer").source == "first\n\nsecond"


def test_own_cells_follow_the_cell_that_they_stood_behind():
    submitted = release()
    submitted.cells.insert(index(submitted, "g") + 1, new_code_cell("own = 1"))
    place = index(submitted, "g")
    block = submitted.cells[place : place + 2]
    del submitted.cells[place : place + 2]
    submitted.cells[1:1] = block
    assert repair(submitted, release()) == [Repair("g", Change.MOVED)]
    assert submitted.cells[index(submitted, "g") + 1].source == "own = 1"


@pytest.mark.parametrize("name", ["answer", "f", "check_f"])
def test_verdicts_that_a_student_wrote_are_taken_out(name):
    submitted = release()
    forged = {"verdicts": [], "bonus_offered": True, "bonus": 100, "needs_person": None}
    find(submitted, name).metadata["autograder"] = forged
    submitted.cells.append(new_code_cell("own = 1", metadata={"autograder": forged}))
    repair(submitted, release())
    expect_in_order(submitted)
    assert "autograder" not in submitted.cells[-1].metadata


def test_a_tag_cannot_keep_a_check_from_running():
    submitted = release()
    find(submitted, "check_f").metadata["tags"] = ["skip-execution"]
    repair(submitted, release())
    assert "tags" not in find(submitted, "check_f").metadata


def test_an_empty_notebook_gets_every_cell_back():
    submitted = new_notebook()
    changes = [mended.change for mended in repair(submitted, release())]
    assert changes.count(Change.MISSING) == len(LOCKED)
    assert changes.count(Change.MISSING_WORK) == len(ORDER) - len(LOCKED)
    expect_in_order(submitted)


def test_a_notebook_of_an_older_format_is_valid_afterwards():
    submitted = release()
    submitted.nbformat_minor = 4
    for cell in submitted.cells:
        del cell["id"]
    _delete(submitted, "check_f")
    repair(submitted, release())
    expect_in_order(submitted)
    nbformat.validate(submitted)


@pytest.mark.parametrize("metadata", ["x", None, [], 5])
def test_metadata_of_another_type_is_no_crash(metadata):
    submitted = release()
    find(submitted, "g").metadata = metadata
    assert repair(submitted, release()) == [Repair("g", Change.METADATA)]
    expect_in_order(submitted)


# --- work that stands where its cell was not expected -------------------------------------------------


def test_when_a_test_and_the_task_behind_it_are_merged_then_the_work_still_runs_before_its_test():
    submitted = release()
    work = "def g():\n    return 2"
    find(submitted, "check_f").source += f"\n\n{work}"
    _delete(submitted, "g")
    given = release()
    find(given, "g").source = "def g():\n    raise NotImplementedError"
    repairs = repair(submitted, given)
    assert [mended.change for mended in repairs] == [Change.EDITED, Change.ELSEWHERE]
    assert find(submitted, "check_f").source == GIVEN["check_f"].source
    behind = submitted.cells[index(submitted, "check_f") + 1]
    assert (behind.cell_type, behind.source) == ("code", work)
    assert "NotImplementedError" not in find(submitted, "g").source


def test_when_a_locked_cell_was_edited_then_the_edit_is_kept_and_does_not_run():
    submitted = release()
    find(submitted, "check_f").source = "assert True  # ```"
    repair(submitted, release())
    behind = submitted.cells[index(submitted, "check_f") + 1]
    assert behind.cell_type == "markdown"
    assert behind.source.endswith("````\nassert True  # ```\n````")


def test_when_nbgraders_ids_are_gone_then_cells_are_known_by_their_own_ids():
    submitted = release()
    find(submitted, "answer").source = "My answer."
    for cell in submitted.cells:
        cell.metadata = {}
    changes = {mended.change for mended in repair(submitted, release())}
    assert changes == {Change.METADATA}
    expect_in_order(submitted)
    assert find(submitted, "answer").source == "My answer."


def test_when_all_ids_are_gone_then_right_work_is_not_hidden_by_the_stub():
    submitted = release()
    find(submitted, "f").source = "def f():\n    return 1"
    for number, cell in enumerate(submitted.cells):
        cell.metadata, cell.id = {}, f"own{number}"
    assert holds_work(submitted, release())
    repair(submitted, release())
    code = [cell.source for cell in submitted.cells if cell.cell_type == "code"]
    assert "def f():\n    return 1" in code
    assert not [source for source in code if "NotImplementedError" in source]


def test_when_an_answer_is_missing_and_nothing_else_was_written_then_there_is_no_work():
    submitted = release()
    _delete(submitted, "answer")
    assert repair(submitted, release()) == [Repair("answer", Change.MISSING_WORK)]
    assert find(submitted, "answer").source == GIVEN["answer"].source


def test_in_a_notebook_without_metadata_and_ids_code_is_known_by_its_place():
    submitted = release()
    submitted.cells.insert(2, new_markdown_cell("A text of my own."))
    find(submitted, "f").source = "f = lambda: 1"
    find(submitted, "g").source = "h = 2"
    for cell in submitted.cells:
        cell.metadata = {}
        cell.pop("id", None)
    repair(submitted, release())
    assert find(submitted, "f").source == "f = lambda: 1"
    assert find(submitted, "g").source == "h = 2"
    assert find(submitted, "g").metadata == GIVEN["g"].metadata


def test_where_there_are_more_cells_than_were_released_none_is_taken_for_a_task():
    submitted = release()
    find(submitted, "g").source = "h = 2"
    for cell in submitted.cells:
        cell.metadata = {}
        cell.pop("id", None)
    submitted.cells.insert(len(submitted.cells) - 1, new_code_cell("print(h)"))
    repair(submitted, release())
    assert [find(submitted, name).source for name in ("f", "g")] == [
        GIVEN["f"].source,
        GIVEN["g"].source,
    ]
    assert {"h = 2", "print(h)"} <= {cell.source for cell in submitted.cells}


def test_another_notebook_holds_no_work_of_this_one():
    cells = [new_code_cell("print('hello')"), new_markdown_cell("# Title")]
    assert not holds_work(new_notebook(cells=cells), release())
    assert holds_work(release(), release())


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(x):\n    y = 1", {"f"}),
        ("async def f(): ...", {"f"}),
        ("class A:\n    b = 1\na = 1", {"A", "a"}),
        ("a: int = 1\nb == 2\nc=3", {"a", "c"}),
        ("%magic\n!ls\n(((", set()),
    ],
)
def test_definitions_are_found_by_their_form(source, names):
    given = release()
    find(given, "f").source = source
    find(given, "g").source = ""

    def holds(defined: set[str]) -> bool:
        code = "\n".join(f"{name} = 0" for name in defined)
        return holds_work(new_notebook(cells=[new_code_cell(code)]), given)

    assert holds(names) is bool(names)
    assert not any(holds(names - {name}) for name in names)


SAME = {
    "line ends of Windows": lambda source: source.replace("\n", "\r\n"),
    "one line more": lambda source: source + "\n",
    "blanks at the ends": lambda source: source.replace("\n", "  \n"),
}


@pytest.mark.parametrize("way", SAME)
def test_what_a_person_would_call_the_same_was_not_changed(way: str) -> None:
    submitted = release()
    for name in LOCKED:
        cell = find(submitted, name)
        cell.source = SAME[way](cell.source)
    assert repair(submitted, release()) == []
    assert [find(submitted, name).source for name in LOCKED] == [GIVEN[n].source for n in LOCKED]


@pytest.mark.parametrize(
    ("text", "is_same"),
    [
        ("assert f(\n    1,\n    2,\n) == [3]  # why\nx = 'a'", True),
        ("assert f(1, 2) == [3]  # not\nx = 'a'", False),
        ("assert f(1, 2) == [4]  # why\nx = 'a'", False),
        ("assert f(1, 2) == [3]  # why\nx = 'a'\nprint('mine')", False),
        ("assert f(1, 2 == [3]  # why\nx = 'a'", False),
    ],
)
def test_a_formatter_changes_nothing_and_a_person_does(text: str, is_same: bool) -> None:
    given = release()
    find(given, "check_f").source = 'assert f(1, 2) == [3]  # why\nx = "a"'
    submitted = copy.deepcopy(given)
    find(submitted, "check_f").source = text
    changes = [mended.change for mended in repair(submitted, given)]
    assert (changes == []) is is_same
    assert find(submitted, "check_f").source == find(given, "check_f").source
