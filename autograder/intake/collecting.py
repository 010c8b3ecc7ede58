"""`nbgrader zip_collect` and `collect`, kept within their folders, and going when one upload is bad.

Stock nbgrader leaves entries such as `../../gradebook.db` out, or stops at them, depending on the version of
setuptools; it stops for everybody at one damaged archive, turns for ever in a tar whose links point at each
other, and has no limit for what an archive unpacks into. A student's id that its pattern takes from a file's name
may be `..`. Its `collect` follows the links in a student's own folder of the exchange, with the rights of whoever
collects, and stops for everybody at a pipe.
"""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from traitlets import Integer

from autograder.intake.exporter import is_student_id
from autograder.intake.findings import shown
from autograder.intake.folder import is_safe_name, read_time

_BLOCK = 2**20
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, ValueError,
    NotImplementedError,  # a method of compression that zipfile does not know
    RuntimeError,  # a password
)  # fmt: skip


class LimitedExtractor(ExtractorPlugin):
    """Unpacks what was downloaded: only files, only into the folder that is meant, only so much of them."""

    max_bytes = Integer(8 * 2**30, help="most bytes that all archives may unpack into").tag(
        config=True
    )
    max_files = Integer(100_000, help="most files that all archives may unpack into").tag(
        config=True
    )
    max_depth = Integer(3, help="how many archives may lie in one another").tag(config=True)

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack the archives in a folder into another one, and copy its other files there.

        An archive that is damaged or breaks a limit is named in the log and left where it is.
        """
        self._bytes, self._files = self.max_bytes, self.max_files
        downloaded = Path(archive_path)
        for path in sorted(downloaded.rglob("*")):
            if path.is_symlink() or not path.is_file():
                continue
            target = Path(extracted_path) / path.parent.relative_to(downloaded)
            target.mkdir(parents=True, exist_ok=True)
            if path.suffix in self.zip_ext:
                self._unpack(path, target / _stem(path), self.max_depth)
            else:
                shutil.copyfile(path, target / path.name)

    def _unpack(self, archive: Path, target: Path, depth: int) -> None:
        if depth == 0:
            self.log.warning("Not unpacked, too many archives in one another: %s", archive)
            return
        try:
            self._write_members(archive, target)
        except _DAMAGED as error:
            self.log.error("Not unpacked, or not all of it: %s: %s", archive, error)
        for path in sorted(target.rglob("*")):
            if path.suffix in self.zip_ext and path.is_file():
                self._unpack(path, path.parent / _stem(path), depth - 1)

    def _write_members(self, archive: Path, target: Path) -> None:
        with _members(archive) as members:
            for name, member in members:
                parts = PurePosixPath(name).parts
                if not parts or not all(map(is_safe_name, parts)):
                    self.log.warning("Left out of %s: %r", archive, name)
                    continue
                self._files -= 1
                if self._files < 0:
                    raise ValueError("the archives hold too many files")
                path = target.joinpath(*parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as file:
                    # What is counted is what comes out: an archive's own figures may be wrong.
                    while block := member.read(_BLOCK):
                        self._bytes -= len(block)
                        if self._bytes < 0:
                            raise ValueError("the archives unpack into too much")
                        file.write(block)


class SafeCollector(FileNameCollectorPlugin):
    """Takes student and notebook from a file's name, where they are names and no paths."""

    def __init__(self, **kwargs: Any) -> None:
        """Start with no file collected."""
        super().__init__(**kwargs)
        self._collected: set[tuple[str, str]] = set()

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """See nbgrader's `FileNameCollectorPlugin.collect`."""
        found: dict[str, str] | None = super().collect(submitted_file)
        if not found or "student_id" not in found or "file_id" not in found:
            return found  # nbgrader says what is missing
        student, notebook = found["student_id"], found["file_id"]
        if not is_student_id(student) or not all(map(is_safe_name, PurePosixPath(notebook).parts)):
            self.log.error("Not collected, its name cannot be used: %s", shown(submitted_file))
            return None
        if (time := found.get("timestamp")) and read_time(time) is None:
            self.log.warning("The time in this name cannot be read: %s", shown(submitted_file))
            del found["timestamp"]
        if "timestamp" not in found and (student, notebook) in self._collected:
            self.log.error("Not collected, a second file of one notebook: %s", submitted_file)
            return None
        self._collected.add((student, notebook))
        return found


class LinklessCollect(ExchangeCollect):
    """Collects files and folders of the exchange; links and special files stay where they are."""

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy one submission, as nbgrader does, without what is neither file nor folder."""

        def unsafe(folder: str, names: list[str]) -> list[str]:
            left = [name for name in names if not _is_file_or_folder(Path(folder, name))]
            for name in left:
                self.log.error("Not collected, no file: %s", shown(str(Path(folder, name))))
            return left

        with tempfile.TemporaryDirectory(prefix="collect-") as name:
            staged = Path(name) / "submission"
            shutil.copytree(src, staged, symlinks=True, ignore=unsafe)
            super().do_copy(str(staged), dest, log)


def _is_file_or_folder(path: Path) -> bool:
    mode = os.lstat(path).st_mode
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def _stem(path: Path) -> str:
    return path.name.removesuffix(path.suffix).removesuffix(".tar") or "archive"


@contextmanager
def _members(archive: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Open a zip or tar and give its regular files one after another; links are no files."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            yield (
                (info.filename, opened.open(info))
                for info in opened.infolist()
                if not info.is_dir()
            )
    else:
        with tarfile.open(archive) as opened_tar:
            yield (
                (member.name, stream)
                for member in opened_tar
                if member.isreg() and (stream := opened_tar.extractfile(member)) is not None
            )
