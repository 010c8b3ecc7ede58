"""What is thrown at the readers: sound structures with a few changes, which get further than pure noise."""

from __future__ import annotations

import bz2
import copy
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

from autograder.seam.wire import pack
from tests.releases import release

RELEASED = release()
_RELEASED_TEXT = json.dumps(RELEASED)

NASTY_TEXT = st.sampled_from(
    [
        "",
        "x",
        "\0",
        "\ud800",
        "\U0001f600",
        "\u202e",
        "a\r\nb\u2028c",
        "```",
        "</script>",
        "%magic",
        "\x85",
    ]
) | st.text(max_size=12)
_KEYS = [
    "cells", "worksheets", "cell_type", "source", "input", "code", "text", "metadata", "nbgrader", "grade_id",
    "outputs", "id", "attachments", "nbformat", "image/png", "points", "$", "items", "key", "type",
]  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | NASTY_TEXT
    | st.sampled_from(["code", "markdown", "raw", "f", "check_f", "answer", "cells", 4, 3, 5])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(_KEYS) | NASTY_TEXT,
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
TOKENS = st.sampled_from(
    [b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\\u", b"\\ud800", b"NaN", b"-", b"1e999", b"\0",
     b"\xff\xfe", b"\xef\xbb\xbf", b"\n<<<<<<< HEAD\n", b"9" * 5000, b"[" * 2000, b'{"a":' * 500, b"null",
     b'"cells":[],', b'"cell_type":"heading",']
) | st.binary(max_size=8)  # fmt: skip
PLACE = st.integers(0, 10**6)


@st.composite
def notebooks(draw: st.DrawFn) -> dict[str, Any]:
    """A submission as plain JSON: the release, in which a student has worked; sometimes in an old format."""
    notebook: dict[str, Any] = json.loads(_RELEASED_TEXT)
    for cell in notebook["cells"]:
        if draw(st.booleans()):
            cell["source"] = draw(NASTY_TEXT | st.just(f"def {cell['id']}():\n    return 1"))
        if draw(st.integers(0, 5)) == 0:
            cell["source"] = cell["source"].splitlines(keepends=True)
    if draw(st.integers(0, 7)) == 0:
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["input"] = cell.pop("source")
        notebook.update(nbformat=3, worksheets=[{"cells": notebook.pop("cells")}])
    return notebook


def _lists_and_dicts(tree: Any) -> list[Any]:
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list) and node:
            found.append(node)
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return found


def _key(node: Any, place: int) -> Any:
    return list(node)[place % len(node)] if isinstance(node, dict) else place % len(node)


@st.composite
def spoilt_trees(draw: st.DrawFn) -> Any:
    """A submission with values replaced, deleted, copied, moved, nested or renamed, anywhere."""
    tree: Any = draw(notebooks())
    for _ in range(draw(st.integers(1, 6))):
        nodes = _lists_and_dicts(tree)
        if not nodes:
            break
        node = nodes[draw(PLACE) % len(nodes)]
        key = _key(node, draw(PLACE))
        match draw(st.sampled_from(["replace", "delete", "copy", "move", "nest", "rename"])):
            case "replace":
                node[key] = draw(JSON)
            case "delete":
                del node[key]
            case "copy":
                target = nodes[draw(PLACE) % len(nodes)]
                target[_key(target, draw(PLACE))] = copy.deepcopy(node[key])
            case "move" if isinstance(node, list):
                node.insert(draw(PLACE) % len(node), node.pop(key))
            case "nest":
                for _ in range(draw(st.sampled_from([1, 3, 60, 400]))):
                    node[key] = [node[key]]
            case "rename" if isinstance(node, dict):
                node[draw(NASTY_TEXT)] = node.pop(key)
    return tree


@st.composite
def spoilt_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """A file with bytes changed, cut out, repeated, inserted, or missing at the end."""
    data = bytearray(content)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(PLACE) % (len(data) + 1)
        length = draw(st.integers(1, 40))
        match draw(st.sampled_from(["change", "cut", "repeat", "insert", "end"])):
            case "change" if place < len(data):
                data[place] = draw(st.integers(0, 255))
            case "cut":
                del data[place : place + length]
            case "repeat":
                data[place:place] = data[place : place + length]
            case "insert":
                data[place:place] = draw(TOKENS)
            case "end":
                del data[place:]
    return bytes(data)


def _as_file(tree: Any) -> bytes:
    try:
        return json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except RecursionError:
        return b"[" * 1000


