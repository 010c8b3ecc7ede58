"""The files of a zip or tar, one after another, in bounded memory and time, whatever its headers say.

Python's zipfile reads the list of all files before it gives the first; tarfile reads a header of any length (PAX, GNU
long names) into memory, keeps every member, and goes backwards where a header says so. What is read through here is
counted while it is read: an archive's own figures may be wrong. LZMA is not unpacked, nor is bzip2 in a zip: what they
need of memory is for the archive to say.
"""

from __future__ import annotations

import bz2
import gzip
import io
import re
import stat
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from autograder.intake.folder import LONGEST_PATH, is_safe_name

_BLOCK = 2**20
_HEADER = 2**14
"""Most bytes that all headers of one file in a tar may have; the longest path of a system has 4,096."""
_ENTRY = 2**10
"""Most bytes that a file may have in the list of files of a zip, on average."""
_END_OF_ZIP = 2**17
"""More than the end of a zip, with its comment, may have."""
_ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_IS_ENCRYPTED = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")
_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error, EOFError, OSError, ValueError, OverflowError,
    RuntimeError,  # headers that are nested too deeply
)  # fmt: skip
"""What the libraries raise at an archive that is damaged."""


class ArchiveError(Exception):
    """An archive cannot be read, or not further: it is damaged, or more than is allowed comes out of it."""


class DamagedError(ArchiveError):
    """An archive, or a file in it, is damaged."""


class Allowance:
    """What may still come out of somebody's archives, and of those that lie in them."""

    def __init__(
        self,
        size: int,
        entries: int,
        seconds: float = float("inf"),
        within: Allowance | None = None,
    ) -> None:
        """Begin.

        Args:
            size: bytes that may come out.
            entries: files, folders, links and all else that archives may hold.
            seconds: time that it may take, from now on.
            within: a larger allowance, from which the same is taken.
        """
        self._size, self._entries = size, entries
        self._end = time.monotonic() + seconds
        self._within = within

    def take(self, size: int = 0, entries: int = 0) -> None:
        """Take something from it.

        Raises:
            ArchiveError: there is not so much left, of this or of the time.
        """
        self._size -= size
        self._entries -= entries
        if self._size < 0:
            raise ArchiveError("its files unpack into too much")
        if self._entries < 0:
            raise ArchiveError("it holds too many files")
        if time.monotonic() > self._end:
            raise ArchiveError("unpacking it takes too long")
        if self._within is not None:
            self._within.take(size, entries)

    @property
    def entries(self) -> int:
        """How many entries are left."""
        rest = self._entries if self._within is None else min(self._entries, self._within.entries)
        return max(0, rest)


class Content:
    """A file's content."""

    def __init__(self, stream: IO[bytes], allowance: Allowance) -> None:
        """Take a stream, and an allowance from which what comes out of it is to be taken."""
        self._stream, self._allowance = stream, allowance

    def blocks(self) -> Iterator[bytes]:
        """Read it, before the next member is asked for.

        Raises:
            DamagedError: it cannot be read to its end; another file of the archive perhaps can.
            ArchiveError: there is more than is allowed.
        """
        with _in_words():
            while data := self._stream.read(_BLOCK):
                # Not where the archive is read: the holes of a sparse file are nowhere in it.
                self._allowance.take(size=len(data))
                yield data


@dataclass(frozen=True)
class Member:
    """Something in an archive that is no folder.

    Attributes:
        name: as the archive gives it; anything.
        content: a file's; None for what is not unpacked.
        reason: why not, in words that go on from the name.
    """

    name: str
    content: Content | None
    reason: str = ""

    @property
    def path(self) -> PurePosixPath | None:
        """Where the file lies within its archive; None if that is outside, or a name that not every system takes."""
        path = PurePosixPath(self.name)
        sound = all(is_safe_name(part) and not _DRIVE.match(part) for part in path.parts)
        if not path.parts or not sound or len(str(path).encode()) > LONGEST_PATH:
            return None
        return path


@contextmanager
def open_archive(archive: Path, allowance: Allowance) -> Iterator[Iterator[Member]]:
    """Open a zip or tar.

    Args:
        archive: a regular file.
        allowance: what is read, decompressed, is taken from it.

    Raises:
        ArchiveError: it cannot be read, here or while its members are asked for.
    """
    with _in_words():
        source = _Source(archive, allowance)
    with source:
        with _in_words():
            is_zip = zipfile.is_zipfile(source)
            source.seek(0)
        yield _of_zip(source, allowance) if is_zip else _of_tar(source, allowance)


