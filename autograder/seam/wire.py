"""Plain data on its way to a student's process and back.

A message is a JSON tree and a NumPy `.npz` archive. Arrays in the tree are replaced by marks that name
a member of the archive; nothing is ever pickled. What comes back was written by a stranger's process, so
sizes are checked from the archive's directory before any member is read, and members must be stored
uncompressed (there is no small archive that unpacks into a huge one).
"""

from __future__ import annotations

import io
import json
import math
import struct
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_BYTES = 128 * 2**20
"""Largest archive that is read, in bytes: 10,000 embeddings of width 1,024 in float64 take 80 MiB."""
MAX_ARRAYS = 12_000
"""Most arrays in an archive: somebody who keeps 10,000 rows in a list is to hear that it is a list."""
MAX_EXTRAS = 2**20
"""Bytes of the "extra fields" in an archive's directory. NumPy writes none; zipfile reads each in quadratic time."""
MAX_JSON_CHARACTERS = 8 * 2**20
MAX_ENTRIES = 20_000
"""Most entries of one dictionary: no check asks for one with more than a few."""
LARGEST_ANSWER = 2 * (MAX_BYTES + MAX_JSON_CHARACTERS)
"""Characters that an answer of the largest size may take in all on its way, in base64."""
_MARK = "$"
_PLAIN_KINDS = "biufcUS"
_DIRECTORY_ENTRY = b"PK\x01\x02"
_EXTRA_LENGTH = struct.Struct("<30xH")  # from a directory entry's beginning
_LARGEST_KEY = 2**61 - 2
"""Larger whole numbers have the same hash as smaller ones: a dictionary of many such keys takes quadratic time."""


class WireError(ValueError):
    """What came back is not a message, or breaks a limit."""


@dataclass(frozen=True)
class Tensor:
    """A torch tensor as plain data.

    Attributes:
        array: its values; bfloat16 arrives as float32.
        dtype: its torch dtype without the prefix, such as "float32".
        device: such as "cpu" or "cuda:0".
        requires_grad: whether it is part of a gradient graph.
    """

    array: np.ndarray
    dtype: str = ""
    device: str = "cpu"
    requires_grad: bool = False


@dataclass(frozen=True)
class Loader:
    """Images and labels that the student's process gets as a real `DataLoader`.

    Attributes:
        images: pixel values, float32 (N, 3, H, W); of `take`, if that is there.
        labels: class indices, int64 (N,).
        batch_size: the last batch is smaller where it does not divide N.
        shuffle: whether each pass over it has an order of its own; otherwise it has this one.
        take: which of the images each of N is, int64 (N,), so that many can be sent as few; None: as they stand.
    """

    images: np.ndarray
    labels: np.ndarray
    batch_size: int
    shuffle: bool = False
    take: np.ndarray | None = None

    @property
    def pixel_values(self) -> np.ndarray:
        """The images as the loader gives them, float32 (N, 3, H, W)."""
        return self.images if self.take is None else self.images[self.take]


@dataclass(frozen=True)
class Opaque:
    """An object that is no plain data; only its type's name came along."""

    type_name: str


@dataclass(frozen=True)
class Message:
    """A JSON text and an `.npz` archive."""

    text: str
    archive: bytes


def pack(tree: Any) -> Message:
    """Turn a tree of plain data, arrays, `Tensor` and `Loader` into a message.

    Raises:
        TypeError: a leaf is of another type.
    """
    arrays: dict[str, np.ndarray] = {}

    def keep(array: np.ndarray) -> str:
        key = f"a{len(arrays)}"
        # ascontiguousarray makes a row of a single number.
        arrays[key] = np.ascontiguousarray(array) if array.ndim else array
        return key

    def walk(node: Any) -> Any:
        match node:
            case None | bool() | int() | float() | str():
                return node
            case Tensor():
                return {_MARK: "tensor", "key": keep(node.array)}
            case Loader():
                return {
                    _MARK: "loader",
                    "images": keep(node.images),
                    "labels": keep(node.labels),
                    "batch_size": node.batch_size,
                    "shuffle": node.shuffle,
                    "take": keep(node.take) if node.take is not None else None,
                }
            case np.ndarray():
                return {_MARK: "ndarray", "key": keep(node)}
            case list() | tuple():
                kind = "list" if isinstance(node, list) else "tuple"
                return {_MARK: kind, "items": [walk(item) for item in node]}
            case dict():
                pairs = [[walk(key), walk(value)] for key, value in node.items()]
                return {_MARK: "dict", "items": pairs}
            case _:
                raise TypeError(f"{type(node).__name__} cannot be sent to a student's process")

    text = json.dumps(walk(tree))
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return Message(text, buffer.getvalue())


