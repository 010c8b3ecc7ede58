"""Reads the hostile submissions: each is a file in `attacks/`, of the name that its student gets.

A file begins with what it tries and what must happen; `scores` says what it earns in the small course of
`tests/courses.py` (`<=` where its own ruin may cost it more), and `shows` what its output must contain, where
only that tells that it was tried at all. An attack that got what it wanted prints GOT IT. Then come its parts,
each with a line that says where it goes:

    # %% similarity                the cell of this id; with `# work: right` in front of right work
    # %% after check_similarity    a cell of the student's own
    # %% markdown reflection       a written answer
    # %% file conftest.py          a file that is handed in as well
    # %% edit                      code that changes the `notebook` before it is handed in

Words in @ signs stand for what an attacker may have found out: where the course and its canaries are; a line
@NEARLY_FULL@ for the text of `nearly_full.py`. The files are never to be run by hand: outside of a sandbox several
of them take the machine down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.notebook.marks import grade_id
from tests.courses import ASSIGNMENT, submit

FOLDER = Path(__file__).parent / "attacks"
SHARED = {"NEARLY_FULL": FOLDER.with_name("nearly_full.py").read_text(encoding="utf-8")}
"""Beginnings that several attacks have in common."""
USUAL_SCORES = "check_similarity=0 check_predictions=5"
_HEADER = re.compile(r"^# (tries|must|scores|shows|work): (.*(?:\n#  +.*)*)$", re.MULTILINE)
_PART = re.compile(r"^# %% *(.*)\n", re.MULTILINE)
_SCORE = re.compile(r"(\w+)(<?=)(\d+)")


@dataclass(frozen=True)
class Attack:
    """A hostile submission.

    Attributes:
        name: the student's.
        tries: what it attempts, in words.
        must: what must happen instead.
        scores: points of each automatic cell.
        at_most: cells that may have earned less than that.
        shows: what its output must contain; empty for most.
        keeps_work: whether its code stands in front of right work, or in its place.
        parts: where each part goes, and its text.
    """

    name: str
    tries: str
    must: str
    scores: dict[str, float]
    at_most: frozenset[str]
    shows: str
    keeps_work: bool
    parts: tuple[tuple[str, str], ...]

    def earned_honestly(self, got: Mapping[str, float | None]) -> bool:
        """Return whether these scores are what the attack must come to."""
        return all(
            got[cell] is not None
            and (got[cell] == points or (cell in self.at_most and 0 <= (got[cell] or 0) <= points))
            for cell, points in self.scores.items()
        )


def read_attack(path: Path) -> Attack:
    """Read one file."""
    head, *rest = _PART.split(path.read_text(encoding="utf-8"))
    about = {key: re.sub(r"\n#\s+", " ", value) for key, value in _HEADER.findall(head)}
    scores = _SCORE.findall(about.get("scores", USUAL_SCORES))
    return Attack(
        name=path.stem,
        tries=about["tries"],
        must=about["must"],
        scores={cell: float(points) for cell, _, points in scores},
        at_most=frozenset(cell for cell, sign, _ in scores if sign == "<="),
        shows=about.get("shows", ""),
        keeps_work=about.get("work") == "right",
        parts=tuple(zip(rest[::2], rest[1::2], strict=True)),
    )


ATTACKS = {path.stem: read_attack(path) for path in sorted(FOLDER.glob("*.py"))}


def submit_attack(attack: Attack, course: Path, known: Mapping[str, str]) -> None:
    """Hand an attack in.

    Args:
        attack: the attack.
        course: a small course that has been released.
        known: what stands in the place of the words in @ signs.
    """
    parts = []
    for place, text in attack.parts:
        for word, value in (*SHARED.items(), *known.items()):
            text = text.replace(f"@{word}@", value)
        parts.append((place.rpartition(" "), text.strip("\n")))

    def edit(notebook: NotebookNode) -> None:
        for (kind, _, name), text in parts:
            if kind != "file":
                _put(notebook, kind, name, text, attack.keeps_work)

    submit(course, attack.name, edit)
    for (kind, _, name), text in parts:
        if kind == "file":
            file = course / "submitted" / attack.name / ASSIGNMENT / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


def _put(notebook: NotebookNode, kind: str, name: str, text: str, keeps_work: bool) -> None:
    if (kind, name) == ("", "edit"):
        exec(text, {"notebook": notebook})
        return
    index = next(i for i, cell in enumerate(notebook.cells) if grade_id(cell) == name)
    if kind == "after":
        notebook.cells.insert(index + 1, new_code_cell(text))
    elif keeps_work and kind != "markdown":
        notebook.cells[index].source = f"{text}\n\n{notebook.cells[index].source}"
    else:
        notebook.cells[index].source = text
