"""Whose work a collected file is: what a learning platform has named is believed, what a student has named is not.

A file that was downloaded, or that lies in the platform's own archive of the class, bears the platform's names. What
lies in any other archive was named by whoever made that, so it belongs to the archive's owner, whatever it is called.
Where two uploads would become one file, neither is taken: which of them is right is for a person to say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dateutil import parser

from autograder.intake.folder import read_time
from autograder.intake.names import one_name

_HALF_DAY = re.compile(r"(?<![\d:])(\d{1,2})[.h_-]?(\d\d)(?=\s*[ap]\.?m\b)", re.IGNORECASE)
"""A time of twelve hours whose colon no file's name may bear: Brightspace's `101 AM`."""
_FULL_DAY = re.compile(r"(?<!\d)(\d{4}) (\d{1,2})[.h_-]?(\d\d)$")
"""A time of 24 hours behind a year."""
_SORTABLE = re.compile(
    r"(\d{4})[-_.]?(\d\d)[-_.]?(\d\d)(?:[-_. T]*(\d\d)[-_.h:]?(\d\d)(?:[-_.:]?(\d\d))?)?(?!\d)"
)
"""Year, month and day, hour and minute in this order, whatever stands between."""

STUDENT = "student_id"
"""The group of nbgrader's `named_regexp` that says whose a file is."""


@dataclass(frozen=True)
class Unpacked:
    """A folder that an archive was unpacked into.

    Attributes:
        folder: that folder; it is called like the archive.
        of_class: whether the platform made the archive, and named what is in it.
    """

    folder: Path
    of_class: bool


@dataclass(frozen=True)
class Ownership:
    """Who has named what in a folder of unpacked downloads.

    Attributes:
        root: the folder.
        pattern: nbgrader's `named_regexp`.
        unpacked: where archives were unpacked.
    """

    root: Path
    pattern: str
    unpacked: Collection[Unpacked] = ()

    def archive_of(self, file: Path) -> Path | None:
        """Return the folder of the outermost archive around a file that the platform has not made, if there is one."""
        around = [u.folder for u in self.unpacked if not u.of_class and u.folder in file.parents]
        return min(around, key=lambda folder: len(folder.parts), default=None)

    def owner(self, file: Path) -> str | None:
        """Return whose a file is that the pattern matches; None if only its own archive says so."""
        match = re.match(self.pattern, str(file))
        if match is None:
            return None
        student, archive = match[STUDENT], self.archive_of(file)
        if archive is None or match.end(STUDENT) <= len(str(archive)):
            return student
        # The archive may be called as the file would be; or it, or the folder it came in, like the student.
        if (named := self.named_by(archive, file.suffix)) is not None:
            return named
        return student if self._below_class(archive).parts[0] == student else None

    def named_by(self, archive: Path, suffix: str) -> str | None:
        """Return whom the pattern names if an archive's own name stands in the place of a file's."""
        match = re.match(self.pattern, f"{archive}{suffix}")
        start = len(str(archive)) - len(str(self._below_class(archive)))
        return match[STUDENT] if match is not None and match.start(STUDENT) >= start else None

    def is_of_class(self, archive: Path, files: Sequence[Path]) -> bool:
        """Return whether an archive looks like the class's: it is named for nobody, and names several students.

        Args:
            archive: the folder of an archive that has come alone.
            files: all that has been unpacked.
        """
        matches = (re.match(self.pattern, str(file)) for file in files if archive in file.parents)
        students = {match[STUDENT] for match in matches if match is not None}
        named = {self.named_by(archive, suffix) for suffix in {file.suffix for file in files}}
        return len(students) > 1 and archive.name not in students and named == {None}

    def _below_class(self, archive: Path) -> Path:
        """Return an archive's path, without the folder of the class's archive around it."""
        around = [u.folder for u in self.unpacked if u.of_class and u.folder in archive.parents]
        return archive.relative_to(max(around, key=lambda f: len(f.parts), default=self.root))


