"""The command line, and the commands that README and docs show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nbgrader.apps.nbgraderapp import NbGraderApp

from autograder.cli import main, make_parser
from autograder.course import ASSIGNMENT, KIT

README = (KIT / "README.md").read_text(encoding="utf-8")
PAGES = (
    README,
    *(path.read_text(encoding="utf-8") for path in sorted((KIT / "docs").glob("*.md"))),
)
FILLED_IN = {"<assignment>": ASSIGNMENT, "ASSIGNMENT": ASSIGNMENT, "PATTERN": "x"}


def commands(page: str) -> list[str]:
    """Return the lines of a page's shell blocks, fenced or indented, without comments and what stands before them."""
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(
        r"^    (.+)$", re.sub(r"```.*?```", "", page, flags=re.DOTALL), re.MULTILINE
    )
    shown = []
    for line in lines:
        for word, value in FILLED_IN.items():
            line = line.replace(word, value)
        shown.append(re.sub(r"^(\w+=\S+ )*(\.venv/bin/)?", "", line.split("#")[0].strip()))
    return shown


SHOWN = sorted({line for page in PAGES for line in commands(page)})


def test_readme_and_docs_show_commands() -> None:
    assert sum(line.startswith("autograder ") for line in SHOWN) >= 4
    assert sum(line.startswith("nbgrader ") for line in SHOWN) >= 6


@pytest.mark.parametrize("line", [line for line in SHOWN if line.startswith("autograder ")])
def test_a_command_that_is_shown_is_one_that_the_parser_takes(line: str) -> None:
    assert make_parser().parse_args(line.split()[1:]).handler


@pytest.mark.parametrize("line", [line for line in SHOWN if line.startswith("nbgrader ")])
def test_an_nbgrader_command_that_is_shown_exists(line: str) -> None:
    assert line.split()[1] in NbGraderApp.subcommands


@pytest.mark.parametrize("line", [line for line in SHOWN if line.startswith("make ")])
def test_a_target_that_is_shown_is_in_the_makefile(line: str) -> None:
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
