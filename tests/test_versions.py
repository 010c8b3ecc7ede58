"""The notebook on the older line of transformers, whose features are tensors; `make test` installs it beside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.authoring.command import SOURCE_NOTEBOOK
from autograder.clip.assets import find_fashion_mnist, find_model, offline_environment
from autograder.course import KIT
from autograder.kernel.isolation import NONE, isolation_named
from autograder.kernel.limits import Limits
from autograder.kernel.runner import run_notebook

pytestmark = pytest.mark.kernel

OLDER = Path(sys.prefix) / "transformers-4"

WITHOUT_TRANSFORMERS = ("umap_project", "umap_plot", "check_umap")
"""Cells that take a minute and have nothing to do with the version."""


def printed(cell: NotebookNode) -> str:
    """Return what a cell has printed on stdout; transformers 4 also has things to say on stderr."""
    streams = (o for o in cell.outputs if o.output_type == "stream" and o.name == "stdout")
    return "".join(output.text for output in streams)


@pytest.mark.skipif(
    not OLDER.is_dir(), reason="`make test` installs transformers 4 beside the newer one"
)
def test_the_solved_notebook_runs_on_transformers_4(tmp_path: Path) -> None:
    version = [sys.executable, "-c", "import transformers; print(transformers.__version__)"]
    found = subprocess.run(version, env={"PYTHONPATH": str(OLDER)}, capture_output=True, text=True)
    assert found.stdout.startswith("4."), found.stderr

    notebook = nbformat.read(SOURCE_NOTEBOOK, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id not in WITHOUT_TRANSFORMERS]
    stored = {cell.id: printed(cell) for cell in notebook.cells if cell.cell_type == "code"}
    assets = offline_environment(find_model(), find_fashion_mnist(), find_model("tiny"))
    (tmp_path / "work").mkdir()
    weights = SOURCE_NOTEBOOK.parent / "assignment_1_cnn.safetensors"
    (tmp_path / "work" / weights.name).write_bytes(weights.read_bytes())
    run_notebook(
        notebook,
        files=tmp_path / "work",
        environment={**assets, "PYTHONPATH": f"{OLDER}:{KIT}"},
        limits=Limits(),
        judge=lambda cell, student: None,
        isolation=isolation_named(NONE),
    )
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        errors = [o for o in cell.outputs if o.output_type == "error"]
        assert not errors, (cell.id, errors[0].evalue)
        if cell.id.startswith("check_"):  # what the visible tests print is the same on both lines
            assert printed(cell) == stored[cell.id], cell.id
