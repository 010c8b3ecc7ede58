"""A small course whose submissions are graded by real nbgrader in seconds: two exercises, no model to load."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from autograder.authoring.build import build_notebook
from autograder.authoring.command import SOURCE_NOTEBOOK
from autograder.course import CONFIG, KIT, copy_configs, nbgrader_command, run_nbgrader
from autograder.notebook.marks import grade_id, nbgrader_metadata

TEXT = Path(__file__).parent / "traps" / "course.py"
ASSIGNMENT = "small"
JUDGED_AS = f"\nc.RunAndJudge.judged_as = {{{ASSIGNMENT!r}: 'assignment_2'}}\n"

Edit = Callable[[NotebookNode], None]

RIGHT = {
    "similarity": (
        "def get_cosine_similarity(a, b):\n"
        "    a = a / a.norm(dim=1, keepdim=True)\n"
        "    b = b / b.norm(dim=1, keepdim=True)\n"
        "    return (a @ b.T).numpy()\n"
    ),
    "predictions": "def get_predictions(similarity):\n    return similarity.argmax(axis=1)\n",
    "reflection": "I learned that rows have lengths.",
}


@dataclass(frozen=True)
class SmallCourse:
    """A course folder and what nbgrader printed while it graded."""

    folder: Path
    log: str

    def scores(self, student: str) -> dict[str, float | None]:
        """Return the automatic score of each graded cell of a student, None where it is not graded."""
        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as gradebook:
            notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
            return {grade.name: grade.auto_score for grade in notebook.grades}

    def graded(self, student: str) -> NotebookNode:
        """Return a student's autograded notebook."""
        path = self.folder / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        return nbformat.read(path, as_version=4)

    def feedback(self, student: str) -> str:
        """Return a student's feedback page, made by nbgrader."""
        path = self.folder / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
        return path.read_text(encoding="utf-8")


@contextmanager
def opened_gradebook(course: Path) -> Iterator[Gradebook]:
    """Open a course's gradebook with nbgrader; a new one is made."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        # A new gradebook starts `alembic` by name.
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        warnings.simplefilter("ignore")  # nbgrader's own use of SQLAlchemy
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            yield gradebook


_SHARED = "AUTOGRADER_TESTS_SHARED"
"""Variable by which all processes of a run of tests find the folder of what is made once."""


@cache
def shared() -> Path:
    """Return that folder; it goes with the process that has asked first, which starts the others."""
    if _SHARED not in os.environ:
        os.environ[_SHARED] = tempfile.mkdtemp(prefix="shared-")
        atexit.register(shutil.rmtree, os.environ[_SHARED], ignore_errors=True)
    return Path(os.environ[_SHARED])


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that is made by whoever needs it first, in whichever process; to be copied, not changed."""
    folder = shared() / name
    with FileLock(shared() / f"{name}.lock"):
        if not folder.exists():
            partial = shared() / f"{name}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            make(partial)
            partial.rename(folder)
    return folder


def make_small_course(folder: Path) -> None:
    """Make the course and its release."""
    shutil.copytree(made_once("small", build_small_course), folder, dirs_exist_ok=True)


def build_small_course(folder: Path) -> None:
    """Make the course and its release anew, with nbgrader: for who looks at what that leaves."""
    source = folder / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    copy_configs(folder)
    with (folder / CONFIG).open("a", encoding="utf-8") as config:
        config.write(JUDGED_AS)
    notebook = build_notebook(TEXT.read_text(encoding="utf-8"))
    nbformat.write(notebook, source / f"{ASSIGNMENT}.ipynb")
    run_nbgrader(folder, "generate_assignment", ASSIGNMENT)