def unpack(message: Message) -> Any:
    """Turn a message that a student's process wrote into plain data.

    Returns:
        None, bool, int, float, str, list, tuple, dict, ndarray, `Tensor` or `Opaque`, nested.

    Raises:
        WireError: it is malformed or larger than the limits of this module.
    """
    if len(message.text) > MAX_JSON_CHARACTERS:
        raise WireError(f"the answer's text is longer than {MAX_JSON_CHARACTERS} characters")
    arrays = _read_archive(message.archive)
    try:
        return _rebuild(json.loads(message.text), arrays)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise WireError(f"the answer is malformed: {error}") from error


def _read_archive(archive: bytes) -> dict[str, np.ndarray]:
    if len(archive) > MAX_BYTES:
        raise WireError(f"the answer's arrays take more than {MAX_BYTES} bytes")
    # Counted before zipfile makes an object of each entry of the directory.
    if archive.count(_DIRECTORY_ENTRY) > MAX_ARRAYS:
        raise WireError(f"the answer holds more than {MAX_ARRAYS} arrays")
    if _extras(archive) > MAX_EXTRAS:
        raise WireError("the answer's arrays cannot be read: their directory is not NumPy's")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as directory:
            members = directory.infolist()
            if len({_key(member) for member in members}) < len(members):
                raise WireError("two of the answer's arrays have the same name")
            if any(member.compress_type != zipfile.ZIP_STORED for member in members):
                raise WireError("the answer's arrays are compressed")
            if sum(member.file_size for member in members) > MAX_BYTES:
                raise WireError(f"the answer's arrays take more than {MAX_BYTES} bytes")
            return {_key(member): _read_member(directory, member) for member in members}
    except WireError:
        raise
    except Exception as error:  # zipfile and numpy raise many kinds on damaged input
        raise WireError(f"the answer's arrays cannot be read: {error}") from error


def _extras(archive: bytes) -> int:
    """Return how many bytes the extra fields of a directory take together, as its entries declare them."""
    total, place = 0, archive.find(_DIRECTORY_ENTRY)
    while 0 <= place <= len(archive) - _EXTRA_LENGTH.size:
        total += _EXTRA_LENGTH.unpack_from(archive, place)[0]
        place = archive.find(_DIRECTORY_ENTRY, place + 1)
    return total


def _key(member: zipfile.ZipInfo) -> str:
    return member.filename.removesuffix(".npy")


def _read_member(directory: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    """Read one `.npy` member, after a look at what its header promises: NumPy allocates that first."""
    with directory.open(member) as stream:
        version = np.lib.format.read_magic(stream)
        read = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = read(stream)
    if dtype.hasobject:
        raise WireError("the answer holds pickled objects")
    if dtype.kind not in _PLAIN_KINDS:
        raise WireError(f"the answer holds an array of {dtype}, which is no plain data")
    if min(shape, default=0) < 0 or math.prod(shape) * max(dtype.itemsize, 1) > member.file_size:
        raise WireError("an array's header declares more data than there is")
    with directory.open(member) as stream:
        return np.lib.format.read_array(stream, allow_pickle=False)


def _rebuild(node: Any, arrays: dict[str, np.ndarray]) -> Any:
    """Rebuild a part of an answer. Each array is taken once: many marks of one would be worth many times its size."""
    if not isinstance(node, dict):
        if isinstance(node, list):
            raise WireError("a bare list in the answer")
        return _text(node) if isinstance(node, str) else node
    match node[_MARK]:
        case "list":
            return [_rebuild(item, arrays) for item in node["items"]]
        case "tuple":
            return tuple(_rebuild(item, arrays) for item in node["items"])
        case "dict":
            if len(node["items"]) > MAX_ENTRIES:
                raise WireError(f"a dictionary of more than {MAX_ENTRIES} entries in the answer")
            return {_dictionary_key(k): _rebuild(v, arrays) for k, v in node["items"]}
        case "ndarray":
            return arrays.pop(node["key"])
        case "tensor":
            return Tensor(
                array=arrays.pop(node["key"]),
                dtype=_text(node["dtype"]),
                device=_text(node["device"]),
                requires_grad=_flag(node["requires_grad"]),
            )
        case "opaque":
            return Opaque(_text(node["type"]))
        case other:
            raise WireError(f"an unknown mark {other!r} in the answer")


def _dictionary_key(value: Any) -> str | int | float | None:
    """Read a key: of plain kinds, and such that few have the same hash."""
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, int) and abs(value) <= _LARGEST_KEY:
        return value
    raise WireError("a dictionary of the answer has a key that is no text and no small number")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WireError(f"a {type(value).__name__} in the answer where a text belongs")
    # Half a surrogate pair is legal in JSON, but cannot be written into a notebook or a page.
    return value.encode("utf-8", "replace").decode()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise WireError(f"a {type(value).__name__} in the answer where true or false belongs")
    return value
