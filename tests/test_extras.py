"""What is said where the extra `clip` is not installed, and that its list is the project's."""

from __future__ import annotations

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest

from autograder import demo, extras
from autograder.assignment import may_bring_grader
from autograder.authoring.new_assignment import add_assignment
from autograder.cli import main
from autograder.course import CONFIG, KIT, copy_configs
from autograder.errors import ExtraError
from autograder.plugins.preprocessors import RunAndJudge

IMPORTED_AS = {"scikit-learn": "sklearn", "umap-learn": "umap"}
WAY_OUT = "torch, umap. pip install 'clip-autograder[clip]'\n"


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = {"torch", "umap"}
    monkeypatch.setattr(
        extras, "find_spec", lambda name: None if name in missing else find_spec(name)
    )


def test_the_extra_is_what_the_project_says() -> None:
    project = tomllib.loads((KIT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split("[<>=]", item)[0] for item in project["optional-dependencies"]["clip"]}
    assert {IMPORTED_AS.get(name, name) for name in named} == extras.CLIP
    of_all = {re.split("[<>=]", item)[0] for item in project["dependencies"]}
    assert not of_all & named


@pytest.mark.usefixtures("without_torch")
@pytest.mark.parametrize("command", [["demo", "FOLDER"], ["build"], ["build", "--check"]])
def test_a_command_that_needs_the_extra_says_so_in_a_sentence(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    assert main([str(folder) if word == "FOLDER" else word for word in command]) == 1
    assert capsys.readouterr().err.endswith(WAY_OUT)
    assert not folder.exists()


@pytest.mark.usefixtures("without_torch")
def test_so_does_checking_a_notebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = tmp_path / "notebook.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), notebook)
    assert main(["check", str(notebook)]) == 2
    assert WAY_OUT in capsys.readouterr().err


@pytest.mark.usefixtures("without_torch")
def test_only_the_kits_own_assignment_needs_it_while_grading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_configs(tmp_path)
    add_assignment(tmp_path, "lab")
    monkeypatch.chdir(tmp_path)
    own = RunAndJudge().assignment_of("lab")
    assert own is not None
    assert not own.has_grader
    kits = RunAndJudge().assignment_of("assignment_2")
    assert kits is not None
    for use in (kits.grader().open, kits.grader().digests):
        with pytest.raises(ExtraError, match=r"clip-autograder\[clip\]"):
            use("", "")


def test_a_package_that_is_missed_on_the_way_is_told_of_as_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(name: str) -> None:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(demo, "run_demo", lambda *_: stop("torch.nn"))
    assert main(["demo", str(tmp_path)]) == 1
    assert capsys.readouterr().err.endswith("torch. pip install 'clip-autograder[clip]'\n")
    monkeypatch.setattr(demo, "run_demo", lambda *_: stop("something_else"))
    with pytest.raises(ModuleNotFoundError):
        main(["demo", str(tmp_path)])


def test_workers_load_heavy_libraries_only_where_the_kits_checks_may_judge(tmp_path: Path) -> None:
    copy_configs(tmp_path)
    add_assignment(tmp_path, "lab")
    assert may_bring_grader(tmp_path, "assignment_2")
    assert not may_bring_grader(tmp_path, "lab")
    assert not may_bring_grader(tmp_path, "plain")
    assert may_bring_grader(
        tmp_path, "plain", ["--RunAndJudge.judged_as={'plain': 'assignment_2'}"]
    )
    with (tmp_path / CONFIG).open("a", encoding="utf-8") as config:
        config.write("c.RunAndJudge.judged_as = {'plain': 'assignment_2'}\n")
    assert may_bring_grader(tmp_path, "plain")
    assert not may_bring_grader(tmp_path, "lab")
