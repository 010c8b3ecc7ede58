"""The commands `autograder backup`, `restore`, `forget` and `secret`."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.arguments import Commands, add_command, positive_days

if TYPE_CHECKING:
    from autograder.operation.traces import Traces

_HIDDEN = (
    "It holds grades, everybody's work and the course's secret: keep it where only you can read it."
)


def add_commands(commands: Commands) -> None:
    """Add the four commands."""
    backup = add_command(
        commands,
        "backup",
        "write a course into one file",
        "autograder backup ../my-course ../my-course-2026-03-01.tar.gz",
    )
    backup.add_argument("course", type=Path, help="its folder")
    backup.add_argument("file", type=Path, help="the file to write; must not exist yet")
    backup.add_argument(
        "--without-gradebook",
        action="store_true",
        help="leave the gradebook out, as where it lies on a database server",
    )
    backup.set_defaults(handler=_backup)

    restore = add_command(
        commands,
        "restore",
        "make a course from a backup",
        "autograder restore my-course-2026-03-01.tar.gz ../my-course-again",
    )
    restore.add_argument("file", type=Path, help="what `autograder backup` has written")
    restore.add_argument("folder", type=Path, help="a new folder")
    restore.set_defaults(handler=_restore)

    forget = add_command(
        commands,
        "forget",
        "remove people from a course; without --yes, only say from where",
        "autograder forget ada --course ../my-course --yes",
    )
    forget.add_argument("students", nargs="*", metavar="STUDENT", help="ids, letter by letter")
    forget.add_argument(
        "--older-than",
        type=positive_days,
        metavar="DAYS",
        help="also everybody of whom nothing is newer",
    )
    forget.add_argument("--course", type=Path, default=Path(), help="its folder; default: this one")
    forget.add_argument("--yes", action="store_true", help="remove, and do not only say what")
    forget.set_defaults(handler=_forget)

    secret = add_command(
        commands,
        "secret",
        "say which secret a course's hidden inputs come from, or draw a new one",
        "autograder secret ../my-course --new",
    )
    secret.add_argument("course", type=Path, help="its folder")
    secret.add_argument(
        "--new",
        action="store_true",
        help="draw another one; what was graded until now can no longer be repeated with it",
    )
    secret.set_defaults(handler=_secret)


def _backup(options: argparse.Namespace) -> int:
    from autograder.operation.backup import make_backup

    made = make_backup(options.course, options.file, without_gradebook=options.without_gradebook)
    for name in made.left_out:
        print(f"Left out, no file: {options.course / name}")
    gradebook = "" if made.gradebook else ", WITHOUT the gradebook"
    secret = (
        f", with the secret {made.secret}"
        if made.secret
        else ", without a secret: none is drawn yet"
    )
    print(f"{made.files} files{gradebook}{secret}. {_HIDDEN}")
    print(
        f"The backup is {options.file}. To restore it: autograder restore {shlex.quote(str(options.file))} FOLDER"
    )
    return 0


def _restore(options: argparse.Namespace) -> int:
    from autograder.operation.backup import restore

    made = restore(options.file, options.folder)
    if not made.gradebook:
        print("The backup holds no gradebook: restore it as its server says.")
    print(
        f"{made.files} files"
        + (f", with the secret {made.secret}." if made.secret else ", without a secret.")
    )
    print(f"The course is in {options.folder}.")
    return 0


def _forget(options: argparse.Namespace) -> int:
    from autograder.errors import CourseError
    from autograder.intake.findings import shown
    from autograder.operation.forget import forget, search, what_is_left

    if not options.students and options.older_than is None:
        raise CourseError("Whom? Name students, or --older-than DAYS")
    found = search(options.course, options.students, options.older_than)
    for person in found.people:
        print(shown(person.student))
        for path in (*person.files, *person.tables, *person.logs, *person.pages):
            print(f"  {shown(str(path))}{_how_much(path, person)}")
        if person.in_gradebook:
            print("  the gradebook")
        if person.events:
            print(
                f"  the record: {person.events} lines become lines that say only when something was forgotten"
            )
    for student in found.undated:
        print(f"{shown(student)}: nothing tells how old it is; name this one, if you mean it")
    count = f"{len(found.people)} {'person' if len(found.people) == 1 else 'people'}"
    if not options.yes:
        print(f"Nothing was removed. To remove {count}, run the same command with --yes.")
        return 0
    stayed = forget(found)
    for line in stayed:
        print(f"NOT removed: {line}")
    print("Look yourself for:")
    for line in what_is_left(found.layout):
        print(f"  {line}")
    print(f"{count} removed." if not stayed else f"{count} removed, but for what is listed above.")
    return 1 if stayed else 0


def _how_much(path: Path, person: Traces) -> str:
    if path in person.tables or path in person.logs:
        return " (this person's lines)"
    return " (all of it: make it anew)" if path in person.pages else ""


def _secret(options: argparse.Namespace) -> int:
    from autograder.evidence.seeds import SECRET_FILE, course_secret, draw_anew, fingerprint
    from autograder.layout import read_layout

    root = read_layout(options.course).root
    if options.new:
        old = draw_anew(root)
        if old is not None:
            print(
                f"The old one is kept in {old}: what was graded with it can be repeated with it only."
            )
    print(
        f"The secret in {root / SECRET_FILE} is {fingerprint(course_secret(root))} (its fingerprint)."
    )
    return 0
