"""`autograder build`: the source notebook of this kit, from its text; run, or compared with what is there."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from nbformat import NotebookNode

from autograder.assignment import assignment_named
from autograder.authoring.build import build_source, points, to_bytes
from autograder.bundled import bundled, is_clone, workplace
from autograder.course import ASSIGNMENT, KIT
from autograder.errors import BuildError
from autograder.extras import require_clip
from autograder.kernel.isolation import NONE, isolation_named
from autograder.kernel.limits import Limits
from autograder.kernel.runner import run_notebook
from autograder.seam.student import Student

SOURCE_TEXT = bundled("source") / f"{ASSIGNMENT}.py"
SOURCE_NOTEBOOK = bundled("source") / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
_ALTERNATIVE_MODEL = "tiny"
WEIGHTS = KIT / "solutions" / "weights" / "assignment_1_cnn.safetensors"


def build_here(*, execute: bool, check: bool) -> int:
    """Build the source notebook and put the CNN's weights beside it.

    Without a clone it is built in the working folder, where the kit's text is put first if there is none.

    Args:
        execute: run all cells and store their outputs.
        check: write nothing; only compare.

    Returns:
        0, or 1 if `check` finds that the notebook is not what its text gives.

    Raises:
        BuildError: the text cannot be built, or a cell fails while it runs.
        ExtraError: what the kit's own checks need, which say what is worth how much, is not installed.
    """
    require_clip()
    source = source_here()
    if not check and source != (own := workplace() / "source"):
        shutil.copytree(source, own, ignore=shutil.ignore_patterns("__pycache__"))
        source = own
    path = source / ASSIGNMENT / SOURCE_NOTEBOOK.name
    notebook = build_source(source / SOURCE_TEXT.name, path)
    companion = path.parent / WEIGHTS.name
    if check:
        content = path.read_bytes() if path.is_file() else b""
        same = content == to_bytes(notebook) and companion.read_bytes() == WEIGHTS.read_bytes()
        print("up to date" if same else f"{path} is out of date; run: autograder build")
        return 0 if same else 1
    path.parent.mkdir(exist_ok=True)
    companion.write_bytes(WEIGHTS.read_bytes())
    if execute:
        _execute(notebook, path.parent)
    path.write_bytes(to_bytes(notebook))
    automatic, by_hand = points(notebook)
    print(f"{path}: {automatic:g} points automatic, {by_hand:g} by hand")
    return 0


def source_here() -> Path:
    """Return the folder `source` that is worked with: the working folder's, where it holds the text; else the kit's.

    Raises:
        BuildError: the working folder has a folder of this name that is a course's.
    """
    kits, own = bundled("source"), workplace() / "source"
    if is_clone() or not own.exists():
        return kits
    if not (own / SOURCE_TEXT.name).is_file():
        raise BuildError(
            f"{own} is in the way: it holds no {SOURCE_TEXT.name}, from which the notebook is built. "
            "Run this command in an empty folder."
        )
    return own


def _execute(notebook: NotebookNode, files: Path) -> None:
    print("running the notebook; this takes a minute or two …", flush=True)
    assignment = assignment_named(ASSIGNMENT)
    assert assignment is not None
    grader = assignment.grader().open("", _ALTERNATIVE_MODEL)
    isolation = isolation_named(NONE)  # the solutions are our own
    with tempfile.TemporaryDirectory(prefix="models-") as folder:
        run_notebook(
            notebook,
            files=files,
            environment=grader.surroundings("", isolation, Path(folder)).environment,
            limits=Limits(),
            judge=_no_verdict,
            isolation=isolation,
        )
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise BuildError(f"cell {cell.id!r} failed: {output.ename}: {output.evalue}")
            if output.output_type == "stream":
                # What is stored must not depend on where this clone lies.
                for path, name in grader.names_of_paths().items():
                    output.text = output.text.replace(path, name)


def _no_verdict(cell: NotebookNode, student: Student) -> None:
    """Graded cells of the source are run like any other."""
