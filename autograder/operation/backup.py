"""A course in one file, and a course made from it again.

The file is a compressed tar archive that only its owner may read: it holds grades, everybody's work, and the secret.
The gradebook in it is a copy that SQLite makes in one step, so nobody need stop grading by hand for it.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.durable import PARTIAL, sync, sync_tree
from autograder.errors import CourseError
from autograder.evidence import record
from autograder.evidence.seeds import fingerprint_of
from autograder.grading.journal import FOLDER as JOURNAL
from autograder.grading.journal import journals
from autograder.grading.trees import remove
from autograder.layout import Layout, read_layout

_ABOUT = "autograder-backup.json"
"""The archive's last member: without it, the archive was cut off, or is something else."""
_COURSE = "course"
_FORMAT = 1
_BESIDE_DATABASE = ("-journal", "-wal", "-shm")
"""Ends of names of files that belong to an open database."""


@dataclass(frozen=True)
class Backup:
    """What is in a backup.

    Attributes:
        files: how many files of the course.
        secret: fingerprint of the course's secret; None if it has none yet.
        gradebook: whether the gradebook is in it.
        left_out: links and special files, which are not.
    """

    files: int
    secret: str | None
    gradebook: bool
    left_out: tuple[str, ...] = ()


def make_backup(course: Path, file: Path, *, without_gradebook: bool = False) -> Backup:
    """Write a course into one new file.

    Args:
        course: its folder.
        file: the archive; must not exist yet, and not lie in the course.
        without_gradebook: leave it out, as where it lies on a server that has backups of its own.

    Raises:
        CourseError: it cannot be done; nothing is left then.
    """
    layout = read_layout(course)
    if os.path.lexists(file):
        raise CourseError(f"{file} is there already, and no backup is overwritten; name a new file")
    place = file.parent.resolve()
    if place.is_relative_to(layout.root):
        raise CourseError(f"{file} would lie in the course itself; name a file outside of it")
    database = None if without_gradebook else _database(layout)
    try:
        with ExitStack() as stack:
            for journal in journals(layout.root):
                stack.enter_context(journal.held())
            scratch = stack.enter_context(tempfile.TemporaryDirectory(dir=place, prefix=PARTIAL))
            draft = Path(scratch) / "backup"
            with draft.open("xb") as out:
                draft.chmod(0o600)
                made = _write(layout, database, out, Path(scratch))
                out.flush()
                os.fsync(out.fileno())
            # Recorded first: whoever is forgotten later may still be in this file.
            record.append(layout.root, record.BACKUP_MADE, file=str(place / file.name))
            os.link(draft, file)  # unlike a renaming, it overwrites nothing
            sync(place)
    except (OSError, sqlite3.Error) as error:
        raise CourseError(f"{course} could not be written to {file}: {error}") from error
    return made


def restore(file: Path, folder: Path) -> Backup:
    """Make a course from a backup.

    Args:
        file: the archive.
        folder: must not exist yet, or be empty.

    Raises:
        CourseError: the archive is damaged, or no backup, or the folder is in use; nothing is left then.
    """
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(f"{folder} is not empty, and nothing is overwritten; name a new folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _draft_beside(folder) as draft:
            about = _unpack(file, draft)
            made = draft / _COURSE
            made.chmod(0o700)
            secret = fingerprint_of(made)
            if secret != about.secret:
                raise CourseError(
                    f"{file} is damaged: the secret in it is not the one it was made with"
                )
            record.append(made, record.RESTORED, file=str(file.resolve()))
            sync_tree(made)
            made.rename(folder)
            sync(folder.parent)
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise CourseError(f"{file} could not be restored: {error}") from error
    return about


@contextmanager
def _draft_beside(folder: Path) -> Iterator[Path]:
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=PARTIAL))
    try:
        yield draft
    finally:
        remove(draft)


def _database(layout: Layout) -> Path | None:
    """Return the gradebook's file, which need not be there yet.

    Raises:
        CourseError: it cannot go into the archive.
    """
    file = layout.database_file
    if file is None:
        raise CourseError(
            "The gradebook lies on a database server, so it is not in the course's folder. Let the server make its own "
            "backup (PostgreSQL: pg_dump), and run this again with --without-gradebook for all the rest"
        )
    if not file.resolve().is_relative_to(layout.root):
        raise CourseError(
            f"The gradebook {file} lies outside of the course's folder. Make a copy of it with: sqlite3 FILE '.backup "
            "COPY', and run this again with --without-gradebook for all the rest"
        )
    return file.resolve()