FILES: st.SearchStrategy[bytes] = (
    spoilt_trees().map(json.dumps).map(str.encode)
    | spoilt_trees().map(_as_file)
    | notebooks().map(json.dumps).map(str.encode).flatmap(spoilt_bytes)
    | JSON.map(json.dumps).map(str.encode)
    | st.binary(max_size=200)
    | st.tuples(
        notebooks().map(lambda tree: json.dumps(tree, ensure_ascii=True)),
        st.sampled_from(["utf-16", "utf-32", "utf-8-sig", "utf-7", "cp037"]),
    ).map(lambda pair: pair[0].encode(pair[1]))
)
"""Content of a file called a notebook."""

NAMES = st.sampled_from(
    ["task.ipynb", "other.ipynb", "a.txt", "timestamp.txt", "data", "..\\x", "two\nlines", "\u202e", "-r", "*",
     "x" * 120, ".git", "größe", "\udcff", "~", "CON", "%5C", "%"]
)  # fmt: skip
ENTRIES = st.lists(
    st.tuples(
        st.lists(NAMES, min_size=1, max_size=6),
        st.sampled_from(
            ["file", "file", "file", "notebook", "link", "loop", "pipe", "large", "folder"]
        ),
    ),
    max_size=14,
)
"""Paths within a submission, and what lies there."""

_MEMBERS = st.one_of(
    st.lists(NAMES, min_size=1, max_size=3).map("/".join),
    st.sampled_from(
        ["task.ipynb", "ann/task.ipynb", "../ann/task.ipynb", "/ann/task.ipynb", "//ann/task.ipynb",
         "..\\ann\\task.ipynb", "C:/task.ipynb", "./task.ipynb", "x/../../ann/task.ipynb", "ann_task.ipynb",
         "Task.ipynb", "task.ipynb.", "...zip", "..tar.gz", "x.zip", "ann.zip", "ann_task.zip", "a" * 300,
         "\U0001f600" * 100, ".", "..", ""]
    ),
)  # fmt: skip
_TYPES = [
    tarfile.REGTYPE, tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE,
    tarfile.CHRTYPE, tarfile.GNUTYPE_SPARSE, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, b"?",
]  # fmt: skip


@st.composite
def archives(draw: st.DrawFn, depth: int = 1) -> bytes:
    """A zip or tar of files, links, special headers and further archives, mostly sound, and then spoilt."""
    content = st.sampled_from([b"", b"{}", bytes(5000), b"20 path=ann/x.ipynb\n", b"9 size=1\n"])
    inner = (content | archives(depth - 1)) if depth else content
    members = draw(st.lists(st.tuples(_MEMBERS, inner, st.sampled_from(_TYPES)), max_size=5))
    spoilt = draw(st.sampled_from(["", "", "", "file", "content"]))
    buffer = io.BytesIO()
    if draw(st.booleans()):
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, data, kind in members:
                about = zipfile.ZipInfo(name.encode("utf-8", "replace").decode() or "x")
                about.compress_type = draw(st.sampled_from([0, 8, 8, 12, 14]))
                about.external_attr = (0o120777 << 16) if kind == tarfile.SYMTYPE else 0
                archive.writestr(about, data)
        return draw(spoilt_bytes(buffer.getvalue())) if spoilt == "file" else buffer.getvalue()
    for name, data, kind in members:
        member = tarfile.TarInfo(name)
        member.type, member.size, member.linkname = kind, len(data), "../ann/task.ipynb"
        buffer.write(member.tobuf(tarfile.GNU_FORMAT, errors="surrogateescape"))
        buffer.write(data + bytes(-len(data) % 512))
    plain = buffer.getvalue() + bytes(1024)
    if spoilt == "content":
        plain = draw(spoilt_bytes(plain))
    pack = draw(st.sampled_from([bytes, gzip.compress, gzip.compress, bz2.compress, lzma.compress]))
    return draw(spoilt_bytes(pack(plain))) if spoilt == "file" else pack(plain)


ARCHIVES = st.tuples(st.sampled_from(["mal.zip", "mal.tar.gz", "mal_task.gz"]), archives())
"""What a student may hand in besides an honest class, under a name that the platform has given."""


class Nasty:
    """An object whose every method is against its reader."""

    def __init__(self, error: type[BaseException]) -> None:
        self._error = error

    def _raise(self, *_: Any) -> Any:
        raise self._error("no")

    __len__ = __iter__ = __getitem__ = __str__ = __repr__ = __bool__ = __index__ = __float__ = (
        _raise
    )
    __eq__ = __hash__ = __array__ = _raise  # type: ignore[assignment]


def _subclass(base: type, method: str, error: type[BaseException]) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise error("no")

    return type(f"Nasty{base.__name__}", (base,), {method: refuse})


