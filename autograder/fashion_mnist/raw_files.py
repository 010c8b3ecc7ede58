"""The four files of Fashion-MNIST: their checksums, and how one is verified and unpacked."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AssetError
from autograder.storage import sha256_of

_BLOCK = 1 << 20


@dataclass(frozen=True)
class RawFile:
    """One of the four files of the data set, in the IDX format.

    Attributes:
        name: File name without ``.gz``.
        size: Bytes, unpacked.
        sha256: Of the unpacked bytes.
        packed_sha256: Of the ``.gz`` as its authors publish it, and as Debian packs it. Both hold
            the same deflate stream; Debian's leaves name and time out of the gzip header.
    """

    name: str
    size: int
    sha256: str
    packed_sha256: tuple[str, str]


RAW_FILES = (
    RawFile(
        "train-images-idx3-ubyte",
        47_040_016,
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        (
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
        ),
    ),
    RawFile(
        "train-labels-idx1-ubyte",
        60_008,
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        (
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
        ),
    ),
    RawFile(
        "t10k-images-idx3-ubyte",
        7_840_016,
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        (
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
        ),
    ),
    RawFile(
        "t10k-labels-idx1-ubyte",
        10_008,
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        (
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
        ),
    ),
)


def verify_unpacked(raw: Path) -> None:
    """Refuse a folder in which one of the four unpacked files is missing or damaged."""
    for file in RAW_FILES:
        verify_file(raw / file.name, file)


def verify_file(path: Path, file: RawFile) -> None:
    """Refuse an unpacked file that differs from the original in any byte."""
    try:
        size = path.stat().st_size
        digest = sha256_of(path) if size == file.size else ""
    except FileNotFoundError:
        raise AssetError(f"{path} is missing") from None
    except OSError as error:
        raise AssetError(f"{path} cannot be read: {error}") from error
    if size != file.size:
        raise AssetError(
            f"{path} is {'empty' if size == 0 else 'damaged'}: it has {size:,} bytes, "
            f"{file.size:,} expected.{_way_out(path)}"
        )
    if digest != file.sha256:
        raise AssetError(
            f"{path} is damaged: its SHA-256 is {digest}, {file.sha256} expected.{_way_out(path)}"
        )


def verify_packed(path: Path, file: RawFile) -> None:
    """Refuse a ``.gz`` that does not unpack to the original; how it was packed does not matter."""
    try:
        if sha256_of(path) not in file.packed_sha256:
            unpack(path, file, None)
    except OSError as error:
        raise AssetError(f"{path} cannot be read: {error}") from error


def unpack(packed: Path, file: RawFile, target: Path | None) -> None:
    """Unpack one ``.gz`` to ``target``, or only try to; stops soon where it is too large."""
    digest, size = hashlib.sha256(), 0
    sink_path = target or Path(os.devnull)
    try:
        with gzip.open(packed, "rb") as source, sink_path.open("wb") as sink:
            while size <= file.size and (block := source.read(_BLOCK)):
                digest.update(block)
                sink.write(block)
                size += len(block)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise AssetError(f"{packed} is damaged: {error}.{_way_out(packed)}") from error
    if size == 0:
        raise AssetError(f"{packed} is empty.{_way_out(packed)}")
    if digest.hexdigest() != file.sha256:
        raise AssetError(
            f"{packed} is not the original: what it unpacks to has the SHA-256 "
            f"{digest.hexdigest()}, {file.sha256} expected.{_way_out(packed)}"
        )


def _way_out(path: Path) -> str:
    twin = path.with_suffix("") if path.suffix == ".gz" else path.with_name(f"{path.name}.gz")
    if twin.exists():
        return f"\nDelete it: {twin.name} beside it is used instead, if that one is whole."
    return "\nReplace it with a fresh copy."