def _write(layout: Layout, database: Path | None, out: io.BufferedWriter, scratch: Path) -> Backup:
    left_out: list[str] = []
    count = 0
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as archive:
        root = archive.gettarinfo(layout.root, _COURSE)
        root.mode = 0o700
        archive.addfile(root)
        for path in _walk(layout.root):
            within = path.relative_to(layout.root)
            if _is_database(path, layout) or _is_passing(within):
                continue
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                left_out.append(str(within))
                continue
            _add(archive, path, f"{_COURSE}/{within}")
            count += path.is_file()
        if database is not None and database.is_file():
            copy = scratch / "gradebook"
            _copy_database(database, copy)
            _add(archive, copy, f"{_COURSE}/{database.relative_to(layout.root)}")
            count += 1
        secret = fingerprint_of(layout.root)
        about = {
            "format": _FORMAT, "made": time.time(), "files": count, "secret": secret, "gradebook": database is not None,
        }  # fmt: skip
        text = json.dumps(about).encode()
        info = tarfile.TarInfo(_ABOUT)
        info.size, info.mode, info.mtime = len(text), 0o600, int(time.time())
        archive.addfile(info, io.BytesIO(text))
    return Backup(count, secret, database is not None, tuple(left_out))


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)


def _is_passing(within: Path) -> bool:
    """Return whether a file means something only to the process that has made it, on its machine."""
    is_the_kits = len(within.parts) == 1 or within.parts[0] == JOURNAL
    return is_the_kits and (within.name in ("lock", "scratch") or within.name.startswith(PARTIAL))


def _is_database(path: Path, layout: Layout) -> bool:
    """Return whether a file is the gradebook, or of its making: copied as it lies it could be half of a change."""
    file = layout.database_file
    if file is None:
        return False
    return path in (file.resolve(), *(Path(f"{file.resolve()}{end}") for end in _BESIDE_DATABASE))


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    if path.is_dir():
        archive.addfile(_anonymous(archive.gettarinfo(path, name)))
        return
    # Not a look and then an opening: in between, the file could become a link.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is no file any more")
        info = _anonymous(archive.gettarinfo(arcname=name, fileobj=file))
        # Two names of one file are two files here: a link could not be restored without the other.
        info.type, info.size = tarfile.REGTYPE, os.fstat(descriptor).st_size
        archive.addfile(info, file)


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out whose files they are: whoever restores them is their owner."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def _copy_database(database: Path, copy: Path) -> None:
    address = f"{database.as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True)) as source,
        closing(sqlite3.connect(copy)) as to,
    ):
        source.backup(to)
        try:
            (verdict,) = to.execute("PRAGMA quick_check").fetchone()
        except sqlite3.DatabaseError as error:
            verdict = str(error)
    if verdict != "ok":
        raise CourseError(f"{database} is damaged ({verdict}); restore it from an older backup")
    copy.chmod(stat.S_IMODE(database.stat().st_mode))


def _unpack(file: Path, draft: Path) -> Backup:
    about = None
    modes: dict[Path, int] = {}
    with tarfile.open(file, mode="r:gz") as archive:
        for member in archive:
            if about is not None or not (member.isreg() or member.isdir()):
                raise CourseError(f"{file} is no backup that `autograder backup` has made")
            if member.name == _ABOUT:
                about = _read_about(archive, member)
            elif member.name == _COURSE or member.name.startswith(f"{_COURSE}/"):
                modes[_place(archive, member, draft)] = member.mode & 0o755
            else:
                raise CourseError(f"{file} is no backup that `autograder backup` has made")
    if about is None:
        raise CourseError(
            f"{file} ends too early, or is no backup that `autograder backup` has made"
        )
    # From the inside out: a folder may be read-only.
    for path in sorted(modes, reverse=True):
        path.chmod(modes[path])
    return about


def _place(archive: tarfile.TarFile, member: tarfile.TarInfo, draft: Path) -> Path:
    """Write one file or folder of an archive, by hand: the Python of Debian 12 has no filter for unpacking.

    Nothing but files and folders is made there, so a path without `..` stays below.
    """
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts:
        raise CourseError(
            f"{archive.name!r} holds a file that would lie elsewhere: {member.name!r}"
        )
    path = draft / name
    if member.isdir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = archive.extractfile(member)
    assert content is not None  # it is a file
    with content, path.open("xb") as file:
        shutil.copyfileobj(content, file)
    os.utime(path, (member.mtime, member.mtime))
    return path


def _read_about(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Backup | None:
    stream = archive.extractfile(member)
    try:
        about = json.loads(stream.read() if stream is not None else b"")
        if about["format"] != _FORMAT:
            raise CourseError("The backup was made by a newer version of the kit; install that one")
        return Backup(about["files"], about["secret"], about["gradebook"])
    except (ValueError, KeyError, TypeError):
        return None
