"""Text in a table's cell that no spreadsheet takes for a formula. Imports nothing heavy."""

from __future__ import annotations

import unicodedata

_FORMULA = frozenset("=+-@|\N{MINUS SIGN}")
_SEPARATORS = frozenset(";|")
"""What a spreadsheet may take for the end of a cell, besides the comma: a cell with a comma is in quotes."""


def without_formula(text: str) -> str:
    """Return a text in one line with an apostrophe where a formula would begin.

    That is at the start, and behind what elsewhere separates cells. Letters that a spreadsheet may leave out there do
    not hide it, nor do forms of a sign for other scripts.
    """
    safe, at_start = [], True
    for letter in text:
        kind = unicodedata.category(letter)
        if at_start and unicodedata.normalize("NFKC", letter) in _FORMULA:
            safe.append("'")
        at_start = letter in _SEPARATORS or (at_start and (kind[0] in "CZ" or letter in "\"'"))
        safe.append(" " if kind in ("Cc", "Zl", "Zp") else letter)
    return "".join(safe)
