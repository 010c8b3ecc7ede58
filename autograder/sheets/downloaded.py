"""The names under which a platform gave out submissions, from the zip or folder that was downloaded.

Only names are read. Of a path the first part counts that looks like the platform's: what lies below it, a student has
named.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.errors import CourseError
from autograder.intake.folder import is_safe_name
from autograder.sheets import brightspace, canvas, moodle
from autograder.sheets.target import same

_PATTERNS = {
    canvas.NAME: re.compile(r"(?P<kept>[^_]+(?:_LATE)?_(?P<whose>\d+)_\d+_).+", re.ASCII),
    moodle.NAME: re.compile(r"(?P<kept>.+_(?P<whose>\d+)_assignsubmission_file_?).*", re.ASCII),
    brightspace.NAME: re.compile(r"(?P<kept>\d+-\d+ - (?P<whose>.+) - [^-]+)", re.ASCII),
}


@dataclass(frozen=True)
class GivenOut:
    """What a platform called one submission.

    Attributes:
        whose: Canvas's or Moodle's number of the person; the person's name with Brightspace.
        kept: the folder, or with Canvas how the file's name begins.
    """

    whose: str
    kept: str


def given_out(path: Path, platform: str) -> tuple[GivenOut, ...]:
    """Return what the platform called each submission, sorted.

    Args:
        path: a zip or a folder.
        platform: its name in words.

    Raises:
        CourseError: it cannot be read, or holds nothing that is called as by the platform.
    """
    found = set()
    for name in _names(path):
        for part in PurePosixPath(name).parts:
            if match := _PATTERNS[platform].fullmatch(part):
                if is_safe_name(part):
                    found.add((same(match["whose"]), match["kept"]))
                break
    if not found:
        raise CourseError(
            f"{path} holds nothing that is called as {platform} calls submissions; name what was downloaded there"
        )
    return tuple(GivenOut(*one) for one in sorted(found))


def _names(path: Path) -> list[str]:
    if path.is_dir():
        return [file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()]
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise CourseError(f"{path} cannot be read as a zip: {error}") from error
