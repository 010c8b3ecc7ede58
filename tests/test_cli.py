"""The command line, and the commands that README and docs show."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from nbgrader.apps.nbgraderapp import NbGraderApp

from autograder.cli import main, make_parser
from autograder.course import ASSIGNMENT, CONFIGS, KIT, copy_configs, nbgrader_command
from autograder.evidence.seeds import SECRET_FILE, course_secret, fingerprint
from autograder.fashion_mnist.data_set import FETCH_COMMAND
from tests.commands import sub_commands

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
    assert make_parser().parse_args(shlex.split(line)[1:]).handler


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


@pytest.mark.parametrize("command", sub_commands(), ids=" ".join)
def test_a_command_has_examples_that_its_parser_takes(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    _, found, text = capsys.readouterr().out.partition("\nExample")
    assert found
    examples = re.findall(r"^  autograder (.+)$", text, re.MULTILINE)
    assert examples
    for example in examples:
        given = shlex.split(example)
        assert given[: len(command)] == list(command)
        assert make_parser().parse_args(given).handler


def test_the_version_is_that_of_the_installed_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"autograder {metadata.version('clip-autograder')}\n"


def test_the_secret_is_named_by_its_fingerprint_and_a_new_one_is_drawn_on_demand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course = tmp_path / "my course"
    assert main(["course", str(course)]) == 0
    assert main(["secret", str(course)]) == 0
    first = course_secret(course)
    assert capsys.readouterr().out.endswith(
        f"{course / SECRET_FILE} is {fingerprint(first)} (its fingerprint).\n"
    )
    (course / SECRET_FILE).unlink()
    assert main(["secret", str(course)]) == 1
    error = capsys.readouterr().err
    way_out = error.split("autograder ")[-1].strip()
    assert main(shlex.split(way_out)) == 0
    assert course_secret(course) != first


HASHED = (KIT / "requirements-hashed.txt").read_text(encoding="utf-8")


def test_every_version_has_hashes_and_nothing_else_stands_beside_them() -> None:
    entries = [line for line in HASHED.splitlines() if not line.startswith("#")]
    pin = re.compile(r"[a-z0-9._-]+==\S+( ; .+)? \\")
    by_hash = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    # No addresses, no options: where packages come from is pip's business.
    assert [line for line in entries if not (pin.fullmatch(line) or by_hash.fullmatch(line))] == []
    assert not re.search(r"https?:|file:|@", HASHED)
    pinned = [number for number, line in enumerate(entries) if pin.fullmatch(line)]
    assert all(by_hash.fullmatch(entries[number + 1]) for number in pinned)
    versions = {
        line.split("==")[0]: line.split("==")[1].split(" ")[0]
        for line in (entries[number] for number in pinned)
    }
    constraints = (KIT / "constraints.txt").read_text(encoding="utf-8")
    wanted = dict(re.findall(r"^([\w.-]+)==(\S+)$", constraints, re.MULTILINE))
    assert len(wanted) > 40
    for name, version in wanted.items():
        assert versions[re.sub(r"[-_.]+", "-", name).lower()] == version
    assert "setuptools" in versions  # builds the kit itself


def test_setup_by_hashes_installs_nothing_without_one() -> None:
    done = subprocess.run(
        ["make", "-n", "setup", "HASHES=1", "VENV=nowhere"],
        cwd=KIT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (line,) = [line for line in done.stdout.splitlines() if "pip install" in line]
    first, second = line.split(" && ")
    assert "--require-hashes --requirement requirements-hashed.txt" in first
    assert "--no-deps --no-build-isolation --editable ." in second


@pytest.mark.parametrize(
    ("pinned", "base", "status"),
    [
        ("", "python:3.12-slim", 0),
        ("1", "python:3.12-slim", 1),
        ("1", "python:3.12-slim@sha256:", 1),
        ("1", f"python@sha256:{'0a' * 32}", 0),
        ("1", f"python@sha256:{'0A' * 31}", 1),
    ],
)
def test_an_image_without_a_digest_is_refused_on_demand(
    pinned: str, base: str, status: int
) -> None:
    recipe = (KIT / "Containerfile").read_text(encoding="utf-8")
    (refusal,) = re.findall(r"^RUN (test -z .*?)\n(?! )", recipe, re.MULTILINE | re.DOTALL)[:1]
    done = subprocess.run(
        ["sh", "-c", refusal],
        env={"PATH": os.environ["PATH"], "PINNED": pinned, "BASE": base},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == status
    assert ("names no digest" in done.stderr) == bool(status)


def test_the_data_set_is_fetched_by_the_name_that_messages_advise(capsys) -> None:
    (command,) = re.findall(r"^autograder (assets fetch fashion-mnist)$", FETCH_COMMAND)
    assert main(command.split()) == 0
    assert "Fashion-MNIST: verified" in capsys.readouterr().out


def test_a_reader_that_goes_before_the_end_is_no_error(tmp_path: Path) -> None:
    program = "from autograder.cli import main; raise SystemExit(main(['assets', 'status']))"
    done = subprocess.run(
        ["bash", "-c", '"$0" -c "$1" | true; echo "${PIPESTATUS[0]}"', sys.executable, program],
        capture_output=True, text=True, check=False, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(KIT)},
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.strip() in ("141", "0")


def test_a_folder_that_nbgrader_takes_for_a_pattern_is_refused(tmp_path: Path, capsys) -> None:
    assert main(["course", str(tmp_path / "Kurs [WS25]" / "course")]) == 1
    said = capsys.readouterr().err
    assert "`[`, `]`" in said
    assert "choose another one" in said
    assert not (tmp_path / "Kurs [WS25]").exists()


@pytest.mark.kernel
def test_a_course_that_was_moved_there_says_so_to_whoever_runs_nbgrader(tmp_path: Path) -> None:
    folder = tmp_path / "a{b}"
    folder.mkdir()
    copy_configs(folder)
    done = subprocess.run(
        nbgrader_command("zip_collect", ASSIGNMENT),
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "nbgrader takes `{`, `}` in" in done.stderr
    assert {path.name for path in folder.iterdir()} == {*CONFIGS}
