"""Points as exact decimals, read and written with a point or a comma."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from autograder.errors import ChoiceError

PLACES = Decimal("0.00001")
"""Finer differences between two scores are taken for noise of binary arithmetic: Moodle keeps five places."""
POINT, COMMA = ".", ","
MARKS = {"point": POINT, "comma": COMMA}
_NUMBER = re.compile(r"[+-]?(?:\d+(?:(?P<mark>[.,])\d*)?|(?P<first>[.,])\d+)", re.ASCII)
_LARGEST = 1e12


def rounded(value: Decimal) -> Decimal:
    """Return a number to five places, halves away from 0; never −0."""
    return value.quantize(PLACES, ROUND_HALF_UP) + 0


def exact(score: float) -> Decimal | None:
    """Return the decimal that a float stands for, without binary noise; None for what is no number of points."""
    if not abs(score) < _LARGEST:
        return None
    return rounded(Decimal(repr(float(score))))


def read_number(text: str) -> Decimal | None:
    """Return the number that a cell holds, written with either mark; None if it holds something else."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    return Decimal(found[0].replace(COMMA, POINT))


def mark_of(texts: Iterable[str]) -> str | None:
    """Return the decimal mark that numbers in a sheet are written with; None if none has one.

    Raises:
        ChoiceError: some have a point and some a comma.
    """
    found: dict[str, str] = {}
    for text in texts:
        if match := _NUMBER.fullmatch(text.strip()):
            mark = match["mark"] or match["first"]
            if mark:
                found.setdefault(mark, text.strip())
    if len(found) > 1:
        raise ChoiceError(
            f"the sheet has numbers with a decimal comma ({found[COMMA]}) and with a point ({found[POINT]}); "
            "say --decimal comma or --decimal point"
        )
    return next(iter(found), None)


def written(value: Decimal, mark: str = POINT) -> str:
    """Return a number as text: no more places than it has, no exponent, no sign for groups of digits."""
    text = f"{rounded(value):f}"
    return text.rstrip("0").rstrip(".").replace(POINT, mark)
