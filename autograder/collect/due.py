"""When an assignment is due: as the command line says, or else the gradebook."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import NullPool, create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from autograder.errors import ChoiceError, CourseError
from autograder.gradebook.rows import tables_of
from autograder.layout import Layout


def read_due(text: str, zone: str | None) -> datetime:
    """Read a due time.

    Args:
        text: such as `2026-11-30T23:59`, or with an offset or `Z` behind it.
        zone: the time zone's name, such as `Europe/Berlin`.

    Returns:
        The time in UTC. Where clocks are set back, so that it comes twice, the later one.

    Raises:
        ChoiceError: it is no time, or one that clocks leave out, or it is not said in which zone.
    """
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ChoiceError(f"--due {text} is no time; write it as 2026-11-30T23:59") from None
    if not set("T ") & set(text.strip()):
        raise ChoiceError(
            f"--due {text} says no hour, and would mean the day's beginning; write {text}T23:59"
        )
    if time.tzinfo is not None:
        if zone is not None:
            raise ChoiceError(f"--due {text} has an offset already; leave it, or --zone, out")
        return time.astimezone(UTC)
    if zone is None:
        raise ChoiceError(f"--due {text}: in which zone? Add --zone, such as --zone Europe/Berlin")
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ChoiceError(
            f"--zone {zone} is no zone that this machine knows, such as Europe/Berlin"
        ) from None
    local = time.replace(tzinfo=place, fold=1)
    due = local.astimezone(UTC)
    if due.astimezone(place).replace(tzinfo=None) != time:
        raise ChoiceError(f"--due {text} does not exist in {zone}: clocks are set forward then")
    return due


def recorded_due(layout: Layout, assignment: str) -> datetime | None:
    """Return the due time that nbgrader's gradebook has, which is in UTC; None if it has none.

    Raises:
        CourseError: the gradebook cannot be read.
    """
    file = layout.database_file
    if file is not None and not file.is_file():
        return None
    engine = create_engine(layout.database, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            table = tables_of(connection).get("assignment")
            if table is None:
                return None
            wanted = select(table.c.duedate).where(table.c.name == assignment)
            due: datetime | None = connection.execute(wanted).scalar()
    except SQLAlchemyError as error:
        raise CourseError(f"The gradebook cannot be read: {error}") from error
    return None if due is None else due.replace(tzinfo=UTC)
