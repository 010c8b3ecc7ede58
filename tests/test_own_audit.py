"""`autograder audit --assignment`: a course's own checks against right and wrong work that its author has written."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.assignment import OWN_CHECKS
from autograder.authoring.new_assignment import GRADED, TASK
from autograder.authoring.own_audit import VARIANTS
from autograder.cli import main
from autograder.course import copy_configs

NAME = "lab one"
PLACE = Path(OWN_CHECKS, NAME, VARIANTS, GRADED)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy_configs(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["new", NAME]) == 0
    return tmp_path


def audit(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    status = main(["audit", "--assignment", NAME, "--seeds", "5"])
    told = capsys.readouterr()
    return status, told.out + told.err


def test_what_autograder_new_writes_meets_the_bar(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = audit(capsys)
    assert status == 0
    assert f"{GRADED}: 2 of 2 right spared, 1 of 1 wrong caught as they have to be" in told


def test_what_is_judged_otherwise_is_listed(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = {
        "spared": ("# wrong: nothing, in truth", "return [sum(r) / max(1, len(r)) for r in table]"),
        "hit": ("# right: so it is said", "return [0 for row in table]"),
        "another": (
            "# wrong: of another kind\n# misconception: divided-by-rows",
            "return [max(row, default=0) for row in table]",
        ),
    }
    for name, (header, body) in work.items():
        (PLACE / f"{name}.py").write_text(f"{header}\n\ndef {TASK}(table):\n    {body}\n")
    status, told = audit(capsys)
    assert status == 1
    assert f"{GRADED}/spared, 5 seeds: passed all checks" in told
    assert f"{GRADED}/hit" in told
    assert "failed: " in told
    assert f"{GRADED}/another, 5 seeds: called nothing, expected divided-by-rows" in told
    assert f"{GRADED}: 2 of 3 right spared, 1 of 3 wrong caught as they have to be" in told


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (PLACE / "a.py", "x = 1\n", "a.py: begin it with a line `# right:"),
        (PLACE / "a.py", "# wrong: w\n# about: x\n", "a.py: the header has an unknown key 'about'"),
        (PLACE / "a.py", "# right: r\n# misconception: m\n", "unknown key 'misconception'"),
        (PLACE / "a.py", "# wrong: w\n# misconception: m\n", "no mistake is called 'm'; there are"),
        (PLACE / "a.py", "# right: r\n\nraise KeyError(1)\n", "a stops with KeyError: 1"),
        (PLACE / "a.py", "# right: r\n\ndef (\n", "a is no Python"),
        (PLACE.parent / "check_x/a.py", "# right: r\n", "no checks judge a cell 'check_x'"),
    ],
)
def test_a_variant_that_cannot_be_used_is_named(
    course: Path, capsys: pytest.CaptureFixture[str], path: Path, text: str, said: str
) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    status, told = audit(capsys)
    assert (status, said in told) == (1, True), told


def test_an_assignment_without_checks_is_told_whose_audit_it_is(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "--assignment", "plain"]) == 2
    assert "name one of: assignment_2" in capsys.readouterr().err
