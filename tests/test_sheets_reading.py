"""A platform's sheet is read as it is written, and numbers in it as what they are."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import ChoiceError, CourseError
from autograder.sheets.numbers import COMMA, POINT, exact, mark_of, read_number, written
from autograder.sheets.reading import read_sheet


def sheet_of(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "sheet.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"a text\nof two lines\n", "is no CSV"),
        (b"PK\x03\x04 and so on", "is a spreadsheet's workbook"),
        ("Student,ID\n".encode("utf-16"), "is written in UTF-16"),
        ("Student,ID\n".encode("utf-16-le"), "is no text"),
        (b"\x89PNG\r\n\x1a\n\x81,", "is no text"),
        (b"\xef\xbb\xbfStudent,\xff\n", "is damaged"),
        (b'Student,ID\n"Ada,1\n', "row 2: a cell begins with a quotation mark"),
        (b'Student,ID\n"Ada"x,1\n', "row 2: a cell begins with a quotation mark"),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_way_out(
    data: bytes, words: str, tmp_path: Path
) -> None:
    with pytest.raises(CourseError, match=words) as raised:
        read_sheet(sheet_of(tmp_path, data))
    assert "download it anew" in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"none\.csv cannot be read: No such file"):
        read_sheet(tmp_path / "none.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_but_the_filled_cells_stay_as_they_were(
    encoding: str, delimiter: str, end: str, tmp_path: Path
) -> None:
    """Quotes that were not needed, blanks, an empty line, a missing last line end: whoever wrote them meant them."""
    lines = [["Name", "Grade", "Rest"], ['"Zoë"', " 1 ", '"a\n""b"""'], [""], ["x", '"2"', ""]]
    text = end.join(delimiter.join(line) for line in lines)
    path = sheet_of(tmp_path, text.encode(encoding))
    sheet = read_sheet(path)
    assert sheet.filled({}) == path.read_bytes()
    assert [row.cells for row in sheet.rows] == [
        ("Name", "Grade", "Rest"),
        ("Zoë", " 1 ", 'a\n"b"'),
        ("",),
        ("x", "2", ""),
    ]
    filled = sheet.filled({(1, 1): "7", (3, 1): "8,5", (3, 2): delimiter})
    assert filled.decode(encoding) == text.replace(" 1 ", "7").replace(
        f'"2"{delimiter}', f'"8,5"{delimiter}"{delimiter}"'
    )


def test_a_letter_that_the_encoding_lacks_is_written_as_html(tmp_path: Path) -> None:
    """Only comments of Moodle's can hold one, and they are HTML."""
    sheet = read_sheet(sheet_of(tmp_path, "Zoë,b\n".encode("cp1252")))
    assert sheet.filled({(0, 1): "ł"}) == b"Zo\xeb,&#322;\n"


def test_a_quotation_mark_that_nothing_ends_takes_no_long_time(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="row 2"):
        read_sheet(sheet_of(tmp_path, b"a,b\n" + b'"' + b'""x' * 1_000_000))


@given(st.floats(0, 1e6))
def test_what_is_written_is_what_is_read(score: float) -> None:
    value = exact(score)
    assert value is not None
    assert abs(value - Decimal(score)) <= Decimal("0.0000051")
    for mark in (POINT, COMMA):
        text = written(value, mark)
        assert read_number(text) == value
        assert "e" not in text.casefold()


def test_no_binary_noise_is_written() -> None:
    written_as = {
        0.1 + 0.2: "0.3",
        87.5: "87.5",
        100.0: "100",
        0.0: "0",
        1 / 3: "0.33333",
    }
    for score, text in written_as.items():
        assert written(exact(score) or Decimal(0)) == text
    assert written(exact(-0.0) or Decimal("-0")) == "0"
    assert exact(float("nan")) is exact(float("inf")) is None


@pytest.mark.parametrize("text", ["", "-", "EX", "A", "80 %", "1.234,5", "1e3", "٣", "=1", "n/a"])
def test_what_is_no_number_is_not_taken_for_one(text: str) -> None:
    assert read_number(text) is None


def test_the_decimal_mark_is_that_of_the_sheet() -> None:
    assert mark_of(["", "80", "1,5"]) == COMMA
    assert mark_of(["-", "80", "1.5"]) == POINT
    assert mark_of(["80", "A,B"]) is None
    with pytest.raises(
        ChoiceError, match=r"comma \(1,5\) and with a point \(2\.5\); say --decimal"
    ):
        mark_of(["1,5", "2.5"])
