"""The command line, and the commands that the README shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nbgrader.apps.nbgraderapp import NbGraderApp

from autograder.cli import main, make_parser
from autograder.course import KIT
from autograder.notebook.build import ASSIGNMENT

README = (KIT / "README.md").read_text(encoding="utf-8")
SHOWN = [
    re.sub(r"^(\w+=\S+ )*(\.venv/bin/)?", "", line.split("#")[0].strip())
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]


def test_the_readme_shows_commands() -> None:
    assert sum(line.startswith("autograder ") for line in SHOWN) >= 4
    assert sum(line.startswith("nbgrader ") for line in SHOWN) >= 6


@pytest.mark.parametrize("line", [line for line in SHOWN if line.startswith("autograder ")])
def test_a_command_of_the_readme_is_one_that_the_parser_takes(line: str) -> None:
    assert make_parser().parse_args(line.split()[1:]).handler


@pytest.mark.parametrize("line", [line for line in SHOWN if line.startswith("nbgrader ")])
def test_an_nbgrader_command_of_the_readme_exists(line: str) -> None:
    assert line.split()[1] in NbGraderApp.subcommands


@pytest.mark.parametrize("line", [line for line in SHOWN if line.startswith("make ")])
def test_a_target_of_the_readme_is_in_the_makefile(line: str) -> None:
    targets = re.findall(r"^(\w+):", (KIT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert line.split()[1] in targets


def test_pictures_of_the_readme_are_there() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures
    assert all((KIT / picture).is_file() for picture in pictures)


def test_course_and_samples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    course = tmp_path / "course"
    assert main(["course", str(course)]) == 0
    assert f"nbgrader generate_assignment {ASSIGNMENT}" in capsys.readouterr().out
    assert main(["samples", str(course)]) == 1
    assert "generate_assignment" in capsys.readouterr().err
    assert main(["course", str(course)]) == 1
    assert "not empty" in capsys.readouterr().err


def test_build_says_that_the_notebook_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--check"]) == 0
    assert capsys.readouterr().out == "up to date\n"


def test_assets_status_names_what_is_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assets", "status"]) == 0
    out = capsys.readouterr().out
    assert "Fashion-MNIST" in out
    assert "small" in out


def test_a_report_without_a_gradebook_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(tmp_path)]) == 1
    assert "nbgrader autograde" in capsys.readouterr().err
