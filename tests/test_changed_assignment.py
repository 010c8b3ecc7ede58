"""Points, a check, a text and the choice of experiments change: docs/changing.md, from there to new grades."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.course import ASSIGNMENT, KIT
from autograder.notebook.marks import grade_id
from tests.courses import output_of
from tests.isolation import needs_bubblewrap

pytestmark = needs_bubblewrap
PARTS = ("autograder", "solutions", "source", "nbgrader_config.py", "nbgrader_config.json")
RIGHT = """
def get_cosine_similarity(image_feats, text_feats):
    a, b = (np.asarray(torch.as_tensor(x).cpu(), dtype=np.float64) for x in (image_feats, text_feats))
    a, b = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (a, b))
    return a @ b.T
"""


def replace(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, (path.name, old)
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def without_experiment_d(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    for pattern, new in (
        (r"# %% \[markdown\]\n# ### Experiment D: .*\n(?:#.*\n)+\n", ""),
        (r"# 4\. \*\*D, an idea(?:.*\n)+?(?=#\n)", ""),
        (r'`"C"` or `"D"`', 'or `"C"`'),
        (r'"B", "C", "D"\)', '"B", "C")'),
        (r'"C" or "D"', 'or "C"'),
        (r" For D: the plan and the result\.", ""),
        (r"#\n# For experiment D, .*\n", ""),
    ):
        text, count = re.subn(pattern, new, text)
        assert count == 1, pattern
    source.write_text(text, encoding="utf-8")


def commands(heading: str) -> list[str]:
    """Return the commands that the document shows after some words."""
    text = (KIT / "docs" / "changing.md").read_text(encoding="utf-8").split(heading)[1]
    block = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)[0]
    return [line.split("#")[0].strip() for line in block.splitlines()]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    clone = tmp_path_factory.mktemp("a clone") / "kit"
    clone.mkdir()
    for name in PARTS:
        copy = shutil.copytree if (KIT / name).is_dir() else shutil.copy
        copy(KIT / name, clone / name)
    return clone


def test_from_a_changed_notebook_to_new_grades(clone: Path, tmp_path: Path) -> None:
    course = tmp_path / "course"

    def run(folder: Path, command: str) -> str:
        words = command.replace("CLONE", shlex.quote(str(clone)))
        paths = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        program = "import sys; from autograder.cli import main; sys.exit(main(sys.argv[1:]))"
        own = f'autograder() {{ python -c "{program}" "$@"; }}; {words}'
        return output_of(folder, ["bash", "-c", own], PATH=paths, PYTHONPATH=str(clone))

    def points() -> dict[str, float | None]:
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            graded = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "ann")
            return {grade.name: grade.auto_score for grade in graded.grades}

    run(clone, "autograder build")
    run(clone, f"autograder course '{course}'")
    run(course, f"nbgrader generate_assignment {ASSIGNMENT}")
    released = course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(released, as_version=4)
    for cell in notebook.cells:
        if grade_id(cell) == "similarity":
            cell.source = RIGHT
        elif grade_id(cell) == "experiment_choice":
            cell.source = 'experiment = "D"'
    handed_in = course / "submitted" / "ann" / ASSIGNMENT / released.name
    handed_in.parent.mkdir(parents=True)
    nbformat.write(notebook, handed_in)
    run(course, f"autograder grade {ASSIGNMENT}")
    before = points()
    assert before["check_similarity"] == 6
    assert before["check_experiment"] is None  # a person grades it

    own = clone / "autograder" / "assignments" / ASSIGNMENT
    checks = own / "checks"
    replace(
        checks / "test_similarity.py",
        ('points=2,\n    title="The values', 'points=5,\n    title="The values'),
    )
    source = clone / "source" / f"{ASSIGNMENT}.py"
    replace(
        source,
        ("# Before you write, say the shapes aloud:", "# Before you write, whisper the shapes:"),
        ('id="reflection_umap" points=6', 'id="reflection_umap" points=7'),
    )
    replace(
        own / "interface.py",
        ('OWN_EXPERIMENT: str | None = "D"', "OWN_EXPERIMENT: str | None = None"),
    )
    without_experiment_d(source)
    with pytest.raises(AssertionError, match="is worth 7 points, and the table of cell"):
        run(clone, "autograder build")

    replace(source, ("| 1 | a limit of UMAP", "| 2 | a limit of UMAP"))
    run(clone, "autograder build")  # without the minutes that the notebook runs
    at_first, *_ = commands("In the clone:")
    assert at_first == "autograder build --execute"
    copy, release, grade = commands("In the course,")
    run(course, copy)
    with pytest.raises(
        AssertionError, match="the hidden checks give 9 points, and this course's release 6"
    ):
        run(course, grade)
    assert points() == before
    run(course, release)
    printed = run(course, grade)
    assert points()["check_similarity"] == 9, printed
    assert points()["check_experiment"] == 0
    text = "\n".join(cell.source for cell in nbformat.read(released, as_version=4).cells)
    assert "| 4 A map of the embeddings | 6 | 7 |" in text
    assert "similarity 9," in text
    assert "| **sum** | **63** | **41** |" in text
    assert "whisper the shapes" in text
    assert not re.search(r"experiment D\\b|\"D\"", text, re.IGNORECASE)
