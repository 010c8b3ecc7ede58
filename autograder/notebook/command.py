"""`autograder build`: the source notebook of this kit, from its text; run, or compared with what is there."""

from __future__ import annotations

from nbformat import NotebookNode

from autograder.assets import find_fashion_mnist, find_model, offline_environment
from autograder.course import ASSIGNMENT, KIT
from autograder.errors import BuildError
from autograder.kernel.isolation import NONE, isolation_named
from autograder.kernel.limits import Limits
from autograder.kernel.runner import run_notebook
from autograder.notebook.build import build_source, points, to_bytes
from autograder.student import Student

SOURCE_TEXT = KIT / "source" / f"{ASSIGNMENT}.py"
SOURCE_NOTEBOOK = KIT / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
WEIGHTS = KIT / "solutions" / "weights" / "assignment_1_cnn.safetensors"


def build_here(*, execute: bool, check: bool) -> int:
    """Build the source notebook and put the CNN's weights beside it.

    Args:
        execute: run all cells and store their outputs.
        check: write nothing; only compare.

    Returns:
        0, or 1 if `check` finds that the notebook is not what its text gives.

    Raises:
        BuildError: the text cannot be built, or a cell fails while it runs.
    """
    notebook = build_source(SOURCE_TEXT, SOURCE_NOTEBOOK)
    companion = SOURCE_NOTEBOOK.parent / WEIGHTS.name
    if check:
        content = SOURCE_NOTEBOOK.read_bytes() if SOURCE_NOTEBOOK.is_file() else b""
        same = content == to_bytes(notebook) and companion.read_bytes() == WEIGHTS.read_bytes()
        print("up to date" if same else f"{SOURCE_NOTEBOOK} is out of date; run: autograder build")
        return 0 if same else 1
    SOURCE_NOTEBOOK.parent.mkdir(exist_ok=True)
    companion.write_bytes(WEIGHTS.read_bytes())
    if execute:
        _execute(notebook)
    SOURCE_NOTEBOOK.write_bytes(to_bytes(notebook))
    automatic, by_hand = points(notebook)
    print(f"{SOURCE_NOTEBOOK}: {automatic:g} points automatic, {by_hand:g} by hand")
    return 0


def _execute(notebook: NotebookNode) -> None:
    print("running the notebook; this takes a minute or two …", flush=True)
    models = (find_model(), find_model("tiny"))
    environment = offline_environment(models[0], find_fashion_mnist(), models[1])
    run_notebook(
        notebook,
        files=SOURCE_NOTEBOOK.parent,
        environment=environment,
        limits=Limits(),
        judge=_no_verdict,
        isolation=isolation_named(NONE),  # the solutions are our own
    )
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise BuildError(f"cell {cell.id!r} failed: {output.ename}: {output.evalue}")
            if output.output_type == "stream":
                # What is stored must not depend on where this clone lies.
                for model in models:
                    output.text = output.text.replace(str(model.path), model.name)


def _no_verdict(cell: NotebookNode, student: Student) -> None:
    """Graded cells of the source are run like any other."""
