"""Feedback pages as a zip in the layout that the platform takes back.

Canvas       files called as it gave out the submissions: `NAME_USER_FILE_` and then the page's name
Moodle       a folder for each participant, `Full name_NUMBER_assignsubmission_file_`
Brightspace  the folders that it gave out, `NUMBER-NUMBER - Name - time`
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.durable import PARTIAL
from autograder.errors import CourseError
from autograder.sheets import canvas, moodle
from autograder.sheets.downloaded import GivenOut, given_out
from autograder.sheets.filling import Fate, Plan, Planned
from autograder.sheets.target import same

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


@dataclass(frozen=True)
class Sent:
    """What was put into the zip.

    Attributes:
        pages: how many.
        students: of how many students.
        left_out: whose pages are not in it, and why, in words that go on from the student's id.
    """

    pages: int
    students: int
    left_out: tuple[tuple[str, str], ...]


def write_zip(
    out: Path, plan: Plan, course: Path, assignment: str, downloaded: Path | None, *, by_name: bool
) -> Sent:
    """Write the zip.

    Args:
        out: the file.
        plan: which row is whose.
        course: its folder; pages are in `feedback/STUDENT/ASSIGNMENT`.
        assignment: its name.
        downloaded: the submissions as the platform gave them out; only Moodle's names are known without.
        by_name: whether Brightspace's folders, which tell names only, may be given to the row that bears the name.

    Raises:
        CourseError: the names are needed and were not given, or none is the platform's.
        OSError: it cannot be written.
    """
    platform = plan.target.platform
    if downloaded is None and platform != moodle.NAME:
        raise CourseError(
            f"{platform} takes pages back under the names that it gave out: name the zip of submissions that was "
            "downloaded there (--downloaded)"
        )
    names = () if downloaded is None else given_out(downloaded, platform)
    kept = _Kept(plan, names, by_name=by_name, from_sheet=downloaded is None)
    pages, students, left_out = 0, 0, []
    draft = out.with_name(PARTIAL + out.name)
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for row in plan.rows:
                if row.student is None:
                    continue
                own = pages_of(course, row.student, assignment)
                if reason := _why_none(own, row):
                    left_out.append((row.student, reason))
                elif not (places := kept.of(row)):
                    left_out.append(
                        (row.student, "nothing of what was given out is clearly this student's")
                    )
                else:
                    for place in places:
                        for page in own:
                            archive.write(page, f"{place}{page.name}")
                            pages += 1
                    students += 1
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    there = {row.student for row in plan.rows}
    left_out += [
        (one.student, "no row is this student's")
        for one in plan.missing
        if one.student not in there
    ]
    return Sent(pages, students, tuple(left_out))


def pages_of(course: Path, student: str, assignment: str) -> tuple[Path, ...]:
    """Return a student's feedback pages."""
    folder = course / "feedback" / student / assignment
    return tuple(p for p in sorted(folder.glob("*.html")) if p.is_file() and not p.is_symlink())


def _why_none(pages: Iterable[Path], row: Planned) -> str | None:
    if row.fate is Fate.REFUSED:
        return f"the row is {row.sentence}"
    return None if pages else "no page is there; run: nbgrader generate_feedback"


class _Kept:
    """Beginnings of paths in the zip, by row."""

    def __init__(
        self, plan: Plan, names: tuple[GivenOut, ...], *, by_name: bool, from_sheet: bool
    ) -> None:
        self._platform, self._from_sheet, self._by_name = plan.target.platform, from_sheet, by_name
        self._given: dict[str, list[str]] = {}
        for one in names:
            self._given.setdefault(one.whose, []).append(one.kept)
        self._bearers = Counter(row.entry.name for row in plan.rows)

    def of(self, row: Planned) -> list[str]:
        ids = row.entry.ids
        if self._platform == canvas.NAME:
            # What of several files a page belongs to, its name does not tell: one is enough.
            return self._given.get(ids.get("id", ""), [])[:1]
        if self._platform == moodle.NAME:
            number = re.sub(r"\D", "", ids.get(moodle.IDENTIFIER, ""))
            if self._from_sheet:
                name = _NOT_IN_NAMES.sub("_", row.entry.name)
                return [f"{name}_{number}_assignsubmission_file_/"]
            return [f"{kept}/" for kept in self._given.get(number, [])[:1]]
        folders = self._given.get(same(str(row.student)))
        if folders is None and self._by_name and self._bearers[row.entry.name] == 1:
            folders = self._given.get(row.entry.name)
        # A folder for each time that work was handed in; the name before the time is one person's, or several people's.
        numbers = {kept.partition(" - ")[0].partition("-")[0] for kept in folders or ()}
        return [f"{kept}/" for kept in folders or ()] if len(numbers) == 1 else []
