"""The command `autograder collect`."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.arguments import positive_seconds

if TYPE_CHECKING:
    from autograder.collect.roster import Roster
    from autograder.layout import Layout

_MIB = 2**20
_INTERRUPTED = 130
"""As a shell gives it after Ctrl-C."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "assignment", nargs="?", help="name of the assignment; default: the course's only one"
    )
    parser.add_argument(
        "--pull-requests",
        type=Path,
        required=True,
        metavar="FILE",
        help="a CSV file with the columns student and link, perhaps ref",
    )
    parser.add_argument("--course", type=Path, default=Path(), help="its folder; default: this one")
    parser.add_argument(
        "--due", metavar="TIME", help="such as 2026-11-30T23:59; default: the gradebook's"
    )
    parser.add_argument("--zone", help="the time zone of --due, such as Europe/Berlin")
    parser.add_argument(
        "--late", action="store_true", help="the last commit counts, whenever it came"
    )
    parser.add_argument(
        "--file", action="append", default=[], metavar="NAME",
        help="a file to take, anywhere in the repository; may be given again; default: ASSIGNMENT.ipynb",
    )  # fmt: skip
    parser.add_argument(
        "--also", action="append", default=[], metavar="GLOB",
        help="further files, such as '*.csv' or 'figures/*'; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--student", action="append", default=[], metavar="ID",
        help="only this one; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--look", action="store_true",
        help="only note what is there and fetch it; put nothing into submitted/: for cron, before the due time",
    )  # fmt: skip
    parser.add_argument(
        "--watch", action="store_true", help="look again and again until the due time, then collect"
    )
    parser.add_argument(
        "--every", type=positive_seconds, default=300.0, metavar="SECONDS",
        help="between two looks of --watch; default: %(default)g",
    )  # fmt: skip
    parser.add_argument(
        "--force", action="store_true",
        help="also replace what lies in submitted/ by another hand, or is newer; it is kept",
    )  # fmt: skip
    parser.add_argument(
        "--host", action="append", default=[],
        help="ask this host only; may be given again; default: any but this machine's own network",
    )  # fmt: skip
    parser.add_argument(
        "--ssh", action="store_true",
        help="ask for pull requests by SSH, with your keys: for private repositories",
    )  # fmt: skip
    parser.add_argument(
        "--allow-local", action="store_true", help="take folders, file:// and this machine's network as well"
    )  # fmt: skip
    parser.add_argument(
        "--workers", type=_positive, default=8, metavar="N", help="at once; default: %(default)s"
    )
    parser.add_argument(
        "--seconds", type=positive_seconds, default=120.0, help="for one command of git; default: %(default)g"
    )  # fmt: skip
    parser.add_argument(
        "--repository-size", type=_positive, default=512, metavar="MIB",
        help="most that is fetched of one, in MiB; default: %(default)s",
    )  # fmt: skip
    parser.add_argument(
        "--file-size", type=_positive, default=128, metavar="MIB",
        help="largest file that is taken, in MiB; default: %(default)s",
    )  # fmt: skip


def main(options: argparse.Namespace) -> int:
    """Run it.

    Returns:
        1 if a row needs a person, 130 after Ctrl-C or a kill, else 0.

    Raises:
        KitError: the list, the due time or the course cannot be used, or another run is under way.
    """
    from autograder.collect.git import Git, Limits
    from autograder.collect.links import Link, parse_link
    from autograder.collect.roster import read_roster
    from autograder.collect.run import one_pass, summary, watch
    from autograder.collect.student import Task, minutes
    from autograder.collect.trees import Wanted
    from autograder.course import chosen_assignment
    from autograder.layout import read_layout

    assignment = _name(chosen_assignment(options.course, options.assignment), "the assignment")
    files = tuple(_name(name, "--file") for name in options.file) or (f"{assignment}.ipynb",)

    def read_link(text: str, ref: str) -> Link:
        return parse_link(
            text, ref, allow_local=options.allow_local, hosts=options.host, by_ssh=options.ssh
        )

    roster = _of_students(read_roster(options.pull_requests, read_link), options.student)
    layout = read_layout(options.course)
    due, source = _due(options, layout, assignment)
    limits = Limits(
        seconds=options.seconds,
        repository=options.repository_size * _MIB,
        file=options.file_size * _MIB,
    )
    git = Git(limits, allow_local=options.allow_local)
    task = Task(
        layout, assignment, Wanted(files, tuple(options.also)),
        due, options.late, options.force, options.look,
    )  # fmt: skip
    _say(
        f"Due {minutes(due)}, {source}"
        if due
        else f"No due time ({source}): the last commit counts"
    )
    rows = roster.rows
    with _ended_like_ctrl_c():
        if options.watch:
            done = watch(git, task, rows, options.workers, options.every, _say)
        else:
            done = one_pass(git, task, rows, options.workers, _say)
    lines, problems = summary(roster, done, len(rows))
    for line in lines:
        _say(line)
    if done.stopped:
        return _INTERRUPTED
    return 1 if problems else 0


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """Let a kill end a run as Ctrl-C does: else git would go on alone."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _due(
    options: argparse.Namespace, layout: Layout, assignment: str
) -> tuple[datetime | None, str]:
    """Return the due time, and where it is from."""
    from autograder.collect.due import read_due, recorded_due
    from autograder.errors import ChoiceError

    if options.due is not None:
        return read_due(options.due, options.zone), "as given"
    if options.zone is not None:
        raise ChoiceError("--zone says nothing without --due; the gradebook's due time is in UTC")
    return recorded_due(layout, assignment), "as the gradebook says"


def _of_students(roster: Roster, students: Sequence[str]) -> Roster:
    """Return the part of a list that is of some students; all of it, where none is named.

    Raises:
        ChoiceError: one of them is not in the list.
    """
    from autograder.errors import ChoiceError
    from autograder.intake.names import composed

    if not students:
        return roster
    students = [composed(student) for student in students]
    known = {row.student for row in roster.rows} | {one.student for one in roster.refused}
    if missing := sorted(set(students) - known):
        raise ChoiceError(f"--student {', '.join(missing)}: the list has nobody of that id")
    return replace(
        roster,
        rows=tuple(row for row in roster.rows if row.student in students),
        refused=tuple(one for one in roster.refused if one.student in students),
        notes=(),
    )


def _name(name: str, what: str) -> str:
    """Return a name that is one of a file or folder, and no path.

    Raises:
        ChoiceError: it is none.
    """
    from autograder.errors import ChoiceError
    from autograder.intake.findings import shown
    from autograder.intake.folder import is_safe_name

    if not is_safe_name(name):
        raise ChoiceError(f"{what} {shown(name)}: give a name, and no path")
    return name


def _say(line: str) -> None:
    print(line, flush=True)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError("a whole number above 0")
    return int(text)