class _Source(io.FileIO):
    """An archive's own bytes."""

    def __init__(self, path: Path, allowance: Allowance) -> None:
        super().__init__(path)
        self._allowance = allowance
        self.is_listed = False  # whether the list of all files of a zip has been read

    def read(self, size: int | None = -1) -> bytes:
        self._allowance.take()
        if self.is_listed or size is None or size < 0:
            return cast(bytes, super().read(size))
        entries = self._allowance.entries
        if size > _END_OF_ZIP + _ENTRY * entries:
            raise ArchiveError("its list of files is too long")
        data = cast(bytes, super().read(size))
        # Each becomes an object of more than a thousand bytes, before the first of them is given.
        if data.count(b"PK\x01\x02") > entries:
            raise ArchiveError("it holds too many files")
        return data


class _Forwards:
    """What a tar's compression holds: read forwards only, and headers only so far."""

    def __init__(self, stream: IO[bytes], allowance: Allowance) -> None:
        self._stream, self._allowance = stream, allowance
        self._position = 0
        self.header_left: int | None = _HEADER

    def tell(self) -> int:
        return self._position

    def seek(self, position: int) -> None:
        if position < self._position:
            raise ArchiveError("its parts lie one upon the other")
        while self._position < position:
            skipped = self._read(min(_BLOCK, position - self._position))
            if not skipped:
                raise DamagedError("it ends in the middle")
            self._allowance.take(size=len(skipped))

    def read(self, size: int) -> bytes:
        if self.header_left is None:  # a file's content, from which whoever reads it takes
            return self._read(size)
        if size > self.header_left:
            raise ArchiveError("a header in it is too long")
        self.header_left -= size
        self._allowance.take(size=size)
        return self._read(size)

    def _read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._position += len(data)
        return data


def _of_zip(source: _Source, allowance: Allowance) -> Iterator[Member]:
    with _in_words(), zipfile.ZipFile(source) as opened:
        source.is_listed = True
        for about in opened.infolist():
            allowance.take(entries=1)
            if about.is_dir():
                continue
            if reason := _why_not(about):
                yield Member(about.filename, None, reason)
                continue
            try:
                stream = opened.open(about)
            except _DAMAGE as error:
                yield Member(about.filename, None, f"is damaged: {error}")
                continue
            with stream:
                yield Member(about.filename, Content(stream, allowance))


def _why_not(about: zipfile.ZipInfo) -> str:
    if stat.S_IFMT(about.external_attr >> 16) not in (0, stat.S_IFREG):
        return "is a link or special file"
    if about.compress_type not in _ZIP_METHODS:
        return "is compressed in a way that is not unpacked here; store or deflate it"
    if about.flag_bits & _IS_ENCRYPTED:
        return "needs a password"
    return ""


def _of_tar(source: _Source, allowance: Allowance) -> Iterator[Member]:
    source.is_listed = True
    with _in_words(), _decompressed(source) as stream:
        forwards = _Forwards(stream, allowance)
        # Any: the types that mypy knows leave out what tarfile keeps.
        opened: Any = tarfile.TarFile(fileobj=cast(Any, forwards), mode="r")
        with opened:
            while (about := opened.next()) is not None:
                # Kept, they would grow with the archive.
                opened.members.clear()
                opened.pax_headers.clear()
                allowance.take(entries=1)
                forwards.header_left = None
                if about.isreg():
                    stream_of = opened.extractfile(about)
                    assert stream_of is not None
                    yield Member(about.name, Content(stream_of, allowance))
                elif not about.isdir():
                    yield Member(about.name, None, "is a link or special file")
                forwards.header_left = _HEADER


def _decompressed(source: _Source) -> IO[bytes]:
    start = source.read(6)
    source.seek(0)
    if start.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=source))
    if start.startswith(b"BZh"):
        return bz2.BZ2File(source)
    if start == b"\xfd7zXZ\x00":
        raise ArchiveError("it is compressed with xz, which is not unpacked here; use gzip or zip")
    return io.BufferedReader(source)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise DamagedError(str(error) or type(error).__name__) from error