@dataclass(frozen=True)
class Claim:
    """A file that would be handed in for a student.

    Attributes:
        file: where it is.
        student: for whom.
        notebook: under which name.
        time: when, if its name says so.
    """

    file: Path
    student: str
    notebook: str
    time: datetime | None


def time_in_name(text: str) -> datetime | None:
    """Return the time that a learning platform has written into a name, in UTC; None where it cannot be read for sure.

    A name bears no colon, so its place is guessed where only one is possible. What has no year, month or day, or whose
    day and month could be the other way round, is no time: an older upload could be taken for the newer one.
    """
    plain = _HALF_DAY.sub(r"\1:\2", text.strip())
    plain = _FULL_DAY.sub(r"\1 \2:\3", plain)
    if (day := _SORTABLE.match(plain)) is not None:
        start = "-".join(day.groups()[:3]) + f" {day[4] or '00'}:{day[5] or '00'}:{day[6] or '00'}"
        # nbgrader takes "+0200" with a blank before it for seconds.
        return read_time(start + re.sub(r"^\s+(?=[+-])", "", plain[day.end() :]))
    try:
        readings = {
            parser.parse(plain, default=default, dayfirst=day_first)
            for default in (datetime(2000, 1, 1), datetime(2004, 2, 2))
            for day_first in (False, True)
        }
    except Exception:  # dateutil raises many kinds on odd input
        return None
    if len(readings) > 1:
        return None
    (time,) = readings
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Decision:
    """What becomes of the claims.

    Attributes:
        taken: for each notebook of a student the newest, where the times tell.
        contested: the groups of claims of which none is taken.
        superseded: those whose student has handed in a notebook of another name later.
    """

    taken: tuple[Claim, ...]
    contested: tuple[tuple[Claim, ...], ...]
    superseded: tuple[Claim, ...]


def decide(claims: Sequence[Claim], *, one_notebook: bool = False) -> Decision:
    """Decide which claims are taken.

    Args:
        claims: all of them.
        one_notebook: whether the assignment has one notebook only, so that a student's later notebook replaces an
            earlier one, whatever it is called: platforms and browsers add numbers to the name.
    """
    groups = _by_target(claims)
    contests = [group for group in groups if is_contested(group)]
    taken = [max(group, key=_time) for group in groups if not is_contested(group)]
    superseded: list[Claim] = []
    notebooks: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in taken if one_notebook else ():
        if claim.notebook.lower().endswith(".ipynb"):
            notebooks[claim.student].append(claim)
    for group in notebooks.values():
        times = {claim.time for claim in group}
        if len(times) == 1:
            continue
        # Files of one upload stay together; of uploads, one without a time may be the newest.
        lost = (
            group if None in times else [c for c in group if c.time != max(group, key=_time).time]
        )
        taken = [claim for claim in taken if claim not in lost]
        if None in times:
            contests.append(tuple(group))
        else:
            superseded += lost
    return Decision(tuple(taken), tuple(contests), tuple(superseded))


def is_contested(group: Sequence[Claim]) -> bool:
    """Return whether claims to one notebook of one student leave open which of them is right."""
    names = {(claim.student, claim.notebook) for claim in group}
    times = [claim.time for claim in group]
    told_apart = None not in times and len(set(times)) == len(times)
    return len(names) > 1 or (len(group) > 1 and not told_apart)


def _time(claim: Claim) -> datetime:
    return claim.time or datetime.min.replace(tzinfo=UTC)


def _by_target(claims: Sequence[Claim]) -> list[tuple[Claim, ...]]:
    spellings: defaultdict[str, set[str]] = defaultdict(set)
    for claim in claims:
        spellings[one_name(claim.student)].add(claim.student)
    groups: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        student = one_name(claim.student)
        # Students whose folders would be one have nothing that could be taken.
        notebook = one_name(claim.notebook) if len(spellings[student]) == 1 else ""
        groups[student, notebook].append(claim)
    return [tuple(group) for group in groups.values()]
