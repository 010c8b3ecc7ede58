"""`nbgrader collect` from folders that their owners change meanwhile: only what is theirs comes along, and it ends."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from autograder.intake.collecting import LinklessCollect
from autograder.intake.copying import Left, copy_folder
from autograder.intake.folder import FolderLimits

NAME = "task"
SECRET = b"of the one who collects"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="makes files of other users")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_bytes(SECRET)
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """What a student has handed in."""
    folder = tmp_path / "inbound" / f"ann+{NAME}+2026-11-01 10:00:00 UTC"
    (folder / "deep").mkdir(parents=True)
    (folder / "task.ipynb").write_bytes(b"{}")
    (folder / "deep" / "notes.txt").write_bytes(b"notes")
    return folder


HONEST = {"task.ipynb": b"{}", "deep/notes.txt": b"notes"}


def contents(folder: Path) -> dict[str, bytes]:
    files = {str(p.relative_to(folder)): p for p in folder.rglob("*") if not p.is_dir()}
    assert not any(path.is_symlink() for path in files.values())
    return {name: path.read_bytes() for name, path in files.items()}


# --- one folder -------------------------------------------------------------------------------------


def test_an_honest_folder_is_copied_with_its_times_and_without_rights_to_run_as_another(
    source, tmp_path
):
    (source / "task.ipynb").chmod(0o6755)
    os.utime(source / "deep" / "notes.txt", ns=(1, 10**18 + 1))
    assert copy_folder(source, tmp_path / "copy") == ()
    assert contents(tmp_path / "copy") == HONEST
    assert (tmp_path / "copy" / "deep" / "notes.txt").stat().st_mtime_ns == 10**18 + 1
    assert (tmp_path / "copy" / "task.ipynb").stat().st_mode & 0o7111 == 0


def _device(path: Path, secret: Path) -> None:
    os.mknod(path, 0o020666, os.makedev(1, 5))  # /dev/zero


def _stranger(path: Path, secret: Path) -> None:
    path.write_bytes(SECRET)
    os.chown(path, 12345, 12345)


def _strangers_folder(path: Path, secret: Path) -> None:
    path.mkdir()
    os.chown(path, 12345, 12345)


def _sparse(path: Path, secret: Path) -> None:
    with path.open("wb") as file:
        file.truncate(FolderLimits.file + 1)


BAD: dict[str, Any] = {
    "link": (lambda path, secret: path.symlink_to(secret), "no file"),
    "link to a folder": (lambda path, secret: path.symlink_to(secret.parent), "no file"),
    "hard link": (lambda path, secret: path.hardlink_to(secret), "a hard link"),
    "pipe": (lambda path, secret: os.mkfifo(path), "no file"),
    "too large": (_sparse, "larger"),
    "device": (_device, "no file"),
    "file of another": (_stranger, "another user's"),
    "folder of another": (_strangers_folder, "another user's"),
}


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=needs_root if make.__name__.startswith(("_device", "_stranger")) else ())
     for kind, (make, _) in BAD.items()],
)  # fmt: skip
def test_what_is_not_the_students_to_hand_in_is_left(source, secret, tmp_path, kind):
    make, reason = BAD[kind]
    make(source / "deep" / "bad", secret)
    (left,) = copy_folder(source, tmp_path / "copy")
    assert left.path == "deep/bad"
    assert reason in left.reason
    assert contents(tmp_path / "copy") == HONEST


def test_limits_bound_what_is_copied_and_notebooks_come_first(source, tmp_path):
    many = source / "a" / "b" / "c"
    many.mkdir(parents=True)
    for number in range(30):
        (many / f"{number:02}").write_bytes(bytes(100))
    limits = FolderLimits(entries=20, depth=4, file=99, total=120)
    left = copy_folder(source, tmp_path / "copy", limits=limits)
    assert contents(tmp_path / "copy")["task.ipynb"] == b"{}"
    assert sum(map(len, contents(tmp_path / "copy").values())) <= 120
    assert len(list((tmp_path / "copy").rglob("*"))) <= 20
    assert any("beyond 20 files" in entry.reason for entry in left)
    assert any("larger" in entry.reason for entry in left)
    left = copy_folder(source, tmp_path / "flat", limits=FolderLimits(depth=2))
    assert left == (Left("a/b", "too many folders deep"),)


def test_the_folder_itself_may_be_no_link_and_no_other_users(source, tmp_path):
    (tmp_path / "link").symlink_to(source)
    with pytest.raises(OSError, match="link"):
        copy_folder(tmp_path / "link", tmp_path / "copy")
    with pytest.raises(PermissionError, match="another user"):
        copy_folder(source, tmp_path / "copy", owner=os.geteuid() + 1)
    assert not (tmp_path / "copy").exists()


# --- changed while it is copied ---------------------------------------------------------------------


def exchange(path: Path, other: Path) -> None:
    """Put a link in a file's or folder's place, in one step as far as others can see."""
    if path.is_dir():
        path.rename(path.with_name("away"))
        path.symlink_to(other)
    else:
        link = path.with_name("link")
        link.symlink_to(other)
        link.rename(path)


@pytest.mark.parametrize(
    ("name", "target"), [("task.ipynb", "secret"), ("deep", "."), ("task.ipynb", "pipe")]
)
def test_what_is_exchanged_between_look_and_opening_is_left(
    source, secret, tmp_path, monkeypatch, name, target
):
    os.mkfifo(tmp_path / "pipe")
    opened = os.open

    def open_late(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path == name and not (source / name).is_symlink():
            if target == "pipe":
                (tmp_path / "pipe").rename(source / name)
            else:
                exchange(source / name, tmp_path / target)
        return opened(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", open_late)
    (left,) = copy_folder(source, tmp_path / "copy")
    assert left.path == name
    assert contents(tmp_path / "copy").items() <= HONEST.items()


def test_a_folder_that_is_moved_away_during_the_walk_leads_nowhere_else(
    source, secret, tmp_path, monkeypatch
):
    scan = os.scandir

    def scan_late(folder: Any) -> Any:
        if (
            isinstance(folder, int)
            and (source / "deep").exists()
            and not (source / "deep").is_symlink()
        ):
            names = {entry.name for entry in scan(folder)}
            if names == {"notes.txt"}:
                (tmp_path / "elsewhere").mkdir()
                (tmp_path / "elsewhere" / "notes.txt").write_bytes(SECRET)
                exchange(source / "deep", tmp_path / "elsewhere")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", scan_late)
    assert copy_folder(source, tmp_path / "copy") == ()
    assert contents(tmp_path / "copy") == HONEST


def test_a_file_that_grows_while_it_is_copied_has_an_end(source, tmp_path, monkeypatch):
    read = os.read

    def read_and_write(descriptor: int, size: int) -> bytes:
        data = read(descriptor, size)
        with (source / "task.ipynb").open("ab") as file:
            file.write(bytes(1000))
        return data

    monkeypatch.setattr(os, "read", read_and_write)
    (left,) = copy_folder(source, tmp_path / "copy", limits=FolderLimits(file=100_000))
    assert (left.path, "larger" in left.reason) == ("task.ipynb", True)
    assert "task.ipynb" not in contents(tmp_path / "copy")


RACE = """
import os, sys
folder, secret = sys.argv[1:]
os.chdir(folder)
os.symlink(secret, "link"); os.mkdir("real"); open("real/secret", "w").close()
os.symlink(os.path.dirname(secret), "linked")
print("running", flush=True)
while True:
    with open("file", "w") as file:
        file.write("{}")
    os.replace("file", "task.ipynb")
    os.symlink(secret, "other"); os.replace("other", "task.ipynb")
    for name in ("real", "linked"):
        os.rename(name, "turn"); os.rename("turn", name)
    os.rename("real", "turn"); os.rename("linked", "real")
    os.rename("real", "linked"); os.rename("turn", "real")
