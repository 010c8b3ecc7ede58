"""The sample submissions are made from the release without error."""

from __future__ import annotations

import copy
import json

import nbformat
import pytest
from nbgrader.preprocessors import ClearOutput, ClearSolutions

from autograder.authoring.build import build_source
from autograder.authoring.stubs import name_stubs
from autograder.course import ASSIGNMENT, KIT, SAMPLES
from autograder.errors import CourseError
from autograder.notebook.marks import grade_id
from autograder.notebook.repair import repair
from autograder.samples import add_samples, make_sample

SOURCE = KIT / "source" / f"{ASSIGNMENT}.py"
FILES = sorted(SAMPLES.glob("*.py"))


@pytest.fixture(scope="module")
def notebooks():
    source = build_source(SOURCE, SOURCE.with_name("nothing_stored.ipynb"))
    released = copy.deepcopy(source)
    ClearSolutions().preprocess(released, {"language": "python"})
    name_stubs(released)
    ClearOutput().preprocess(released, {})
    return source, released


def make(notebooks, text):
    return make_sample(text, *notebooks)


def cells(content):
    notebook = nbformat.reads(content, as_version=4)
    return {name: cell.source for cell in notebook.cells if (name := grade_id(cell))}


SOLVED = '# %% [markdown] base="solved"\n# Right.\n'
RELEASED = '# %% [markdown] base="released"\n# Nothing.\n'


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sample_can_be_made(notebooks, path):
    before = copy.deepcopy(notebooks)
    content = make(notebooks, path.read_text(encoding="utf-8"))
    assert notebooks == before
    if "truncate" in path.read_text(encoding="utf-8").splitlines()[0]:
        with pytest.raises(json.JSONDecodeError):
            json.loads(content)
        return
    notebook = nbformat.reads(content, as_version=4)
    nbformat.validate(notebook)
    assert "SOLUTION" not in content
    repair(notebook, notebooks[1])
    assert [n for c in notebook.cells if (n := grade_id(c))] == [
        n for c in notebooks[1].cells if (n := grade_id(c))
    ]


def test_there_are_samples():
    assert len(FILES) >= 10


def test_a_solved_sample_holds_every_solution(notebooks):
    made = cells(make(notebooks, SOLVED))
    assert "raise NotImplementedError" not in "".join(made.values())
    assert "return similarity.argmax(axis=1)" in made["predictions"]


def test_unfinished_cells_stay_as_they_were_released(notebooks):
    text = SOLVED.replace('"solved"', '"solved" unfinished="predictions umap_plot"')
    made = cells(make(notebooks, text))
    unfinished = {name for name, source in made.items() if "raise NotImplementedError" in source}
    assert unfinished == {"predictions", "umap_plot"}


def test_a_released_sample_is_the_release(notebooks):
    assert make(notebooks, RELEASED) == nbformat.writes(notebooks[1])


def test_a_cell_gets_the_samples_source(notebooks):
    made = cells(make(notebooks, RELEASED + '\n# %% id="predictions"\nx = 1\n'))
    assert made["predictions"] == "x = 1"


def names(content):
    return [grade_id(cell) for cell in nbformat.reads(content, as_version=4).cells]


def test_changes_are_made(notebooks):
    assert "similarity" not in names(
        make(notebooks, RELEASED + '\n# %% id="similarity" do="delete"\n')
    )
    twice = names(make(notebooks, RELEASED + '\n# %% id="similarity" do="duplicate"\n'))
    assert twice.count("similarity") == 2
    split = make(notebooks, RELEASED + '\n# %% id="similarity" do="split" at=1\na = 1\nb = 2\n')
    halves = [
        cell.source
        for cell in nbformat.reads(split, as_version=4).cells
        if grade_id(cell) == "similarity"
    ]
    assert halves == ["a = 1", "b = 2"]


@pytest.mark.parametrize("after", ["setup", "experiment_c"])
def test_a_cell_is_moved_behind_another(notebooks, after):
    text = RELEASED + f'\n# %% id="predictions" do="move" after="{after}"\n'
    moved = names(make(notebooks, text))
    assert moved.count("predictions") == 1
    assert moved[moved.index(after) + 1] == "predictions"
    assert sorted(map(str, moved)) == sorted(str(grade_id(cell)) for cell in notebooks[1].cells)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# %% [markdown]\n# No base.\n", "needs base="),
        (RELEASED.replace("released", "other"), "needs base="),
        (SOLVED.replace('"solved"', '"solved" unfinished="nothing"'), r"\['nothing'\]"),
        (RELEASED + '\n# %% id="nothing"\nx = 1\n', "not in the notebook: 'nothing'"),
        (RELEASED + "\n# %%\nx = 1\n", "not in the notebook: None"),
        (RELEASED + '\n# %% id="predictions" do="burn"\n', "unknown change: 'burn'"),
        (RELEASED + '\n# %% id="predictions" do="move" after="nothing"\n', "behind 'nothing'"),
        (RELEASED + '\n# %% id="predictions" do="move"\n', "behind None"),
        (RELEASED + '\n# %% id="predictions" do="split"\n', "gives no line"),
    ],
)
def test_a_wrong_sample_is_an_error(notebooks, text, reason):
    with pytest.raises(CourseError, match=reason):
        make(notebooks, text)


def test_a_cut_file_is_no_json(notebooks):
    text = RELEASED.replace('"released"', '"released" truncate=300')
    content = make(notebooks, text)
    assert len(content) == 300
    with pytest.raises(json.JSONDecodeError):
        json.loads(content)


def test_samples_become_submissions_of_a_course(notebooks, tmp_path):
    for step, notebook in zip(("source", "release"), notebooks, strict=True):
        path = tmp_path / step / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "ada.py").write_text(SOLVED)
    (samples / "bo.py").write_text(RELEASED)
    assert add_samples(tmp_path, samples) == ["ada", "bo"]
    for name in ("ada", "bo"):
        assert (tmp_path / "submitted" / name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").is_file()
    (samples / "cy.py").write_text(RELEASED + '\n# %% id="nothing"\nx = 1\n')
    with pytest.raises(CourseError, match=r"cy\.py: it names a cell"):
        add_samples(tmp_path, samples)


def test_without_a_release_the_way_out_is_named(tmp_path):
    with pytest.raises(CourseError, match="nbgrader generate_assignment"):
        add_samples(tmp_path, tmp_path)
