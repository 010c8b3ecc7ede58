"""What a student's cell displays, reduced to forms that are safe in an instructor's browser, and to a size.

Messages of a kernel are written by a stranger: each part is taken for what it is only after a look. Text and
pictures (PNG, JPEG) stay; HTML, SVG, Markdown and JavaScript are left to the plain text that comes with them.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.kernel.limits import KIB, MIB, Bounds

PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
"""MIME types of the pictures that are shown, each with what such a file begins with."""
_SHOWN = {"stream", "error", "display_data", "execute_result"}
_COUNTED = {*_SHOWN, "clear_output", "update_display_data"}
_SEPARATE = {"display_data", "execute_result", "error"}
_SMALLEST = 4 * KIB
"""Bytes that an output counts for at least."""
_USED = {*_COUNTED, "status", "execute_input"}


class PlainClient(NotebookClient):
    """An nbclient that keeps only plain outputs, and only so many of them.

    Widgets are not served: their messages would let one cell redirect the outputs of another.
    """

    bounds: Bounds
    answer_type: str | None = None
    """MIME type of the one output wanted, while a request is answered; None while a cell runs."""
    largest_answer = 0
    _cell_size = 0
    _size = 0
    _is_cut = False

    def execute_cell(self, cell: NotebookNode, *args: Any, **kwargs: Any) -> NotebookNode:
        """See the base class."""
        self._cell_size, self._is_cut = 0, False
        return super().execute_cell(cell, *args, **kwargs)

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """See the base class."""
        kind = msg["msg_type"]
        if kind not in _USED:
            return None
        if kind in _COUNTED and not self._takes(kind, msg["content"]):
            return None
        return super().process_message(msg, cell, cell_index)

    def output(
        self,
        outs: list[NotebookNode],
        msg: dict[str, Any],
        display_id: str | None,
        cell_index: int,
    ) -> NotebookNode | None:
        """See the base class."""
        if self.answer_type is None:
            msg["content"] = plain_content(msg["msg_type"], msg["content"])
            if msg["content"] is None:
                return None
        return super().output(outs, msg, display_id, cell_index)

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        if self.answer_type is None:
            msg["content"] = plain_content("display_data", msg["content"]) or {
                "data": {},
                "metadata": {},
            }
            super()._update_display_id(display_id, msg)

    def _takes(self, kind: str, content: Any) -> bool:
        size = text_size(content) * self._places(kind, content)
        if self.answer_type is not None:
            # The answer alone is wanted, not what the student's function prints meanwhile.
            wanted = kind == "display_data" and self.answer_type in content["data"]
            self._cell_size += size if wanted else 0
            return wanted and self._cell_size <= self.largest_answer
        if kind in _SEPARATE:  # each costs whoever shows them more than its text
            size = max(size, _SMALLEST)
        fits = (
            self._cell_size + size <= self.bounds.cell_output
            and self._size + size <= self.bounds.output
        )
        self._is_cut = self._is_cut or not fits
        if fits:
            self._cell_size += size
            self._size += size
        return fits

    def _places(self, kind: str, content: Any) -> int:
        """Return how many places nbclient goes through for a message; at least 1.

        So many times it counts: a few thousand messages that each change a few thousand outputs take hours.
        """
        if kind == "clear_output":
            return max(1, len(self._display_id_map))
        name = (content.get("transient") or {}).get("display_id")
        shown = self._display_id_map.get(name, {}) if name else {}
        return max(1, len(shown), sum(map(len, shown.values())))

    def cut(self) -> str | None:
        """Say that not all that the last cell displayed was kept, or None."""
        if not self._is_cut:
            return None
        cell, notebook = (size // MIB for size in (self.bounds.cell_output, self.bounds.output))
        return (
            f"[Not all is shown: a cell may display {cell} MiB, and a notebook {notebook} MiB.]\n"
        )


def plain_content(kind: str, content: Any) -> dict[str, Any] | None:
    """Return a message's content in the form that the notebook format wants, or None if nothing stays.

    Raises:
        KeyError, TypeError, AttributeError: it is no message of this kind.
    """
    match kind:
        case "stream":
            return {
                "name": "stderr" if content["name"] == "stderr" else "stdout",
                "text": _text(content["text"]),
            }
        case "error":
            return {
                "ename": _text(content["ename"]),
                "evalue": _text(content["evalue"]),
                "traceback": [_text(line) for line in content["traceback"]],
            }
        case _:
            data = plain_data(content["data"])
            count = content.get("execution_count")
            if not data:
                return None
            return {
                "data": data,
                "metadata": {},
                "execution_count": count if _is_count(count) else None,
            }


def plain_data(data: dict[str, Any]) -> dict[str, str]:
    """Return the text and the picture among the forms of one output."""
    kept = {}
    if isinstance(data.get("text/plain"), str | list):
        kept["text/plain"] = _text(data["text/plain"])
    for kind, signature in PICTURES.items():
        picture = _picture(data.get(kind), signature)
        if picture is not None:
            kept[kind] = picture
    return kept


def tidy(cell: NotebookNode) -> None:
    """Bring what a kernel said of a code cell into the notebook format."""
    if not _is_count(cell.get("execution_count")):
        cell.execution_count = None


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**31


def note(text: str) -> NotebookNode:
    """Return an output with a word of the grader's."""
    return new_output("stream", name="stdout", text=text)


def text_size(value: Any) -> int:
    """Return how many characters the texts within a message have together, with a little for each part."""
    total, waiting = 0, [value]
    while waiting:
        part = waiting.pop()
        total += len(part) if isinstance(part, str) else 8
        if isinstance(part, dict):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            waiting += part
    return total


def _text(value: Any) -> str:
    text = "".join(value) if isinstance(value, list) else value
    if not isinstance(text, str):
        raise TypeError(f"a {type(text).__name__} where a text belongs")
    # Half a surrogate pair is legal in JSON, but cannot be written into a file.
    return text.encode("utf-8", "replace").decode()


def _picture(value: Any, signature: bytes) -> str | None:
    if not isinstance(value, str | list):
        return None
    try:
        image = base64.b64decode("".join(_text(value).split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    # Encoded anew, so that what stands in a page's attribute is base64 and nothing else.
    return base64.b64encode(image).decode("ascii") if image.startswith(signature) else None