"""


@contextmanager
def racing(folder: Path, secret: Path) -> Iterator[None]:
    """Let another process exchange files, folders and links in a folder."""
    code = [sys.executable, "-c", RACE, str(folder), str(secret)]
    with subprocess.Popen(code, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield
        finally:
            process.kill()


def test_a_race_for_a_second_copies_no_secret(source, secret, tmp_path):
    copies: list[dict[str, bytes]] = []
    over = threading.Event()
    timer = threading.Timer(1.0, over.set)
    with racing(source, secret):
        timer.start()
        while not over.is_set():
            target = tmp_path / f"copy-{len(copies)}"
            copy_folder(source, target)
            copies.append(contents(target))
    assert not any(SECRET in copy.values() for copy in copies)
    assert any("task.ipynb" in copy for copy in copies)  # the race was one: at times it is a file
    assert any("task.ipynb" not in copy for copy in copies)


# --- the whole exchange -----------------------------------------------------------------------------


class Exchange:
    """An exchange from which real nbgrader collects, in this process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inbound = root / "exchange" / "course" / "inbound"
        self.inbound.mkdir(parents=True)
        (root / "exchange").chmod(0o777)

    def hand_in(self, name: str, content: bytes = b"{}", owner: int | None = None) -> Path:
        folder = self.inbound / name
        folder.mkdir()
        (folder / "task.ipynb").write_bytes(content)
        if owner is not None:
            for path in (folder / "task.ipynb", folder):
                os.chown(path, owner, owner)
        return folder

    def collect(self, **options: Any) -> dict[str, bytes]:
        course = CourseDirectory(root=str(self.root), course_id="course", assignment_id=NAME)
        collect = LinklessCollect(coursedir=course, root=str(self.root / "exchange"), **options)
        collect.log = logging.getLogger("exchange")
        collect.start()
        place = self.root / "submitted"
        return {
            path.relative_to(place).parts[0]: path.read_bytes()
            for path in place.glob(f"*/{NAME}/task.ipynb")
        }


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty gradebook, which nbgrader takes a while to make."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader starts `alembic` by name.
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        with Gradebook(f"sqlite:///{path}"):
            pass
    return path


