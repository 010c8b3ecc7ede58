"""Solution regions: the text of a function, put where the notebook names it."""

from __future__ import annotations

import ast
import inspect
import textwrap

import pytest

from autograder.authoring import regions
from autograder.authoring.regions import fill_regions, solution_text
from autograder.errors import BuildError
from solutions import data, similarity


def test_a_function_without_marks_gives_its_body_after_the_docstring():
    assert solution_text("solutions.similarity.get_predictions") == (
        "return similarity.argmax(axis=1)"
    )


def test_a_function_with_marks_gives_the_part_between_them():
    text = solution_text("solutions.data.load_test_split")
    assert text.startswith("test_dataset = FashionMNIST(")
    assert text.endswith("collate_fn=collate_clip)")
    assert "return" not in text
    assert "SOLUTION" not in text
    assert text in textwrap.dedent(inspect.getsource(data.load_test_split)).replace("\n    ", "\n")


def test_the_region_is_indented_like_its_line():
    filled = fill_regions(
        "def f(similarity):\n    # <solution: solutions.similarity.get_predictions>\n",
        "predictions",
    )
    assert filled == (
        "def f(similarity):\n"
        "    ### BEGIN SOLUTION\n"
        "    return similarity.argmax(axis=1)\n"
        "    ### END SOLUTION\n"
    )
    assert ast.parse(filled)


def test_several_regions_of_a_cell_are_filled():
    line = "# <solution: solutions.similarity.get_cosine_similarity>"
    filled = fill_regions(f"{line}\nx = 1\n{line}", "similarity")
    assert filled.count("### BEGIN SOLUTION\n") == filled.count("### END SOLUTION") == 2
    assert "\nx = 1\n" in filled
    body = inspect.getsource(similarity.get_cosine_similarity).splitlines()[-3:]
    assert textwrap.dedent("\n".join(body)) in filled


def test_a_cell_without_a_region_stays_as_it_is():
    source = "# a <solution> of another kind\nx = 1\n"
    assert fill_regions(source, "x") == source


@pytest.mark.parametrize(
    "name",
    [
        "solutions.similarity.nothing",
        "solutions.nowhere.f",
        "solutions.nowhere.deeper.f",
        "solutions.similarity.deeper.f",
        "solutions.similarity",
        "os.path.join",
        "f",
    ],
)
def test_an_unknown_function_is_an_error_that_names_the_cell(name):
    with pytest.raises(BuildError, match=r"^cell 'loop': # <solution: .* names no "):
        fill_regions(f"x = 1\n# <solution: {name}>\n", "loop")


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ('def f():\n    """Doc."""\n', ""),
        (
            'def f():\n    """Doc."""\n    # why\n    x = 1\n\n    return x\n',
            "# why\nx = 1\n\nreturn x",
        ),
        ("def f():\n    x = 1\n    return x\n", "x = 1\nreturn x"),
        (
            'def f():\n    """Doc."""\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n',
            "x = 1",
        ),
        (
            'def f():\n    """Doc."""\n    y = 0\n    # BEGIN SOLUTION\n    if y:\n        y = 1\n'
            "    # END SOLUTION\n    return y\n",
            "if y:\n    y = 1",
        ),
        ('def f(\n    a,\n):\n    """Doc.\n\n    More.\n    """\n    return a\n', "return a"),
    ],
)
def test_what_counts_as_the_body(tmp_path, monkeypatch, source, wanted):
    path = tmp_path / "example.py"
    path.write_text("import os\n\n\ndef g():\n    return 0\n\n\n" + source + "\n\nz = 1\n")
    monkeypatch.setattr(regions, "_module_file", lambda name: path)
    assert solution_text("solutions.example.f") == wanted
