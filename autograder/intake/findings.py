"""What intake found in a submission, and why one could not be graded: codes here, sentences from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Problem(StrEnum):
    """What was found, in words that go on from the name of a file or cell; the rest is still graded."""

    LINK = "is a link to another place and no file; it has been set aside"
    SPECIAL = "is neither a file nor a folder, but a pipe, socket or device; it has been set aside"
    NAME = "has a name that other systems cannot use; it has been set aside"
    LOCKED = "cannot be read by the grader; it has been set aside"
    LARGE = "is larger than a file of a submission may be; it has been set aside"
    DEEP = "lies too many folders deep; it has been set aside"
    MUCH = "holds more, or larger, files than a submission may; it has been set aside, without the notebook"
    TIME = "does not hold a time; it has been set aside"
    RENAMED = (
        "has another name than the notebook that was given, but holds its cells; it has been graded"
    )
    INSTEAD = (
        "holds work that the notebook of the name that was given lacks; it has been graded instead"
    )
    BESIDE = "holds other work, too, and has not been graded, because another notebook has been"
    FORMAT = "was saved in another notebook format; its cells have been read all the same"
    ENCODING = "holds bytes that are no UTF-8 text; each has been replaced by a question mark"
    ODD = "is no cell that a notebook editor writes; its text is kept in a cell that is not run"


class Obstacle(StrEnum):
    """Why a submission was not graded, in words that go on from the name of its notebook or folder."""

    MISSING = "was not handed in"
    SEVERAL = "was not handed in, and more than one other notebook could be meant"
    UNCLEAR = "lies beside other notebooks that hold other work, and any of them could be meant"
    ELSEWHERE = "holds nothing but what was released, and the work may be in something else"
    ASIDE = "could not be used and was set aside"
    EMPTY = "is an empty file"
    TRUNCATED = "ends in the middle and is not valid JSON"
    NO_JSON = "is not valid JSON"
    CONFLICT = "holds the marks of a git merge that was not finished"
    BINARY = "is not a text file"
    LARGE = "is too large to be read; clear its outputs"
    DEEP = "is nested too deeply to be read"
    NO_NOTEBOOK = "is valid JSON, but not a notebook"
    FOREIGN = "holds none of this assignment's cells"
    OWN_MAKING = (
        "was not made from the notebook that was released, although it does what that asks for"
    )
    CRASH = "could not be graded, because grading it stopped with an error"
    FOLDER_NAME = "is no name that a student's folder can have; rename it"
    FOLDER_TWICE = "is called like another folder, but for the way in which accents are stored; leave one of the two"
    FOLDER_LINK = "is a link to another place and no folder"


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes:
        where: the file's path within the submission, or a cell in words.
        problem: what is wrong with it.
        detail: what a person may want to know besides, or "".
    """

    where: str
    problem: Problem
    detail: str = ""

    @property
    def is_choice(self) -> bool:
        """Whether it says which of several notebooks was graded, so that whoever grades should know, too."""
        return self.problem in (Problem.RENAMED, Problem.INSTEAD, Problem.BESIDE)

    @property
    def sentence(self) -> str:
        """A sentence for the student, without a full stop."""
        return _sentence(self.where, self.problem, self.detail)


@dataclass(frozen=True)
class NotGraded:
    """Why a submission has no grades.

    Attributes:
        where: the notebook's file name, or the folder.
        obstacle: why.
        detail: what a person may want to know besides, or "".
    """

    where: str
    obstacle: Obstacle
    detail: str = ""

    @property
    def sentence(self) -> str:
        """A sentence for student and instructor, without a full stop."""
        return _sentence(self.where, self.obstacle, self.detail)


def findings_to_data(findings: Sequence[Finding]) -> list[dict[str, str]]:
    """Return findings as plain data for JSON."""
    return [{**asdict(finding), "problem": finding.problem.name} for finding in findings]


def findings_from_data(data: Sequence[Any]) -> tuple[Finding, ...]:
    """Return findings that were kept as plain data.

    Raises:
        KeyError: it is not what `findings_to_data` wrote.
        TypeError: likewise.
    """
    return tuple(Finding(d["where"], Problem[d["problem"]], d["detail"]) for d in data)


def shown(name: str) -> str:
    """Return a file's name as text that any page, terminal or JSON file can hold."""
    plain = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    safe = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in plain
    )
    return safe.replace("`", "'")


def shortened(text: str, longest: int) -> str:
    """Return a text, cut where it has more letters than `longest`; then a sign says so."""
    return text if len(text) <= longest else text[:longest] + " …"


def _sentence(where: str, what: StrEnum, detail: str) -> str:
    return f"`{where}` {what.value}" + (f" ({detail})" if detail else "")