@st.composite
def values(draw: st.DrawFn) -> Any:
    """What a student's function may return: plain data, arrays, tensors, and objects that are hostile."""
    errors = st.sampled_from(
        [ValueError, SystemExit, KeyboardInterrupt, RecursionError, MemoryError]
    )
    arrays = st.sampled_from(
        [np.zeros(0), np.zeros((2, 0, 3)), np.array(5), np.array(["a", None], object), np.zeros(2, "M8[s]"),
         np.zeros(2, [("a", int)]), np.ma.array([1, 2], mask=[True, False]), np.arange(12).reshape(3, 4).T,
         np.array([b"x"]), np.array(["\ud800"]), np.float16(2), np.longdouble(2), np.array([1 + 2j]),
         np.broadcast_to(np.zeros(1), (300, 300)), np.array([[]], object), np.void(b"abc"), np.matrix([1])]
    )  # fmt: skip
    tensors = st.sampled_from(
        [torch.zeros(2, 3), torch.zeros(2, dtype=torch.bfloat16), torch.tensor(1.0, requires_grad=True),
         torch.zeros(2, 2).to_sparse(), torch.zeros(2, device="meta"), torch.tensor([1j]).conj(),
         torch.empty(0), torch.nn.Parameter(torch.ones(1)), torch.zeros(1, dtype=torch.complex32)]
    )  # fmt: skip
    hostile = st.one_of(
        errors.map(Nasty),
        st.tuples(
            st.sampled_from(
                [(list, "__iter__"), (list, "__len__"), (dict, "items"), (dict, "__len__"), (str, "__getitem__"),
                 (str, "__str__"), (int, "__int__"), (float, "__float__"), (tuple, "__iter__"), (int, "__index__")]
            ),
            errors,
        ).map(lambda pair: _subclass(*pair[0], pair[1])()),
        st.none().map(lambda _: 10**5000),  # too long to be written as text
        st.sampled_from([type, object(), range(3), {1, 2}, iter([1]), b"x", Ellipsis, lambda: 0]),
    )  # fmt: skip
    nested = st.recursive(
        SCALARS | arrays | tensors | hostile,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.tuples(inner, inner)
            | st.dictionaries(st.integers() | st.text(max_size=3) | st.none(), inner, max_size=3)
        ),
        max_leaves=10,
    )
    value = draw(nested)
    if draw(st.integers(0, 15)) == 0:
        for _ in range(draw(st.sampled_from([5, 200, 5000]))):
            value = [value]
    if draw(st.integers(0, 15)) == 0:
        endless: list[Any] = [value]
        endless.append(endless)
        value = endless
    return value


def _archive_and_text(tree: Any) -> tuple[bytes, bytes]:
    message = pack(tree)
    return message.text.encode(), message.archive


_ARRAYS = st.sampled_from(
    [np.arange(3), np.zeros((2, 2), np.float32), np.array(1.5), np.array(["ab"])]
)
MESSAGES = (
    st.recursive(
        SCALARS | _ARRAYS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NASTY_TEXT, inner, max_size=2),
        max_leaves=6,
    )
    .map(_archive_and_text)
    .flatmap(lambda parts: st.tuples(spoilt_bytes(parts[0]), spoilt_bytes(parts[1])))
) | st.tuples(JSON.map(json.dumps).map(str.encode), st.just(pack([]).archive))
"""Text and archive of an answer that is right, and then changed; or that was written by hand."""

_SHOWN = NASTY_TEXT | st.lists(NASTY_TEXT, max_size=2) | JSON
_FORMS = ["text/plain", "text/html", "text/markdown", "image/png", "image/svg+xml", "x"]
_DATA = st.dictionaries(
    st.sampled_from(_FORMS),
    _SHOWN | st.sampled_from(["100", "-1", "nan", "6.0", "iVBORw0KGgo=", "=", "A" * 9]),
    max_size=3,
)
OUTPUTS = st.lists(
    st.fixed_dictionaries(
        {
            "output_type": st.just("stream"),
            "name": st.sampled_from(["stdout", "stderr", "x"]) | JSON,
            "text": _SHOWN,
        }
    )
    | st.fixed_dictionaries(
        {
            "output_type": st.sampled_from(["display_data", "execute_result"]),
            "data": _DATA | JSON,
            "metadata": JSON,
            "execution_count": st.none() | st.integers() | JSON,
        }
    )
    | st.fixed_dictionaries(
        {
            "output_type": st.just("error"),
            "ename": _SHOWN,
            "evalue": _SHOWN,
            "traceback": st.lists(_SHOWN, max_size=2) | JSON,
        }
    )
    | st.fixed_dictionaries({"output_type": SCALARS}, optional={"data": JSON, "text": JSON}),
    max_size=5,
)
"""What a cell may have displayed, as its kernel claims."""
