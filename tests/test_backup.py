"""Backup and restore: a course comes back as it was, and an archive that was tampered with writes nothing."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.evidence import record
from autograder.evidence.record import RECORD, breaks
from autograder.evidence.seeds import SECRET_FILE, course_secret, fingerprint
from tests.operation_courses import TASK, mentions, operated_course
from tests.ordinary_user import any_user, command_as


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    return operated_course(folder / "course", folder / "exchange", ("ada", "ada lovelace", "=ada"))


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Path:
    """A copy of the course, for one test."""
    return Path(shutil.copytree(made, tmp_path / "my course"))


@pytest.fixture
def archive(course: Path, tmp_path: Path) -> Path:
    """A backup of the course."""
    assert main(["backup", str(course), str(tmp_path / "a backup.tar.gz")]) == 0
    return tmp_path / "a backup.tar.gz"


def modes(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode)
        for path in folder.rglob("*")
    }


def test_a_course_comes_back_as_it_was_for_its_owner_alone(
    course: Path, tmp_path: Path, capsys
) -> None:
    backup, again = tmp_path / "a backup.tar.gz", tmp_path / "new folder" / "my course"
    secret = fingerprint(course_secret(course))
    assert main(["backup", str(course), str(backup)]) == 0
    out = capsys.readouterr().out
    assert f"with the secret {secret}. It holds grades" in out
    assert f"autograder restore '{backup}' FOLDER" in out.splitlines()[-1]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert main(["restore", str(backup), str(again)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"The course is in {again}."
    passing = {RECORD, "gradebook.db", f".grading/{TASK}/lock"}
    before, after = mentions(course), mentions(again)
    assert {p: c for p, c in after.items() if p not in passing} == {
        p: c for p, c in before.items() if p not in passing
    }
    assert {p: m for p, m in modes(again).items() if p not in passing} == {
        p: m for p, m in modes(course).items() if p not in passing
    }
    assert stat.S_IMODE(again.stat().st_mode) == 0o700
    assert stat.S_IMODE((again / SECRET_FILE).stat().st_mode) == 0o600
    assert course_secret(again) == course_secret(course)
    with (
        sqlite3.connect(course / "gradebook.db") as one,
        sqlite3.connect(again / "gradebook.db") as other,
    ):
        assert list(one.iterdump()) == list(other.iterdump())
    assert [list(record.read(folder))[-1]["event"] for folder in (course, again)] == [
        record.BACKUP_MADE,
        record.RESTORED,
    ]
    assert breaks(again) == ()


def test_a_change_that_is_under_way_in_the_gradebook_is_not_half_in_the_backup(
    course: Path, tmp_path: Path
) -> None:
    with sqlite3.connect(course / "gradebook.db", isolation_level=None) as writing:
        writing.execute("PRAGMA journal_mode = WAL")
        writing.execute("INSERT INTO student (id) VALUES ('done')")
        writing.execute("BEGIN IMMEDIATE")
        writing.execute("INSERT INTO student (id) VALUES ('half')")
        assert (course / "gradebook.db-wal").stat().st_size > 0
        assert main(["backup", str(course), str(tmp_path / "b")]) == 0
        writing.execute("ROLLBACK")
    assert main(["restore", str(tmp_path / "b"), str(tmp_path / "again")]) == 0
    assert not list((tmp_path / "again").glob("gradebook.db-*"))
    with sqlite3.connect(tmp_path / "again" / "gradebook.db") as gradebook:
        names = {name for (name,) in gradebook.execute("SELECT id FROM student")}
    assert "done" in names
    assert "half" not in names


def test_a_damaged_gradebook_is_said_and_not_kept(course: Path, tmp_path: Path, capsys) -> None:
    content = bytearray((course / "gradebook.db").read_bytes())
    content[4096 : 4096 * 6] = b"x" * 4096 * 5
    (course / "gradebook.db").write_bytes(content)
    assert main(["backup", str(course), str(tmp_path / "b")]) == 1
    assert "gradebook.db is damaged" in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


def test_nothing_is_overwritten(course: Path, archive: Path, tmp_path: Path, capsys) -> None:
    before = archive.read_bytes()
    assert main(["backup", str(course), str(archive)]) == 1
    assert "no backup is overwritten" in capsys.readouterr().err
    assert archive.read_bytes() == before
    assert main(["restore", str(archive), str(course)]) == 1
    assert "nothing is overwritten" in capsys.readouterr().err
    assert main(["restore", str(archive), str(archive)]) == 1
    assert main(["backup", str(course), str(course / "within.tar.gz")]) == 1
    assert "outside" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert main(["restore", str(archive), str(tmp_path / "empty")]) == 0
    assert (tmp_path / "empty" / SECRET_FILE).is_file()


def test_links_and_pipes_are_left_out_and_named(course: Path, tmp_path: Path, capsys) -> None:
    (tmp_path / "outside.txt").write_text("not of the course")
    (course / "submitted" / "ada" / "link").symlink_to(tmp_path / "outside.txt")
    os.mkfifo(course / "submitted" / "ada" / "pipe")
    assert main(["backup", str(course), str(tmp_path / "b")]) == 0
    out = capsys.readouterr().out
    assert "Left out, no file: " in out
    assert all(f"submitted/ada/{name}" in out for name in ("link", "pipe"))
    assert main(["restore", str(tmp_path / "b"), str(tmp_path / "again")]) == 0
    assert b"not of the course" not in b"".join(mentions(tmp_path / "again").values())


def test_a_gradebook_on_a_server_or_elsewhere_is_refused_with_the_way_out(
    course: Path, tmp_path: Path, capsys
) -> None:
    config = (course / "nbgrader_config.py").read_text()
    for url, way_out in (
        ("postgresql+psycopg://grader@db/course", "pg_dump"),
        (f"sqlite:///{tmp_path}/g.db", ".backup"),
    ):
        (course / "nbgrader_config.py").write_text(
            f"{config}\nc.CourseDirectory.db_url = {url!r}\n"
        )
        assert main(["backup", str(course), str(tmp_path / "b")]) == 1
        error = capsys.readouterr().err
        assert way_out in error
        assert "--without-gradebook" in error
        assert not (tmp_path / "b").exists()
    assert main(["backup", str(course), str(tmp_path / "b"), "--without-gradebook"]) == 0
    assert "WITHOUT the gradebook" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "b"), str(tmp_path / "again")]) == 0
    assert "holds no gradebook" in capsys.readouterr().out


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, target, 4 if kind == tarfile.REGTYPE else 0
    return info


EVIL = {
    "above": [member("course/../../evil")],
    "absolute": [member("/tmp/evil-of-a-backup")],
    "absolute within": [member("course//../../../evil")],
    "elsewhere": [member("evil")],
    "a link and a file behind it": [
        member("course/x", tarfile.SYMTYPE, ".."),
        member("course/x/evil"),
    ],
    "a hard link": [member("course/x", tarfile.LNKTYPE, "../../secret.txt")],
    "a pipe": [member("course/x", tarfile.FIFOTYPE)],
    "a device": [member("course/x", tarfile.CHRTYPE)],
}


@pytest.mark.parametrize("evil", EVIL)
def test_an_archive_that_somebody_made_writes_nothing(
    archive: Path, tmp_path: Path, evil: str, capsys
) -> None:
    (tmp_path / "secret.txt").write_text("mine")
    bad = tmp_path / "bad.tar.gz"
    with tarfile.open(archive) as good, tarfile.open(bad, "w:gz") as out:
        for info in [*good.getmembers()[:-1], *EVIL[evil], good.getmembers()[-1]]:
            is_evil = info in EVIL[evil]
            out.addfile(info, io.BytesIO(b"evil") if is_evil else good.extractfile(info))
    before = mentions(tmp_path)
    assert main(["restore", str(bad), str(tmp_path / "again")]) == 1
    assert "bad.tar.gz" in capsys.readouterr().err
    assert mentions(tmp_path) == before
    assert not Path("/tmp/evil-of-a-backup").exists()


@pytest.mark.parametrize(
    "damage",
    [
        "cut off",
        "cut off between members",
        "changed",
        "no archive",
        "another secret",
        "another tar",
    ],
)
def test_a_damaged_archive_is_refused_and_leaves_nothing(
    archive: Path, tmp_path: Path, damage: str, capsys
) -> None:
    bad = tmp_path / "bad.tar.gz"
    content = archive.read_bytes()
    middle = len(content) // 2
    match damage:
        case "cut off":
            bad.write_bytes(content[:middle])
        case "changed":
            bad.write_bytes(
                content[:middle]
                + bytes(byte ^ 1 for byte in content[middle : middle + 50])
                + content[middle + 50 :]
            )
        case "no archive":
            bad.write_bytes(b"no archive")
        case "another tar":
            with tarfile.open(bad, "w:gz") as out:
                out.addfile(member("course/x"), io.BytesIO(b"evil"))
        case _:
            with tarfile.open(archive) as good, tarfile.open(bad, "w:gz") as out:
                for info in good.getmembers()[: -1 if damage.startswith("cut") else None]:
                    stream = good.extractfile(info)
                    if info.name.endswith(SECRET_FILE) and damage == "another secret":
                        stream = io.BytesIO(b"ab" * 32)
                    out.addfile(info, stream)
    assert main(["restore", str(bad), str(tmp_path / "again")]) == 1
    assert "bad.tar.gz" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a backup.tar.gz",
        "bad.tar.gz",
        "my course",
    ]


def test_it_is_no_backup_of_a_newer_kit_that_is_half_understood(
    archive: Path, tmp_path: Path, capsys
) -> None:
    bad = tmp_path / "bad.tar.gz"
    with tarfile.open(archive) as good, tarfile.open(bad, "w:gz") as out:
        *members, last = good.getmembers()
        for info in members:
            out.addfile(info, good.extractfile(info))
        about = json.dumps({**json.load(good.extractfile(last)), "format": 99}).encode()
        last.size = len(about)
        out.addfile(last, io.BytesIO(about))
    assert main(["restore", str(bad), str(tmp_path / "again")]) == 1
    assert "newer version" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_backs_up_restores_and_forgets(course: Path, tmp_path: Path) -> None:
    user, place = any_user(), tmp_path / "of an ordinary user"
    place.mkdir()
    mine = shutil.copytree(course, place / "my course")
    for path in (place, *place.rglob("*")):
        os.chown(path, user, user)
    program = (
        "import sys; from pathlib import Path; from autograder.cli import main\n"
        "place = Path(sys.argv[1]); course, again = str(place / 'my course'), str(place / 'again')\n"
        "status = [main(['backup', course, str(place / 'b')]), main(['restore', str(place / 'b'), again]),\n"
        "          main(['forget', 'ada', '--course', again, '--yes']), main(['secret', again, '--new'])]\n"
        "sys.exit(status != [0] * 4)"
    )
    done = subprocess.run(
        command_as(user, [sys.executable, "-c", program, str(place)], [place]),
        env={**os.environ, "HOME": str(place)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert (mine / "submitted" / "ada").is_dir()
    assert {path.name for path in (place / "again" / "submitted").iterdir()} == {
        "ada lovelace",
        "=ada",
    }
    # Nobody else may enter anything of it.
    assert [path for path in (place / "again", place / "b") if path.stat().st_mode & 0o077] == []