def submit(folder: Path, student: str, edit: Edit, *, solved: bool = True) -> None:
    """Hand in the released notebook after a student's edit; right work in every task if `solved`."""
    notebook = nbformat.read(folder / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    if solved:
        for cell in notebook.cells:
            if (name := grade_id(cell)) in RIGHT:
                cell.source = RIGHT[name]
    edit(notebook)
    place = folder / "submitted" / student / ASSIGNMENT
    place.mkdir(parents=True)
    # Written as plain JSON: what students hand in need not be valid.
    text = json.dumps(notebook)
    (place / f"{ASSIGNMENT}.ipynb").write_text(text, encoding="utf-8")


def printing(source: str) -> Edit:
    """Return an edit that has the cell of the predictions do more besides."""

    def edit(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            if grade_id(cell) == "predictions":
                cell.source += source

    return edit


def autograde(folder: Path, *options: str) -> str:
    """Run `nbgrader autograde` on every submission; return what it printed."""
    done = subprocess.run(
        nbgrader_command("autograde", ASSIGNMENT, *options),
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout


def output_of(folder: Path, command: Sequence[str], **variables: str) -> str:
    """Run a command that must succeed in a folder, with more variables; return what it printed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def trap_course(folder: Path) -> None:
    """Make the course and hand in one submission for each trap and each damage; nothing is graded yet."""
    from tests.traps.broken import BROKEN, NOT_IDS, OUTSIDE, SECRET
    from tests.traps.edits import TRAPS
    from tests.traps.faults import CONFIG as FAULTS

    make_small_course(folder)
    with (folder / CONFIG).open("a", encoding="utf-8") as config:
        config.write(FAULTS.format(kit=str(KIT)))
    (folder / OUTSIDE).write_text(SECRET, encoding="utf-8")
    for student, trap in TRAPS.items():
        submit(folder, student, trap.edit, solved=trap.solved)
    for student, broken in BROKEN.items():
        submit(folder, student, lambda notebook: None)
        broken.damage(folder / "submitted" / student / ASSIGNMENT)
    for name in NOT_IDS:
        submit(folder, name, lambda notebook: None)


TRAP_LIMIT = "RunAndJudge.cell_timeout=15"
"""One of the traps runs for ever. What waits for a processor is given more: a busy machine stops nobody else."""


def graded_traps(folder: Path) -> SmallCourse:
    """Make the course of traps, and grade all of them in one run of nbgrader."""
    trap_course(folder)
    log = autograde(folder, f"--{TRAP_LIMIT}")
    run_nbgrader(folder, "generate_feedback", ASSIGNMENT)
    return SmallCourse(folder, log)


def cell(
    name: str, source: str, *, solution: bool = False, points: float | None = None
) -> NotebookNode:
    """Return a code cell of a source notebook: a task, or a graded one if it has points."""
    about = nbgrader_metadata(name, solution=solution, points=points)
    return new_code_cell(source, id=name, metadata={"nbgrader": about})


def solved(text: str) -> str:
    """Return the text of a task with its solution marked."""
    return f"### BEGIN SOLUTION\n{text}\n### END SOLUTION"


def make_lab(
    folder: Path, lab: str, cells: Sequence[NotebookNode], work: Mapping[str, Mapping[str, str]]
) -> None:
    """Make a course with one assignment of these cells, released, and hand in what stands in each student's tasks."""
    source = folder / "source" / lab
    source.mkdir(parents=True)
    copy_configs(folder)
    kernel = nbformat.read(SOURCE_NOTEBOOK, as_version=4).metadata
    nbformat.write(new_notebook(cells=list(cells), metadata=kernel), source / f"{lab}.ipynb")
    run_without_assets(folder, *nbgrader_command("generate_assignment", lab))
    for student, answers in work.items():
        notebook = nbformat.read(folder / "release" / lab / f"{lab}.ipynb", as_version=4)
        for one in notebook.cells:
            one.source = answers.get(grade_id(one) or "", one.source)
        place = folder / "submitted" / student / lab
        place.mkdir(parents=True)
        nbformat.write(notebook, place / f"{lab}.ipynb")


def run_without_assets(course: Path, *command: str) -> str:
    """Run a command on a machine that seems to have neither a model nor the data set."""
    nowhere = str(course / "nowhere")
    return output_of(course, command, CLIP_MODEL=nowhere, FASHION_MNIST_ROOT=nowhere, HOME=nowhere)
