"""What was handed in against what was declared: the instructor's list, `autograder status`, and comments to paste."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.errors import CourseError
from autograder.operation.handing_out import add_preflight
from autograder.preflight import preflight
from autograder.report.handed_in import comment, handed_in, summary
from tests.courses import ASSIGNMENT, make_small_course, opened_gradebook, submit
from tests.preflighted import SCRIPT, code, git, markdown, notebook, put, repository

NAME = "lab"
DECLARED = {
    "assignment": NAME,
    "branch": "lab",
    "required": ["lab.ipynb", "lab_5*.ipynb"],
    "due": "2026-12-01T12:00:00+01:00",
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Four submissions: as declared; too little; broken and late; and a link instead of a folder."""
    course = tmp_path / "my course"
    put(course / "source" / NAME / preflight.DECLARATION, DECLARED)
    put(course / "source" / NAME / "lab.ipynb", notebook())

    def place(student: str) -> Path:
        return course / "submitted" / student / NAME

    repository(place("Zoë"))
    for name in ("lab.ipynb", "lab_5.ipynb"):
        put(place("Zoë") / name, notebook())
    put(place("Zoë") / "timestamp.txt", b"2026-12-01 10:59:00 UTC\n")
    put(place("ben") / "lab.ipynb", notebook())
    put(place("ben") / "branch.txt", b"main\n")
    put(place("ben") / "pull_request.txt", b"https://github.com/ben/course/tree/main\n")
    put(place("cleo") / "lab.ipynb", b"{")
    put(place("cleo") / "timestamp.txt", b"2026-12-02 12:00:00 UTC")
    put(place("cleo") / "weights.pt", b"x")
    place("dora").parent.mkdir()
    place("dora").symlink_to(place("Zoë"))
    return course


def test_each_submission_is_held_against_the_declaration(course: Path) -> None:
    found = {one.student: one.reasons for one in handed_in(course, NAME)}
    assert found == {
        "Zoë": (),
        "ben": ("wrong branch", "lab_5 missing", "link to no pull request"),
        "cleo": ("late", "lab_5 missing", "lab broken", "data or weights handed in"),
        "dora": ("no folder handed in",),
    }
    assert summary(handed_in(course, NAME)).startswith(
        "3 of 4 submissions are not as declared: lab_5 missing (2), wrong branch (1)"
    )


def test_the_command_lists_them_and_what_was_not_checked(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["preflight", "--course", str(course)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("3 of 4 ")
    assert lines[2] == "ben: wrong branch, lab_5 missing, link to no pull request"
    assert lines[-1] == "Not checked: branch (1), due (1)"
    assert main(["preflight", "--course", str(course), "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [one["student"] for one in data if one["passed"]] == ["Zoë"]


def test_a_comment_for_each_is_written_for_its_owner_alone(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "comments"
    assert main(["preflight", "--course", str(course), "--comments", str(folder)]) == 1
    assert {path.name for path in folder.iterdir()} == {
        f"{s}.md" for s in ("Zoë", "ben", "cleo", "dora")
    }
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    text = (folder / "ben.md").read_text(encoding="utf-8")
    assert text.startswith(
        "**lab** has arrived, but not as it was asked for:\n\n- the branch is main, and lab"
    )
    assert "- lab\\_5 (a file lab\\_5\\*.ipynb) is missing." in text
    assert "all that was asked for is there" in (folder / "Zoë.md").read_text(encoding="utf-8")


def test_a_comment_shows_what_a_student_wrote_and_does_not_obey_it(course: Path) -> None:
    """It is posted in the instructor's name: no mention, no link, no markup out of a notebook."""
    evil = "# @everyone [x](http://a) `rm` <img src=x> ![p](q) #12"
    put(
        course / "submitted" / "ben" / NAME / "lab.ipynb",
        notebook(markdown(evil), code("1", 1, error="E")),
    )
    (ben,) = (one for one in handed_in(course, NAME) if one.student == "ben")
    text = comment(ben, NAME)
    assert "@<!-- -->everyone" in text
    assert "\\[x\\](http://a) 'rm' \\<img" in text
    assert "#<!-- -->12" in text


def test_nothing_of_a_strangers_is_followed_or_run(course: Path, tmp_path: Path) -> None:
    """A clone's configuration may name programs, its HEAD may be a link: it is read as text or not at all."""
    clone = course / "submitted" / "Zoë" / NAME
    git(clone, "config", "core.fsmonitor", f"touch {tmp_path / 'ran'}")
    git(clone, "config", "core.sshCommand", f"touch {tmp_path / 'ran'}")
    (tmp_path / "ran").unlink(missing_ok=True)
    assert handed_in(course, NAME)[0].reasons == ()
    assert not (tmp_path / "ran").exists()
    (tmp_path / "HEAD").write_text("ref: refs/heads/secret", encoding="utf-8")
    (clone / ".git" / "HEAD").unlink()
    (clone / ".git" / "HEAD").symlink_to(tmp_path / "HEAD")
    lines = {line.check: line.state for line in handed_in(course, NAME)[0].lines}
    assert lines["branch"] == "not checked"


def test_a_course_that_declares_nothing_is_told_where_to(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = course / "source" / NAME / preflight.DECLARATION
    put(file, {"required": 3})
    with pytest.raises(CourseError, match=r"handing_in.json: `required` is to be a list"):
        handed_in(course, NAME)
    file.unlink()
    assert main(["preflight", "--course", str(course)]) == 1
    assert f"{file} is not there" in capsys.readouterr().err
    assert main(["preflight", "elsewhere", "--course", str(course)]) == 2


def test_a_release_that_declares_something_gets_the_file_that_looks(tmp_path: Path) -> None:
    release = tmp_path / "release"
    release.mkdir()
    add_preflight(release)
    assert list(release.iterdir()) == []
    put(release / preflight.DECLARATION, DECLARED)
    add_preflight(release)
    assert (release / SCRIPT.name).read_bytes() == SCRIPT.read_bytes()
    put(release / SCRIPT.name, b"the course's own")
    add_preflight(release)
    assert (release / SCRIPT.name).read_bytes() == b"the course's own"


@pytest.mark.kernel
def test_status_says_how_many_are_not_as_declared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course = tmp_path / "course"
    make_small_course(course)
    submit(course, "ada", lambda notebook: None)
    with opened_gradebook(course) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(ASSIGNMENT, "ada")
    assert main(["status", str(course)]) == 0
    assert "as declared" not in capsys.readouterr().out
    declared = {"assignment": ASSIGNMENT, "required": [f"{ASSIGNMENT}.ipynb", "lab_5.ipynb"]}
    put(course / "source" / ASSIGNMENT / preflight.DECLARATION, declared)
    assert main(["status", str(course)]) == 0
    assert (
        "\n1 of 1 submissions are not as declared: lab_5 missing (1), " in capsys.readouterr().out
    )
