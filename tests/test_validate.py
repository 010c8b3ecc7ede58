"""What a student presses before handing in: Validate in JupyterLab, `nbgrader validate` and `nbgrader submit`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.authoring.command import SOURCE_NOTEBOOK
from autograder.authoring.release import RELEASE
from autograder.clip.assets import find_fashion_mnist, find_model, offline_environment
from autograder.course import ASSIGNMENT, CONFIG, nbgrader_command
from tests.browser import TOKEN, jupyter, needs_browser
from tests.courses import ASSIGNMENT as SMALL
from tests.courses import SmallCourse, autograde, make_small_course, submit
from tests.pages_in_use import page_at

pytestmark = pytest.mark.kernel

NOTEBOOK = f"{ASSIGNMENT}.ipynb"
OPEN_SECONDS, VALIDATED_SECONDS = 120, 480
PRESS = "document.querySelector('jp-button.validate-button')"
DIALOG = "document.querySelector('.jp-Dialog-content')?.innerText"
COURSE = "clip"


def assets() -> dict[str, str]:
    return offline_environment(find_model(), find_fashion_mnist(), find_model("tiny"))


def as_student(folder: Path, *arguments: str, **variables: str) -> str:
    """Run nbgrader as somebody without a configuration of their own; return all that it says."""
    home = folder / ".home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        nbgrader_command(*arguments),
        cwd=folder,
        env={**os.environ, **assets(), "HOME": str(home), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def work(folder: Path, edit: Callable[[dict[str, NotebookNode]], None] | None = None) -> Path:
    """Put the release's files into a folder, with the reference solution after an edit of its cells."""
    shutil.copytree(RELEASE, folder)
    notebook = nbformat.read(SOURCE_NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    if edit is not None:
        edit({cell.id: cell for cell in notebook.cells})
    nbformat.write(notebook, folder / NOTEBOOK)
    return folder


def sleeps(cells: dict[str, NotebookNode]) -> None:
    """Let a cell run longer than the 30 seconds that nbgrader gives it."""
    cells["baseline"].source = "import time\n\ntime.sleep(40)\n" + cells["baseline"].source


def quick(cells: dict[str, NotebookNode]) -> None:
    (cell,) = (cell for cell in cells.values() if cell.source == "QUICK = False")
    cell.source = "QUICK = True"


@needs_browser
def test_the_button_says_success_to_right_work_without_any_configuration(tmp_path: Path) -> None:
    """Started elsewhere, Jupyter does not find what lies beside the notebook."""
    work(tmp_path / ASSIGNMENT)
    (tmp_path / "home").mkdir()
    served = jupyter(
        "lab", root=tmp_path, started_in=Path("/"), HOME=str(tmp_path / "home"), **assets()
    )
    with served as address:
        place = f"{address}lab/tree/{ASSIGNMENT}/{NOTEBOOK}?token={TOKEN}"
        with page_at(place, tmp_path / "profile") as page:
            page.wait_for(f"{PRESS} !== null", OPEN_SECONDS)
            page.wait_for("document.querySelectorAll('.jp-Cell').length > 9", OPEN_SECONDS)
            page.evaluate(f"{PRESS}.click()")
            said = page.wait_for(DIALOG, VALIDATED_SECONDS)
    assert "Success! Your notebook passes all the tests." in said


def test_a_cell_that_runs_too_long_is_named_and_called_so(tmp_path: Path) -> None:
    """With 35 seconds a cell instead of nbgrader's 30, so that nothing else is stopped on a busy machine."""
    folder = work(tmp_path / ASSIGNMENT, sleeps)
    config = (folder / CONFIG).read_text(encoding="utf-8")
    assert "c.Execute.timeout = 600\n" in config
    (folder / CONFIG).write_text(config.replace("timeout = 600", "timeout = 35"), encoding="utf-8")
    said = as_student(folder, "validate", NOTEBOOK)
    error = said.split("The error was:")[1]
    assert said.count("The error was:") == 1
    assert "The cell that begins with\n        time.sleep(40)\n    ran too long" in error
    assert "not defined" not in said


def test_the_configuration_beside_the_notebook_is_read_in_its_folder(tmp_path: Path) -> None:
    folder = work(tmp_path / ASSIGNMENT, sleeps)
    said = as_student(folder, "validate", NOTEBOOK)
    assert said.endswith("Success! Your notebook passes all the tests.\n"), said


def test_quick_figures_are_refused_by_the_visible_tests(tmp_path: Path) -> None:
    """Under an open notebook's kernel, which has JPY_SESSION_NAME, Validate's own quick mode is off."""
    folder = work(tmp_path / ASSIGNMENT, quick)
    said = as_student(folder, "validate", NOTEBOOK, JPY_SESSION_NAME=NOTEBOOK)
    for figure in ("baseline_accuracy", "improved_accuracy", "all_img_emb", "top_k_results"):
        assert f"{figure} was measured in quick mode, on 200 images: no final figure." in said
    assert said.count("The error was:") == 4


def submitted(folder: Path) -> list[str]:
    """Hand in the assignment that lies in a folder; return the names of the files that arrive in the exchange."""
    exchange = folder / "exchange"
    inbound = exchange / COURSE / "inbound"
    for way in (inbound, exchange / COURSE / "outbound" / ASSIGNMENT):
        way.mkdir(parents=True)
    options = (f"--Exchange.root={exchange}", f"--course={COURSE}", "--student=ann")
    assert "Submitted as" in as_student(folder, "submit", ASSIGNMENT, *options)
    (arrived,) = inbound.iterdir()
    return sorted(path.name for path in arrived.rglob("*") if path.is_file())


NBGRADERS = ["submission_secret.txt", "timestamp.txt"]
BESIDE = [CONFIG, "handing_in.json", "preflight.py"]
"""What the release holds besides, and its configuration leaves out where it is read."""
WORK = ["assignment_1_cnn.safetensors", NOTEBOOK]


def test_the_data_set_is_not_handed_in(tmp_path: Path) -> None:
    """The cells that get the data set are run as at home, where no variable says where it lies."""
    folder = work(tmp_path / ASSIGNMENT)
    home = tmp_path / "home"
    (home / "fashion-mnist-data").mkdir(parents=True)
    (home / "fashion-mnist-data" / "FashionMNIST").symlink_to(
        find_fashion_mnist() / "FashionMNIST"
    )  # so that torchvision finds there what it would download
    cells = {cell.id: cell for cell in nbformat.read(folder / NOTEBOOK, as_version=4).cells}
    steps = ("helpers", "setup", "loading_given", "loading")
    code = "\n".join([*(cells[step].source for step in steps), "print(len(test_dataset))"])
    environment = {**os.environ, **assets(), "HOME": str(home), "MPLBACKEND": "agg"}
    del environment["FASHION_MNIST_ROOT"]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.endswith("10000\n")
    assert submitted(tmp_path) == sorted([*NBGRADERS, *WORK, *BESIDE])


@pytest.mark.parametrize("config", [False, True])
def test_an_older_notebooks_data_set_is_left_where_the_configuration_is_read(
    tmp_path: Path, config: bool
) -> None:
    folder = work(tmp_path / ASSIGNMENT)
    raw = folder / "data" / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "t10k-labels-idx1-ubyte").write_bytes(bytes(10_008))
    if config:
        shutil.copy(folder / CONFIG, tmp_path)
    arrived = submitted(tmp_path)
    assert ("t10k-labels-idx1-ubyte" in arrived) is not config
    assert (not set(BESIDE) & set(arrived)) is config
    assert set(WORK) <= set(arrived)


def test_a_configuration_that_is_handed_in_is_never_run_by_the_grader(tmp_path: Path) -> None:
    """Without a room, in which nothing that it does would be seen."""
    canary = tmp_path / "canary"
    course = tmp_path / "course"
    course.mkdir()
    make_small_course(course)
    submit(course, "ann", lambda notebook: None)
    config = f"from pathlib import Path\nPath({str(canary)!r}).touch()\nraise SystemExit(3)\n"
    submission = course / "submitted" / "ann" / SMALL
    for name in (CONFIG, "nbgrader_config.json"):
        (submission / name).write_text(config, encoding="utf-8")
    log = autograde(course, "--RunAndJudge.isolation=none")
    assert sum(score or 0 for score in SmallCourse(course, log).scores("ann").values()) == 11, log
    assert not canary.exists()
