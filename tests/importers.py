"""Simulated platforms: each gives out a sheet, and takes one back as docs/grades_out.md says that it does.

They read with Python's `csv`, and share nothing with what fills the sheets.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

TIME = "%A, %d %B %Y, %I:%M:%S %p"
NOON = datetime(2026, 3, 5, 12, 0, 0)
PATIENCE = timedelta(seconds=60)


class RefusedError(Exception):
    """The whole file is refused."""


@dataclass(frozen=True)
class Style:
    """How a file is written: what platforms, locales and spreadsheets differ in."""

    delimiter: str = ","
    end: str = "\r\n"
    mark: bool = False
    quote_all: bool = False
    comma: bool = False
    last_end: bool = True

    def number(self, value: Decimal | None) -> str:
        text = "" if value is None else f"{value:f}"
        return text.replace(".", ",") if self.comma else text

    def write(self, rows: Iterable[Sequence[str]]) -> bytes:
        lines = [self.delimiter.join(map(self._cell, row)) for row in rows]
        text = self.end.join(lines) + (self.end if self.last_end else "")
        return text.encode("utf-8-sig" if self.mark else "utf-8")

    def _cell(self, text: str) -> str:
        if self.quote_all or set(text) & {self.delimiter, '"', "\r", "\n"}:
            return '"' + text.replace('"', '""') + '"'
        return text

    def read(self, data: bytes) -> list[list[str]]:
        text = io.StringIO(data.decode("utf-8-sig"), newline="")
        return [row for row in csv.reader(text, delimiter=self.delimiter, strict=True) if any(row)]

    def parsed(self, text: str) -> Decimal:
        """Read a number as this locale does, and no other way."""
        mark = "," if self.comma else "."
        if not re.fullmatch(rf"-?\d+(\{mark}\d+)?", text):
            raise RefusedError(f"{text!r} is no number here")
        return Decimal(text.replace(",", "."))


@dataclass
class Person:
    """Somebody on a platform, and the grade there."""

    name: str
    number: int
    login: str
    sis: str = ""
    grade: Decimal | None = None
    excused: bool = False
    locked: bool = False
    graded: datetime | None = None
    comment: str = ""


@dataclass
class Canvas:
    """Assignments are columns; who has none is made."""

    people: list[Person]
    points: Decimal = Decimal(100)
    title: str = "task (17)"
    style: Style = Style()
    sis: bool = True
    extra: tuple[str, ...] = ()
    made: list[str] = field(default_factory=list)

    def sheet(self) -> list[list[str]]:
        head = ["Student", "ID", *(["SIS User ID"] * self.sis), "SIS Login ID", "Section"]
        blank = [""] * (len(head) - 1)
        rows = [
            [*head, *self.extra, self.title, "Final Score"],
            [
                "    Points Possible",
                *blank,
                *("" for _ in self.extra),
                self.style.number(self.points),
                "(read only)",
            ],
        ]
        for one in self.people:
            grade = "EX" if one.excused else self.style.number(one.grade)
            ids = [str(one.number), *([one.sis] * self.sis), one.login]
            rows.append([one.name, *ids, "Section A", *("5" for _ in self.extra), grade, "50"])
        return rows

    def give_out(self) -> bytes:
        return self.style.write(self.sheet())

    def take(self, data: bytes) -> None:
        head, *rows = self.style.read(data)
        known = {"Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account"}
        width = next((i for i, name in enumerate(head) if name not in known), len(head))
        if width == len(head) or "Section" not in head[width]:
            raise RefusedError("no Section")
        for index in range(width + 1, len(head)):
            if head[index] in {"Final Score", *self.extra}:
                continue  # read only, or another assignment
            if head[index] != self.title:
                self.made.append(head[index])
                continue
            for row in rows:
                if row[0].strip() == "Points Possible":
                    self.points = self.style.parsed(row[index])
                else:
                    self._grade(self._found(dict(zip(head, row, strict=True))), row[index])

    def _found(self, row: dict[str, str]) -> Person:
        ways = (
            ("ID", lambda one: str(one.number)),
            ("SIS User ID", lambda one: one.sis),
            ("SIS Login ID", lambda one: one.login),
            ("Student", lambda one: one.name),
        )
        for column, value in ways:
            if row.get(column):
                for one in self.people:
                    if value(one) == row[column]:
                        return one
        raise RefusedError(f"nobody is {row}")

    def _grade(self, one: Person, text: str) -> None:
        one.excused = text == "EX"
        one.grade = None if text in ("EX", "", "-") else self.style.parsed(text)


@dataclass
class Moodle:
    """One assignment; rows that it does not like are left out without a word."""

    people: list[Person]
    points: Decimal = Decimal(100)
    style: Style = Style()
    words: tuple[str, str, str] = ("Participant ", "Yes", "No")
    columns: tuple[str, ...] = (
        *("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"),
        *("Grade can be changed", "Last modified (submission)", "Last modified (grade)"),
        "Feedback comments",
    )

    def sheet(self) -> list[list[str]]:
        participant, yes, no = self.words
        rows = [list(self.columns)]
        for one in self.people:
            graded = "-" if one.graded is None else one.graded.strftime(TIME)
            changeable = no if one.locked else yes
            rows.append(
                [
                    f"{participant}{one.number}", one.name, f"{one.login}@example.org", "Submitted",
                    self.style.number(one.grade), self.style.number(self.points), changeable,
                    NOON.strftime(TIME), graded, one.comment,
                ]
            )  # fmt: skip
        return rows

    def give_out(self) -> bytes:
        return self.style.write(self.sheet())

    def take(self, data: bytes) -> None:
        head, *rows = self.style.read(data)
        identifier, grade, time, comment = (self.columns[i] for i in (0, 4, 8, 9))
        if not {identifier, grade, time} <= set(head):
            raise RefusedError("a column is missing")
        for values in rows:
            row = dict(zip(head, values, strict=True))
            one = next(p for p in self.people if f"{self.words[0]}{p.number}" == row[identifier])
            seen = datetime.min if row[time] == "-" else datetime.strptime(row[time], TIME)
            if one.locked or (one.graded is not None and one.graded - seen > PATIENCE):
                continue
            if row[grade].strip():
                value = self.style.parsed(row[grade])
                if 0 <= value <= self.points:
                    one.grade = value
            one.comment = row[comment]


@dataclass
class Brightspace:
    """Items are columns; what is above their maximum is cut, unless the item may exceed it."""

    people: list[Person]
    points: Decimal = Decimal(100)
    style: Style = Style()
    may_exceed: bool = False
    number_sign: bool = True
    ids: tuple[str, ...] = ("OrgDefinedId", "Username")
    others: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        return f"task Points Grade <Numeric MaxPoints:{self.points} Weight:10>"

    def sheet(self) -> list[list[str]]:
        other = [f"{name} Points Grade <Numeric MaxPoints:5 Weight:1>" for name in self.others]
        rows = [
            [*self.ids, "Last Name", "First Name", *other, self.column, "End-of-Line Indicator"]
        ]
        sign = "#" * self.number_sign
        for one in self.people:
            values = {"OrgDefinedId": f"{sign}{one.number}", "Username": f"{sign}{one.login}"}
            ids = [values[name] for name in self.ids]
            others = ["3"] * len(self.others)
            rows.append([*ids, one.name, "", *others, self.style.number(one.grade), "#"])
        return rows

    def give_out(self) -> bytes:
        return self.style.write(self.sheet())

    def take(self, data: bytes) -> None:
        head, *rows = self.style.read(data)
        if head[-1] != "End-of-Line Indicator" or self.column not in head:
            raise RefusedError("a column is missing")
        for values in rows:
            if values[-1] != "#":
                raise RefusedError("a line does not end")
            row = dict(zip(head, values, strict=True))
            for one in self.people:
                told = {"OrgDefinedId": str(one.number), "Username": one.login}
                if all(row[name].lstrip("#") == told[name] for name in self.ids):
                    if row[self.column]:
                        value = self.style.parsed(row[self.column])
                        one.grade = value if self.may_exceed else min(value, self.points)
                    break
            else:
                raise RefusedError(f"nobody is {row}")


Platform = Canvas | Moodle | Brightspace
