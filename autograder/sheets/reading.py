"""A platform's sheet as cells and as the text that they came from: what is not filled stays, byte for byte."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.errors import CourseError

DELIMITERS = ",;\t"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of spreadsheets begin, newer and older ones."""
_SAVE_ANEW = "download it anew from the platform, or save it as “CSV UTF-8”"


@dataclass(frozen=True)
class Row:
    """One record of a sheet.

    Attributes:
        number: as a spreadsheet counts, the header being 1.
        cells: what they hold.
        raw: how each is written, quotes included.
        end: the end of the line; "" where the file ends without one.
    """

    number: int
    cells: tuple[str, ...]
    raw: tuple[str, ...]
    end: str

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class Sheet:
    """A table with a header, and how it is written.

    Attributes:
        path: the file.
        rows: all of them; the first is the header.
        delimiter: between cells.
        encoding: of the text.
        mark: the bytes before it that tell the encoding, or none.
    """

    path: Path
    rows: tuple[Row, ...]
    delimiter: str
    encoding: str
    mark: bytes

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, without blanks around them."""
        return tuple(cell.strip() for cell in self.rows[0].cells)

    def filled(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """Return the file with other values in some cells.

        Args:
            changes: the new value of a cell, by the index of its row in `rows` and that of its column.
        """
        in_row: dict[int, dict[int, str]] = {}
        for (index, column), value in changes.items():
            in_row.setdefault(index, {})[column] = value
        parts = []
        for index, row in enumerate(self.rows):
            raw = list(row.raw)
            for column, value in in_row.get(index, {}).items():
                raw[column] = self._written(value, in_quotes=raw[column].startswith('"'))
            parts.append(self.delimiter.join(raw) + row.end)
        # Only a comment can hold a letter that the sheet's encoding lacks, and Moodle's comments are HTML.
        return self.mark + "".join(parts).encode(self.encoding, "xmlcharrefreplace")

    def _written(self, value: str, *, in_quotes: bool) -> str:
        if in_quotes or value != value.strip() or set(value) & {self.delimiter, '"', "\r", "\n"}:
            return '"' + value.replace('"', '""') + '"'
        return value


def read_sheet(path: Path) -> Sheet:
    """Read a sheet.

    Raises:
        CourseError: it cannot be read, is empty, or is no table of text that every reader takes alike.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from error
    text, encoding, mark = _decoded(path, data)
    if not text.strip():
        raise CourseError(f"{path} is empty; {_SAVE_ANEW}")
    delimiter = _delimiter(text)
    if delimiter is None:
        raise CourseError(f"{path} is no CSV: its first line has one cell only; {_SAVE_ANEW}")
    return Sheet(path, tuple(_rows(path, text, delimiter)), delimiter, encoding, mark)


def _decoded(path: Path, data: bytes) -> tuple[str, str, bytes]:
    if data.startswith(_WORKBOOKS):
        raise CourseError(f"{path} is a spreadsheet's workbook and no CSV; {_SAVE_ANEW}")
    if data.startswith(_UTF_16):
        raise CourseError(
            f"{path} is written in UTF-16, which no platform gives out, and no importer is known to take; {_SAVE_ANEW}"
        )
    if b"\0" in data:
        raise CourseError(f"{path} is no text; {_SAVE_ANEW}")
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        return data.removeprefix(mark).decode("utf-8"), "utf-8", mark
    except UnicodeDecodeError as error:
        if mark:
            raise CourseError(
                f"{path} is damaged: it begins as UTF-8, and is not; {_SAVE_ANEW}"
            ) from error
    try:
        return data.decode("cp1252"), "cp1252", b""
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is no text; {_SAVE_ANEW}") from error


def _delimiter(text: str) -> str | None:
    """Return what separates most cells of the first line."""
    found = {}
    for delimiter in DELIMITERS:
        cells, position = 1, 0
        while match := _field(delimiter).match(text, position):
            if match["end"] != delimiter:
                break
            cells, position = cells + 1, match.end()
        found[delimiter] = cells
    best = max(DELIMITERS, key=lambda delimiter: found[delimiter])
    return best if found[best] > 1 else None


def _rows(path: Path, text: str, delimiter: str) -> Iterator[Row]:
    pattern = _field(delimiter)
    position, number = 0, 1
    cells: list[str] = []
    raw: list[str] = []
    while position < len(text) or raw:
        match = pattern.match(text, position)
        if match is None:
            # Readers differ in what they make of it: no statement about the importer would hold.
            raise CourseError(
                f"{path}, row {number}: a cell begins with a quotation mark and does not end with one; {_SAVE_ANEW}"
            )
        field, end = match["field"], match["end"]
        raw.append(field)
        cells.append(field[1:-1].replace('""', '"') if field.startswith('"') else field)
        position = match.end()
        if end != delimiter:
            yield Row(number, tuple(cells), tuple(raw), end)
            cells, raw, number = [], [], number + 1


@cache
def _field(delimiter: str) -> re.Pattern[str]:
    d = re.escape(delimiter)
    # Possessive: a text that does not match costs no more time than one that does.
    return re.compile(
        rf'(?P<field>"[^"]*+(?:""[^"]*+)*+"|(?!")[^{d}\r\n]*+)(?P<end>{d}|\r\n|\n|\r|\Z)'
    )
