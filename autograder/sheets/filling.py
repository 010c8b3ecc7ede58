"""The plan: what becomes of each row of a sheet, in words, and what is written into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from html import escape

from autograder.errors import ChoiceError
from autograder.report.harmless import without_formula
from autograder.sheets.grades import NO_SCORE, Grade, Grades
from autograder.sheets.numbers import POINT, mark_of, read_number, rounded, written
from autograder.sheets.reading import Sheet
from autograder.sheets.roster import Owner
from autograder.sheets.target import NO_GRADE, Above, Entry, Target

DONE, REFUSED = 0, 1
"""Exit statuses: every row that has a grade was filled, or some were refused."""


class Fate(Enum):
    """What becomes of a row."""

    SET = "set"
    EQUAL = "already right"
    NO_SCORE = "not graded"
    KEPT = "left alone"
    NOBODY = "nobody's"
    REFUSED = "refused"


@dataclass(frozen=True)
class Rules:
    """What the user wants.

    Attributes:
        scale: bring scores to the platform's maximum, in proportion.
        allow_above: write scores above it, too, where the importer does not leave them out.
        mark: the decimal mark to write; None for the sheet's own.
        comments: write comments where the sheet has a column for them, and nothing stands there.
    """

    scale: bool = False
    allow_above: bool = False
    mark: str | None = None
    comments: bool = False


@dataclass(frozen=True)
class Planned:
    """One row.

    Attributes:
        entry: the row.
        fate: what becomes of it.
        sentence: the same in words that go on from the person's name.
        student: whose it is, or None.
        value: what is written as its grade; None where it stays as it is.
        text: the same as it is written.
        comment: what is written as its comment; None where that stays.
    """

    entry: Entry
    fate: Fate
    sentence: str
    student: str | None = None
    value: Decimal | None = None
    text: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class Plan:
    """All of a sheet.

    Attributes:
        target: the sheet.
        rows: one an entry.
        missing: grades of students whom no row is, in alphabetical order.
        notes: what whoever imports it has to know.
    """

    target: Target
    rows: tuple[Planned, ...]
    missing: tuple[Grade, ...]
    notes: tuple[str, ...]

    @property
    def changes(self) -> dict[tuple[int, int], str]:
        """New values of cells, for `Sheet.filled`."""
        found = {}
        for row in self.rows:
            if row.text is not None:
                found[row.entry.index, self.target.column] = row.text
            if row.comment is not None and self.target.comment is not None:
                found[row.entry.index, self.target.comment] = row.comment
        return found

    @property
    def status(self) -> int:
        """`REFUSED` if a row was refused, or somebody with a score has none; else `DONE`."""
        refused = any(row.fate is Fate.REFUSED for row in self.rows)
        return (
            REFUSED if refused or any(grade.score is not None for grade in self.missing) else DONE
        )


def make_plan(
    sheet: Sheet, target: Target, grades: Grades, owners: Mapping[int, Owner], rules: Rules
) -> Plan:
    """Say what becomes of each row.

    Args:
        sheet: the file.
        target: what was recognised in it.
        grades: the course's.
        owners: whose each row is, by its index.
        rules: what the user wants.

    Raises:
        ChoiceError: which decimal mark, or which maximum, is meant is not clear.
    """
    notes = [*target.notes]
    maximum = target.maximum
    if maximum is None:
        if rules.scale:
            raise ChoiceError(
                f"{sheet.path} does not say how many points {target.title} has at most: there is nothing to scale to"
            )
        notes.append(
            f"The sheet does not say how many points there are at most; {written(grades.points)} are assumed, as in "
            "the gradebook."
        )
        maximum = grades.points
    elif maximum != grades.points:
        how = (
            "scores are scaled"
            if rules.scale
            else "points go over as they are; --scale scales them"
        )
        notes.append(
            f"{target.platform} has {written(maximum)} points at most, the gradebook {written(grades.points)}: {how}. "
            "It may be the sheet of another assignment."
        )
    if rules.scale and not grades.points:
        raise ChoiceError(f"{grades.assignment} has 0 points: nothing can be scaled")
    # Grades first: a header or another column may be written otherwise.
    here = [entry.grade for entry in target.entries]
    mark = rules.mark or mark_of(here) or mark_of(target.hints) or POINT
    ratio = maximum / grades.points if rules.scale else Decimal(1)
    row_of = _Rows(target, grades, maximum, ratio, mark, rules)
    rows = tuple(row_of(entry, owners[entry.index]) for entry in target.entries)
    if sheet.encoding != "utf-8":
        notes.append(
            "The sheet is not written in UTF-8, as platforms give it out: a spreadsheet has saved it since. It stays "
            "so; download it anew if names come out wrong."
        )
    there = {row.student for row in rows}
    missing = tuple(
        grade for student, grade in sorted(grades.by_student.items()) if student not in there
    )
    if rows and not any(row.student for row in rows):
        notes.append(
            "No row is of a student of this course: another course's sheet, or other ids. A roster tells whose a row "
            "is (--roster)."
        )
    return Plan(target, rows, missing, tuple(notes))


@dataclass(frozen=True)
class _Rows:
    target: Target
    grades: Grades
    maximum: Decimal
    ratio: Decimal
    mark: str
    rules: Rules

    def __call__(self, entry: Entry, owner: Owner) -> Planned:
        student = owner.student
        if reason := entry.refused or owner.refused:
            return Planned(entry, Fate.REFUSED, f"refused: {reason}", student)
        if student is None:
            stays = f"stays {_shown(entry)}: nobody who has handed in has its ids"
            return Planned(entry, Fate.NOBODY, stays)
        grade = self.grades.by_student[student]
        if entry.kept:
            return Planned(entry, Fate.KEPT, f"left alone: {entry.kept}", student)
        if grade.score is None:
            reason = f" ({grade.remark})" if grade.remark else ""
            stays = f"stays {_shown(entry)}: {NO_SCORE}{reason}"
            return Planned(entry, Fate.NO_SCORE, stays, student)
        value = rounded(grade.score * self.ratio)
        text = written(value, self.mark)
        if reason := self._refused(entry, value):
            return Planned(entry, Fate.REFUSED, f"refused: {reason}", student)
        remark = f"; {grade.remark}" if grade.remark else ""
        before = read_number(entry.grade)
        if before is not None and rounded(before) == value:
            return Planned(
                entry, Fate.EQUAL, f"stays {entry.grade}: it is the same{remark}", student
            )
        said = f"will be set to {text} (was {_shown(entry)}){self._capped(value)}{remark}"
        return Planned(entry, Fate.SET, said, student, value, text, self._comment(entry, grade))

    def _refused(self, entry: Entry, value: Decimal) -> str | None:
        points, most = written(value, self.mark), written(self.maximum, self.mark)
        if value < 0:
            return f"{points} points are below 0"
        if entry.grade not in NO_GRADE and read_number(entry.grade) is None:
            return f"{entry.grade} stands there, and is no number"
        if value <= self.maximum:
            return None
        above = f"{points} points are above the maximum of {most}"
        if self.target.above is Above.SKIPPED:
            return f"{above}, and {self.target.platform} {Above.SKIPPED.value}; raise it there, or use --scale"
        if self.rules.allow_above:
            return None
        return (
            f"{above}; {self.target.platform} {self.target.above.value}. See --allow-above, --scale"
        )

    def _capped(self, value: Decimal) -> str:
        if value > self.maximum and self.target.above is Above.CAPPED:
            most = written(self.maximum, self.mark)
            return f", or cut down to {most} unless the item may exceed its maximum"
        return ""

    def _comment(self, entry: Entry, grade: Grade) -> str | None:
        if not self.rules.comments or not grade.comment or entry.comment.strip():
            return None
        return without_formula(escape(grade.comment, quote=False))


def _shown(entry: Entry) -> str:
    return "blank" if entry.grade in NO_GRADE else entry.grade
