"""A course is its owner's alone, and what students must read is still theirs to read."""

from __future__ import annotations

import html
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.clip.assets import find_fashion_mnist, find_model, offline_environment
from autograder.course import make_course, nbgrader_command
from autograder.permissions import close, loose, written_privately
from autograder.report.export import CsvWithStates
from tests.courses import ASSIGNMENT, build_small_course
from tests.ordinary_user import any_user, command_as


def open_to_others(folder: Path) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in (folder, *folder.rglob("*"))
        if path.stat().st_mode & 0o077
    ]


@pytest.mark.parametrize("command", [False, True])
def test_a_new_course_is_its_owners_alone_whatever_the_umask(tmp_path: Path, command: bool) -> None:
    folder = tmp_path / "my course"
    before = os.umask(0)
    try:
        if command:
            assert main(["course", str(folder)]) == 0
        else:
            make_course(folder)
    finally:
        assert os.umask(before) == 0  # the caller's own is left as it was
    assert open_to_others(folder) == []
    assert loose(folder) == ()


@pytest.fixture(scope="module")
def course(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, with a release that real nbgrader has made under the umask that most systems have."""
    folder = tmp_path_factory.mktemp("course") / "my course"
    before = os.umask(0o022)
    try:
        build_small_course(folder)
    finally:
        os.umask(before)
    return folder


def test_nbgrader_writes_a_course_for_its_owner_and_the_release_for_all(course: Path) -> None:
    assert open_to_others(course / "gradebook.db") == []
    release = [course / "release", *(course / "release").rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in release if path.is_dir()} == {0o755}
    assert {stat.S_IMODE(path.stat().st_mode) for path in release if path.is_file()} == {0o644}


INSTRUCTORS_STEPS = """
import json, sys
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.nbgraderapp import NbGraderApp

exchange, *steps = sys.argv[1:]
app = NbGraderApp()
app.load_config_file()
app.config.Exchange.root = exchange
app.config.RunAndJudge.isolation = "none"
api = NbGraderAPI(config=app.config)
for step in steps:
    name, *student = step.split(":")
    done = getattr(api, name)("small", *student)
    assert done["success"], (step, done)
    print(done.get("log", ""))
"""
"""What an instructor does from formgrader, in one process."""
DECOMPOSED = "O'Brien, Zoe\u0308 (Zo)"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_from_release_to_feedback_as_ordinary_users_whatever_files_are_called(
    course: Path, tmp_path: Path
) -> None:
    """A student's notebook has another name, and the name of our page is taken by a file that may not be written."""
    course = Path(shutil.copytree(course, tmp_path / "our course"))
    srv, home = tmp_path / "srv", tmp_path / "student"
    exchange = srv / "nbgrader" / "exchange"
    instructor, student = any_user(), pwd.getpwnam("nobody").pw_uid  # nbgrader wants an account
    for folder in (srv, home):
        folder.mkdir(mode=0o755)
    own(srv, instructor)
    own(course, instructor)
    own(home, student)
    data = find_fashion_mnist()
    assets = offline_environment(find_model(), data, find_model("tiny"))
    at = (f"--Exchange.root={exchange}", "--CourseDirectory.course_id=clip_fashion_mnist")

    def run(user: int, folder: Path, command: list[str]) -> str:
        shell = ["sh", "-c", 'cd "$0" && exec "$@"', str(folder), *command]
        theirs = {"HOME": str(folder), "PATH": os.environ["PATH"], "JUPYTERHUB_USER": "nobody"}
        theirs |= assets
        done = subprocess.run(
            command_as(user, shell, [tmp_path, data]), cwd=tmp_path, env=theirs, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout

    def teach(*steps: str) -> str:
        code = [sys.executable, "-c", INSTRUCTORS_STEPS, str(exchange), *steps]
        return run(instructor, course, code)

    teach("release_assignment")
    run(student, home, nbgrader_command("fetch_assignment", ASSIGNMENT, *at))
    work = home / ASSIGNMENT
    (work / f"{ASSIGNMENT}.ipynb").unlink()
    text = (course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text(encoding="utf-8")
    done = text.replace("YOUR ANSWER HERE", "My answer.")
    (work / f"{ASSIGNMENT} (1).ipynb").write_text(done, encoding="utf-8")
    (work / f"{ASSIGNMENT}.html").write_text("exported")
    (work / f"{ASSIGNMENT}.html").chmod(0o444)
    own(work, student)
    run(student, home, nbgrader_command("submit", ASSIGNMENT, *at))
    # This one has come by another way, from a Mac.
    other = course / "submitted" / DECOMPOSED / ASSIGNMENT
    (other / f"{ASSIGNMENT}.html").mkdir(parents=True)
    (other / f"{ASSIGNMENT}.html" / "style.css").touch(mode=0o400)
    (other / f"{ASSIGNMENT.upper()}.HTML").touch(mode=0o444)
    (other / f"{ASSIGNMENT}.ipynb").write_text(done, encoding="utf-8")
    own(course / "submitted", instructor)
    log = teach(
        "collect",
        f"autograde:{DECOMPOSED}",
        "autograde:nobody",
        "generate_feedback",
        "release_feedback",
    )

    assert f"nobody: `{ASSIGNMENT} (1).ipynb` has another name" in log
    assert "Not released, was not handed in by `nbgrader submit`" in log
    zoe = course / "feedback" / unicodedata.normalize("NFC", DECOMPOSED) / ASSIGNMENT
    assert [path.name for path in zoe.iterdir()] == [f"{ASSIGNMENT}.html"]
    assert "Score: 0.0 / 15.0; 1 not graded yet" in words(
        (zoe / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")
    )
    assert stat.S_IMODE((course / "submitted" / "nobody").stat().st_mode) == 0o700
    run(student, home, nbgrader_command("fetch_feedback", ASSIGNMENT, *at))
    (page,) = work.glob("feedback/*/*.html")
    assert page.stem == f"{ASSIGNMENT} (1)"
    assert "has another name than the notebook" in page.read_text(encoding="utf-8")


def words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def own(folder: Path, user: int) -> None:
    """Give a folder and all that is in it to a user."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user)


def test_what_is_open_is_named_with_a_command_that_closes_it(course: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(course, tmp_path / "my course"))
    close(folder)
    assert loose(folder) == ()
    folder.chmod(0o711)
    for name, mode in (("gradebook.db", 0o644), ("source", 0o755), ("release", 0o755)):
        (folder / name).chmod(mode)
    (folder / "link").symlink_to("/etc")
    found = {one.path.name: one for one in loose(folder)}
    assert set(found) == {"my course", "gradebook.db", "source"}
    assert f"{folder} is open to other users (0711)" in found["my course"].sentence
    for one in found.values():
        subprocess.run(["sh", "-c", one.way_out], check=True)
    assert loose(folder) == ()
    assert stat.S_IMODE((folder / "release").stat().st_mode) == 0o755


def test_a_group_that_shares_a_course_by_its_set_group_id_bit_is_meant(tmp_path: Path) -> None:
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "gradebook.db").touch()
    (folder / "gradebook.db").chmod(0o660)
    folder.chmod(0o2770)
    assert loose(folder) == ()
    (folder / "gradebook.db").chmod(0o664)
    folder.chmod(0o2775)
    assert [one.way_out.split()[1] for one in loose(folder)] == ["o=", "o="]


def test_tables_and_pages_are_written_for_their_owner(course: Path, tmp_path: Path) -> None:
    from nbgrader.api import Gradebook

    before = os.umask(0o022)
    try:
        with written_privately(), Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            CsvWithStates(to=str(tmp_path / "grades.csv")).export(gradebook)
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    assert open_to_others(tmp_path / "grades.csv") == []
