"""Which platform a sheet is of."""

from __future__ import annotations

from autograder.errors import CourseError
from autograder.sheets import brightspace, canvas, moodle
from autograder.sheets.reading import Sheet
from autograder.sheets.target import Target

PLATFORMS = {"canvas": canvas, "moodle": moodle, "brightspace": brightspace}


def open_target(sheet: Sheet, platform: str | None, wanted: str | None, assignment: str) -> Target:
    """Recognise a sheet, and find in it the column of an assignment and the rows.

    Args:
        sheet: the file.
        platform: a key of `PLATFORMS` that the user has named, or None.
        wanted: title or header of the column that the user has named, or None.
        assignment: its name in the course.

    Raises:
        ChoiceError: which column is meant is not clear.
        CourseError: the sheet is none that the platform's importer would take.
    """
    found = next((name for name, module in PLATFORMS.items() if module.recognises(sheet)), None)
    if platform is not None and found not in (None, platform):
        raise CourseError(
            f"{sheet.path} is a sheet of {_called(found)}, and not of {_called(platform)}"
        )
    # Moodle's words may be in any language.
    name = platform if platform == "moodle" else found
    if name is None:
        raise CourseError(
            f"{sheet.path} is no sheet that Canvas (gradebook export), Moodle (grading worksheet) or Brightspace "
            "(export of points) gives out, as its header tells; a worksheet of Moodle's in another language needs "
            "--platform moodle"
        )
    return PLATFORMS[name].open_target(sheet, wanted, assignment)


def _called(platform: str | None) -> str:
    return PLATFORMS[str(platform)].NAME
