"""What was handed in, held against what was declared: the list for the instructor, and a comment for each student.

It needs no grades. Submissions are strangers': their files are read as data, no link is followed, git is not run in a
repository of theirs, whose configuration could name programs, and no address is opened.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.intake.findings import shown
from autograder.intake.folder import TIMESTAMP
from autograder.preflight.preflight import (
    DECLARATION,
    OPEN,
    WRONG,
    Declaration,
    DeclarationError,
    Entry,
    Line,
    check_branch,
    check_contents,
    check_due,
    check_link,
    check_work,
    files_in,
    read_declaration,
    read_plain_file,
    read_time,
)

BRANCH_FILE = "branch.txt"
"""Beside the notebook: the branch, as whoever collects from repositories has noted it."""
LINK_FILE = "pull_request.txt"
"""Beside the notebook: the address of the pull request."""
_MOST_IN_NOTE = 2_000
_HEAD = "ref: refs/heads/"


@dataclass(frozen=True)
class HandedIn:
    """One submission against the declaration.

    Attributes:
        student: whose it is.
        lines: what was found.
    """

    student: str
    lines: tuple[Line, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """What is wrong in a few words, each once."""
        return tuple(dict.fromkeys(line.reason for line in self.lines if line.state == WRONG))


def declaration_of(course: Path, assignment: str) -> Declaration | None:
    """Return what a course declares that is to be handed in, None where it declares nothing.

    Raises:
        CourseError: the declaration cannot be read.
    """
    for kind in ("source", "release"):
        file = course / kind / assignment / DECLARATION
        if file.is_file():
            try:
                return read_declaration(file)
            except DeclarationError as error:
                raise CourseError(str(error)) from error
    return None


def handed_in(course: Path, assignment: str) -> tuple[HandedIn, ...]:
    """Hold all submissions of an assignment against its declaration, in alphabetical order of the students.

    Raises:
        CourseError: nothing is declared, or nothing was handed in.
    """
    declaration = declaration_of(course, assignment)
    if declaration is None:
        file = course / "source" / assignment / DECLARATION
        raise CourseError(
            f"{file} is not there, so nothing says what is to be handed in; docs/handing_in.md shows one"
        )
    folders = sorted(course.glob(f"submitted/*/{assignment}"))
    if not folders:
        raise CourseError(f"{course / 'submitted'} holds no submission of {assignment}")
    return tuple(HandedIn(f.parent.name, tuple(_lines(f, declaration))) for f in folders)


def summary(found: Iterable[HandedIn]) -> str:
    """Return "12 of 30 submissions are not as declared: wrong branch (3), lab_5 missing (9)."."""
    found = tuple(found)
    counted = Counter(reason for one in found for reason in one.reasons)
    wrong = sum(bool(one.reasons) for one in found)
    if not wrong:
        return f"All {len(found)} submissions are as declared."
    named = ", ".join(f"{reason} ({count})" for reason, count in counted.most_common())
    return f"{wrong} of {len(found)} submissions are not as declared: {named}."


def as_text(found: tuple[HandedIn, ...]) -> str:
    """Return the summary, then a line for each submission that is not as declared, then what was not checked."""
    lines = [summary(found)]
    wrong = [one for one in found if one.reasons]
    if wrong:
        lines += ["", *(f"{shown(one.student)}: {', '.join(one.reasons)}" for one in wrong)]
    unchecked = Counter(
        check for one in found for check in {line.check for line in one.lines if line.state == OPEN}
    )
    if unchecked:
        named = ", ".join(f"{check} ({count})" for check, count in sorted(unchecked.items()))
        lines += ["", f"Not checked: {named}"]
    return "\n".join(lines)


def as_json(found: tuple[HandedIn, ...]) -> str:
    """Return what was found as data for programs."""
    data = [
        {
            "student": one.student,
            "passed": not one.reasons,
            "reasons": one.reasons,
            "checks": [line._asdict() for line in one.lines],
        }
        for one in found
    ]
    return json.dumps(data, indent=1)


def comment(one: HandedIn, assignment: str) -> str:
    """Return what to write to a student, in Markdown, to be pasted into the pull request or a mail."""
    wrong = [line for line in one.lines if line.state == WRONG]
    name = _escaped(shown(assignment))
    if not wrong:
        return f"**{name}** has arrived, and all that was asked for is there.\n"
    lines = [f"**{name}** has arrived, but not as it was asked for:", ""]
    for line in wrong:
        lines.append(f"- {_escaped(line.what)}.")
        if line.way_out:
            lines.append(f"  *What to do:* {_escaped(line.way_out)}.")
    lines += ["", "`python preflight.py`, beside the notebook, says the same before you hand in."]
    return "\n".join(lines) + "\n"


def write_comments(found: Iterable[HandedIn], assignment: str, folder: Path) -> int:
    """Write a comment for each student into a folder, `STUDENT.md`; return how many.

    Raises:
        CourseError: they cannot be written.
    """
    count = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in found:
            text = comment(one, assignment)
            (folder / f"{one.student}.md").write_text(text, encoding="utf-8")
            count += 1
    except OSError as error:
        raise CourseError(f"the comments cannot be written to {folder}: {error}") from error
    return count


def _lines(folder: Path, declaration: Declaration) -> list[Line]:
    if folder.is_symlink() or folder.parent.is_symlink() or not folder.is_dir():
        what = f"{shown(folder.name)} is no folder"
        return [Line("files", WRONG, what, "hand in the files themselves", "no folder handed in")]
    entries = files_in(folder)
    lines = _due(folder, declaration)
    lines += check_branch(declaration, _branch(folder), "nothing there says which it is")
    lines += check_work(declaration, entries)[0]
    lines += check_contents(declaration, entries)
    if link := _note(folder / LINK_FILE):
        lines += check_link(link)
    return lines


def _due(folder: Path, declaration: Declaration) -> list[Line]:
    if declaration.due is None:
        return []
    handed_in = read_time(_note(folder / TIMESTAMP))
    if handed_in is None:
        return [Line("due", OPEN, f"due: not checked: no {TIMESTAMP} says when it was handed in")]
    return check_due(declaration, handed_in, "handed in")


def _branch(folder: Path) -> str:
    """Return the branch of a submission, "" where it is not known; a clone's own word goes first."""
    if not (folder / ".git").is_symlink():
        head = _note(folder / ".git" / "HEAD")
        if head.startswith(_HEAD):
            return head.removeprefix(_HEAD)
    return _note(folder / BRANCH_FILE)


def _note(file: Path) -> str:
    """Return the first line of a small file, "" where there is none."""
    try:
        content = read_plain_file(Entry(file.name, file, 0, True), _MOST_IN_NOTE)
    except OSError:
        return ""
    return content.decode("utf-8-sig", "replace").strip().partition("\n")[0].strip()


def _escaped(text: str) -> str:
    """Return a text for Markdown in which only what stands in backticks, which is the kit's, is markup.

    A comment breaks up what a page would take for a person, or for another pull request.
    """
    parts = text.split("`")
    for i in range(0, len(parts), 2):
        plain = "".join(f"\\{sign}" if sign in "\\*_[]<>|~!" else sign for sign in parts[i])
        parts[i] = plain.replace("@", "@<!-- -->").replace("#", "#<!-- -->")
    return "`".join(parts)
