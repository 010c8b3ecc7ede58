"""The command `autograder export`: grades into the sheet that a platform gave out, feedback pages into a zip."""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.sheets.feedback_zip import Sent
    from autograder.sheets.filling import Plan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "assignment", nargs="?", help="name of the assignment; default: the course's only one"
    )
    parser.add_argument("--course", type=Path, default=Path(), help="its folder; default: this one")
    parser.add_argument(
        "--into",
        type=Path,
        required=True,
        metavar="SHEET",
        help="the CSV that Canvas, Moodle or Brightspace gave out; it stays as it is",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--out", type=Path, metavar="FILE", help="what is written; default: SHEET.filled.csv"
    )
    where.add_argument("--in-place", action="store_true", help="write over the sheet itself")
    parser.add_argument(
        "--title",
        "--column",
        dest="title",
        metavar="TITLE",
        help="the column of the grades, where several could be meant",
    )
    parser.add_argument(
        "--platform",
        choices=("canvas", "moodle", "brightspace"),
        help="whose sheet it must be; default: whose it looks like",
    )
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="a CSV with the column `student` and columns called as in the sheet, such as `SIS Login ID`; "
        "default: ids and logins that are the student's id",
    )
    parser.add_argument(
        "--by-name",
        action="store_true",
        help="also go by the name, where one student and one row bear it",
    )
    parser.add_argument(
        "--scale", action="store_true", help="scale scores to the platform's maximum"
    )
    parser.add_argument(
        "--allow-above", action="store_true", help="also write scores above the maximum"
    )
    parser.add_argument(
        "--complete", action="store_true", help="leave out whoever has cells that wait for a person"
    )
    parser.add_argument(
        "--decimal", choices=("point", "comma"), help="default: as in the sheet's own numbers"
    )
    parser.add_argument(
        "--comments",
        action="store_true",
        help="also write short comments (Moodle), where none stands there",
    )
    parser.add_argument(
        "--feedback-zip", type=Path, metavar="FILE", help="also write the feedback pages, as a zip"
    )
    parser.add_argument(
        "--downloaded",
        type=Path,
        metavar="ZIP",
        help="the submissions as the platform gave them out (zip or folder), for the names in that zip",
    )


def main(options: argparse.Namespace) -> int:
    """Run it.

    Returns:
        0 if every row that has a grade was filled; 1 if some were refused, or somebody's row is missing.

    Raises:
        ChoiceError: which assignment or column is meant is not clear.
        CourseError: something that is needed is not there, or the sheet is none of the three platforms'.
    """
    from autograder.course import chosen_assignment
    from autograder.durable import write_durably
    from autograder.report.class_report import GRADEBOOK, class_report
    from autograder.sheets.feedback_zip import write_zip
    from autograder.sheets.filling import Rules, make_plan
    from autograder.sheets.grades import grades_of
    from autograder.sheets.numbers import MARKS
    from autograder.sheets.reading import read_sheet
    from autograder.sheets.recognise import open_target
    from autograder.sheets.roster import owners, read_roster

    out = place_for(options.into, options.out, in_place=options.in_place)
    if options.feedback_zip is not None:
        expect_free(options.feedback_zip, options.into, out, options.downloaded)
    sheet = read_sheet(options.into)
    assignment = chosen_assignment(options.course, options.assignment)
    target = open_target(sheet, options.platform, options.title, assignment)
    roster = None if options.roster is None else read_roster(options.roster)
    grades = grades_of(class_report(options.course, assignment), complete=options.complete)
    whose = owners(target.entries, grades.by_student, roster, by_name=options.by_name)
    rules = Rules(options.scale, options.allow_above, MARKS.get(options.decimal), options.comments)
    plan = make_plan(sheet, target, grades, whose, rules)
    print(as_text(plan))
    if told := older(options.into, options.course / GRADEBOOK):
        print(f"Note: {told}")
    write_durably(out, sheet.filled(plan.changes))
    status = plan.status
    if options.feedback_zip is not None:
        sent = write_zip(
            options.feedback_zip,
            plan,
            options.course,
            assignment,
            options.downloaded,
            by_name=options.by_name,
        )
        print(_of_pages(sent, options.feedback_zip))
        status |= bool(sent.left_out)
    print(f"The sheet to import: {out}")
    return status


def place_for(sheet: Path, out: Path | None, *, in_place: bool) -> Path:
    """Return where the filled sheet goes.

    Raises:
        CourseError: it would take the sheet's own place, and that was not asked for.
        OSError: it cannot be written there.
    """
    from autograder.errors import CourseError

    if in_place:
        return sheet
    place = out or sheet.with_name(f"{sheet.stem}.filled{sheet.suffix or '.csv'}")
    if place.resolve() == sheet.resolve() or (
        place.exists() and sheet.exists() and place.samefile(sheet)
    ):
        raise CourseError(f"{place} is the sheet itself; name another file, or say --in-place")
    _expect_place(place)
    return place


def expect_free(file: Path, *others: Path | None) -> None:
    """Look whether a file can be written that is none of some others.

    Raises:
        CourseError: it cannot, or is.
    """
    from autograder.errors import CourseError

    if any(other is not None and other.resolve() == file.resolve() for other in others):
        raise CourseError(
            f"{file} is what is read, or the sheet that is written; name another file for the pages"
        )
    _expect_place(file)


def _expect_place(file: Path) -> None:
    from autograder.arguments import expect_place_for
    from autograder.errors import CourseError

    try:
        expect_place_for(file)
    except OSError as error:
        raise CourseError(f"{file} cannot be written: {error}") from error


def as_text(plan: Plan) -> str:
    """Return a plan as lines: one a row, then who has no row, notes, and the sum."""
    from autograder.intake.findings import shown
    from autograder.sheets.numbers import written

    target = plan.target
    lines = [f"{target.platform}: “{shown(target.title)}”, {len(plan.rows)} rows"]
    for row in plan.rows:
        whose = "" if row.student in (None, row.entry.name) else f" ({shown(str(row.student))})"
        name = shown(row.entry.name) or "no name"
        lines.append(f"row {row.entry.number}  {name}{whose}: {shown(row.sentence)}")
    for grade in plan.missing:
        score = "not graded" if grade.score is None else f"{written(grade.score)} points"
        lines.append(
            f"no row  {shown(grade.student)}: {score}; the sheet has no row that is certainly this student's"
        )
    lines += [f"Note: {shown(note)}" for note in plan.notes]
    counts = Counter(row.fate.value for row in plan.rows)
    told = [f"{count} {fate}" for fate, count in counts.items()]
    if plan.missing:
        told.append(f"{len(plan.missing)} without a row")
    lines.append(", ".join(told) or "no rows")
    return "\n".join(lines)


def older(sheet: Path, gradebook: Path) -> str | None:
    """Say that a sheet was made before the gradebook was changed last, or return None."""
    made, changed = (path.stat().st_mtime for path in (sheet, gradebook))
    if made >= changed:
        return None
    times = [f"{datetime.fromtimestamp(time):%Y-%m-%d %H:%M}" for time in (made, changed)]
    return (
        f"the sheet ({times[0]}) is older than the last change of the gradebook ({times[1]}): what has been graded on "
        "the platform since is not in it. A new download is safer."
    )


def _of_pages(sent: Sent, file: Path) -> str:
    from autograder.intake.findings import shown

    lines = [f"no page  {shown(student)}: {shown(reason)}" for student, reason in sent.left_out]
    lines.append(f"{sent.pages} pages of {sent.students} students are in {file}")
    return "\n".join(lines)
