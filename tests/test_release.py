"""The notebooks that are committed: up to date, deterministic, and with no secret in the release."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.assignment import judged_cells
from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.authoring.build import build_source, points, to_bytes
from autograder.authoring.command import SOURCE_NOTEBOOK, SOURCE_TEXT
from autograder.authoring.regions import DIRECTIVE, solution_text
from autograder.authoring.release import RELEASE, released_files
from autograder.clip.assets import find_fashion_mnist, find_model, offline_environment
from autograder.course import KIT
from autograder.judging.exercise import exercise_checks
from autograder.kernel.isolation import NONE, isolation_named
from autograder.kernel.limits import Limits
from autograder.kernel.runner import run_notebook
from autograder.notebook.marks import grade_id

RELEASED = RELEASE / SOURCE_NOTEBOOK.name

NO_SECRET = {"with torch.no_grad():"}
"""Lines of a solution that the notebook gives in another task as well."""


@pytest.fixture(scope="module")
def released() -> NotebookNode:
    return nbformat.read(RELEASED, as_version=4)


def test_the_source_notebook_is_what_its_text_gives() -> None:
    built = build_source(SOURCE_TEXT, SOURCE_NOTEBOOK)
    assert SOURCE_NOTEBOOK.read_bytes() == to_bytes(built), "run: make build"
    assert to_bytes(build_source(SOURCE_TEXT, SOURCE_NOTEBOOK)) == to_bytes(built)


@pytest.mark.kernel
def test_the_release_is_what_nbgrader_makes_of_the_source() -> None:
    committed = {path.name: path.read_bytes() for path in RELEASE.iterdir() if path.is_file()}
    assert "nbgrader_config.py" in committed
    assert committed == released_files(), "run: make build"


def test_it_is_worth_100_points(released: NotebookNode) -> None:
    assert points(released) == (60, 40)


def test_every_judged_cell_has_checks_and_every_module_a_cell(released: NotebookNode) -> None:
    cells = {grade_id(c) for c in released.cells if str(grade_id(c)).startswith("check_")}
    assert cells == set(judged_cells(ASSIGNMENT_2))


def test_the_release_holds_no_line_of_a_solution(released: NotebookNode) -> None:
    names = DIRECTIVE.findall(SOURCE_TEXT.read_text(encoding="utf-8"))
    assert len(names) >= 16
    # What the notebook itself gives or shows elsewhere is no secret; a solution line is one that it does not.
    given = {line.strip() for cell in released.cells for line in cell.source.splitlines()}
    leaked = []
    for _, name in names:
        lines = [line.strip() for line in solution_text(name).splitlines()]
        code = [line for line in lines if len(line) > 20 and not line.startswith(("#", "for "))]
        assert code, name
        leaked += [(name, line) for line in code if line in given - NO_SECRET]
    assert not leaked


def test_the_release_holds_nothing_of_a_hidden_check(released: NotebookNode) -> None:
    text = RELEASED.read_text(encoding="utf-8")
    assert "autograder.checks" not in text
    assert "import solutions" not in text
    assert "import autograder" not in text
    for cell in judged_cells(ASSIGNMENT_2):
        for check in exercise_checks(ASSIGNMENT_2, cell):
            assert check.hint not in text
            assert check.name not in text
    given = {line.strip() for cell in released.cells for line in cell.source.splitlines()}
    for module in ASSIGNMENT_2.checks.glob("test_*.py"):
        body = {line.strip() for line in module.read_text(encoding="utf-8").splitlines()}
        code = {
            line
            for line in body
            if len(line) > 30 and "(" in line and not line.startswith(("def ", "f'", '"', 'f"'))
        }
        assert not code & given


def test_written_answers_are_empty_and_outputs_too(released: NotebookNode) -> None:
    answers = [
        c.source
        for c in released.cells
        if c.cell_type == "markdown" and c.metadata.get("nbgrader", {}).get("solution")
    ]
    assert answers == ["YOUR ANSWER HERE"] * 8
    assert not any(cell.get("outputs") for cell in released.cells)


@pytest.mark.kernel
def test_each_open_stub_says_which_task_it_is(released: NotebookNode, tmp_path: Path) -> None:
    """Run the release as a student does who has done nothing yet."""
    (tmp_path / "work").mkdir()
    run_notebook(
        released,
        files=tmp_path / "work",
        environment=offline_environment(find_model(), find_fashion_mnist()),
        limits=Limits(),
        judge=lambda cell, student: None,
        isolation=isolation_named(NONE),
    )
    solutions = [
        c for c in released.cells if c.cell_type == "code" and c.metadata.get("autograder")
    ]
    assert len(solutions) == 16
    for cell in solutions:
        task = cell.metadata.autograder.task
        stubs = re.findall(r"raise NotImplementedError\((.*)\)$", cell.source, re.MULTILINE)
        assert stubs, cell.id
        assert all(stub[1:].startswith(f"Task {task}: ") for stub in stubs), cell.id
        for output in cell.outputs:
            if output.output_type == "error" and output.ename == "NotImplementedError":
                assert output.evalue.startswith(f"Task {task}: ")
    raised = [o for c in solutions for o in c.outputs if o.output_type == "error"]
    assert {error.ename for error in raised} <= {"NotImplementedError", "NameError"}
    assert sum(error.ename == "NotImplementedError" for error in raised) >= 8


def test_students_need_neither_of_our_packages(tmp_path: Path) -> None:
    """The set-up cells of the release run where `autograder` and `solutions` cannot be imported."""
    cells = nbformat.read(RELEASED, as_version=4).cells
    given = [
        cell.source
        for cell in cells
        if grade_id(cell) in ("colab", "helpers", "setup", "check_setup", "loading_given")
    ]
    assert len(given) == 5
    script = tmp_path / "standalone.py"
    block = (
        "import sys\n"
        "sys.modules['autograder'] = sys.modules['solutions'] = None  # importing them fails\n"
    )
    script.write_text(block + "\n\n".join(given), encoding="utf-8")
    environment = offline_environment(find_model(), find_fashion_mnist())
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env={**os.environ, **environment, "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_notebook_asks_for_the_versions_that_the_kit_is_made_for(
    released: NotebookNode,
) -> None:
    (source,) = (cell.source for cell in released.cells if grade_id(cell) == "colab")
    asked = re.findall(r'^    "\w+": "(.+)",$', source, re.MULTILINE)
    project = tomllib.loads((KIT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert len(asked) == 7
    assert set(asked) <= set(project["optional-dependencies"]["clip"])


def test_packages_that_are_missing_are_named_in_a_line_that_installs_them(
    released: NotebookNode,
) -> None:
    (source,) = (cell.source for cell in released.cells if grade_id(cell) == "colab")
    script = source.replace('"umap": "umap-learn', '"not_here": "umap-learn')
    assert script != source
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith('\n%pip install "umap-learn>=0.5.7"\n')


@pytest.mark.kernel
def test_a_set_up_without_network_or_model_says_what_to_do_in_three_lines(
    released: NotebookNode, tmp_path: Path
) -> None:
    last = next(i for i, cell in enumerate(released.cells) if grade_id(cell) == "setup")
    notebook = copy.deepcopy(released)
    del notebook.cells[last + 1 :]
    environment = offline_environment(find_model(), find_fashion_mnist())
    run_notebook(
        notebook,
        files=tmp_path,
        environment={**environment, "CLIP_MODEL": "openai/clip-vit-base-patch32"},
        limits=Limits(),
        judge=lambda cell, student: None,
        isolation=isolation_named(NONE),
    )
    (output,) = (o for o in notebook.cells[last].outputs if o.output_type == "error")
    assert output.evalue.splitlines() == output.traceback
    assert len(output.traceback) == 3
    assert "openai/clip-vit-base-patch32 is not on this computer" in output.traceback[0]
    assert [line[:2] for line in output.traceback[1:]] == ["1.", "2."]