@pytest.fixture
def class_exchange(tmp_path: Path, gradebook: Path) -> Exchange:
    place = Exchange(tmp_path / "root")
    shutil.copy(gradebook, place.root)
    return place


def _garbage_time(place: Exchange) -> None:
    place.hand_in(f"mal+{NAME}+yesterday")


def _no_parts(place: Exchange) -> None:
    place.hand_in(f"*+{NAME}+2026-11-01 10:00:00 UTC")


def _link(place: Exchange) -> None:
    (place.inbound / f"mal+{NAME}+2026-11-01 10:00:00 UTC").symlink_to("/etc")


def _file(place: Exchange) -> None:
    (place.inbound / f"mal+{NAME}+2026-11-01 10:00:00 UTC").write_text("{}")


def _large(place: Exchange) -> None:
    folder = place.hand_in(f"mal+{NAME}+2026-11-01 10:00:00 UTC")
    for name in "ab":
        with (folder / name).open("wb") as file:
            file.truncate(60 * 10**6)  # nbgrader's own limit is 100 MB


@pytest.mark.parametrize("make", [_garbage_time, _no_parts, _link, _file, _large])
def test_one_students_folder_does_not_stop_the_others(
    class_exchange: Exchange, caplog: pytest.LogCaptureFixture, make: Callable[[Exchange], None]
) -> None:
    class_exchange.hand_in(f"ann+{NAME}+2026-11-01 10:00:00 UTC")
    make(class_exchange)
    class_exchange.hand_in(f"zoe+{NAME}+2026-11-01 10:00:00 UTC")
    assert class_exchange.collect() == {"ann": b"{}", "zoe": b"{}"}
    assert "Not collected" in caplog.text
    assert class_exchange.collect(update=True) == {"ann": b"{}", "zoe": b"{}"}


def test_a_time_that_cannot_be_read_does_not_stop_the_next_collection(class_exchange, caplog):
    folder = class_exchange.hand_in(f"ann+{NAME}+2026-11-01 10:00:00 UTC")
    (folder / "timestamp.txt").write_text("yesterday")
    assert class_exchange.collect() == {"ann": b"{}"}
    assert class_exchange.collect(update=True) == {"ann": b"{}"}
    assert "Not collected: the time" in caplog.text


@needs_root
@pytest.mark.parametrize(("student", "collected"), [("daemon", b"own"), ("nobody-here", None)])
def test_what_another_user_has_put_there_does_not_replace_a_students_own(
    class_exchange, caplog, student, collected
):
    daemon = 1  # a user of every Linux; one of that name is the student
    class_exchange.hand_in(f"{student}+{NAME}+2026-11-01 10:00:00 UTC", b"own", daemon)
    class_exchange.hand_in(f"{student}+{NAME}+2099-11-01 10:00:00 UTC", b"evil", 12345)
    class_exchange.hand_in(f"zoe+{NAME}+2026-11-01 10:00:00 UTC")
    wanted = {"zoe": b"{}"} if collected is None else {"zoe": b"{}", student: collected}
    assert class_exchange.collect() == wanted
    assert "another user's" in caplog.text
