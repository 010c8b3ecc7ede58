"""Reads the corpus: one variant a file, `KIND/EXERCISE/NAME.py`, with a short header and what a student writes.

Header lines are comments at the top of the file:

    # right: …             wheat: what is unusual about it
    # wrong: …             chaff: what is wrong, in one line
    # misconception: ID    chaff: the mistake's id in the assignment's catalogue; "none" where the
                           grader knows no name for it and has to say so
    # check: NAME          chaff: the check that has to fail, without "test_"
    # also: ID             chaff: a name that is true as well, as a consequence
    # transformers: 4      the model's features come as tensors, as the older line of transformers gives them
    # needs: cuda          the variant shows only on a machine with such a device

After it stands what the student writes into the exercise's solution cell. Where an exercise has several cells, lines
`# %% id="CELL"` say which one the lines below them belong to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from autograder.authoring.headers import header_of
from autograder.errors import AuditError

WHEAT, CHAFF, MUTANT = "wheat", "chaff", "mutant"
UNNAMED = "none"
"""In place of a misconception's id: a mistake that the grader has no name for."""
_CELL = re.compile(r'^# %% id="(?P<id>\w+)"[ \t]*\n', re.MULTILINE)
_KEYS = {
    WHEAT: ({"right"}, {"transformers", "needs"}),
    CHAFF: ({"wrong", "misconception", "check"}, {"also", "transformers", "needs"}),
}
"""Keys that a header must have, and those that it may have."""


@dataclass(frozen=True)
class Variant:
    """One way to write an exercise.

    Attributes:
        kind: "wheat", "chaff" or "mutant".
        exercise: a key of `autograder.audit.transplant.EXERCISES`.
        name: unique within its kind and exercise.
        about: what is unusual or wrong, in one line.
        cells: source by cell id; the id "" stands for the exercise as a whole.
        misconception: chaff: the mistake's id, or "none".
        check: chaff: the check that has to fail.
        also: chaff: id of a mistake that follows from it, and may be named besides; or "".
        transformers: the major version whose interface the model shows.
        needs: a device that the variant needs, or "".
    """

    kind: str
    exercise: str
    name: str
    about: str
    cells: dict[str, str] = field(hash=False)
    misconception: str = ""
    check: str = ""
    also: str = ""
    transformers: int = 5
    needs: str = ""

    @property
    def id(self) -> str:
        """Such as "chaff/similarity/transposed"."""
        return f"{self.kind}/{self.exercise}/{self.name}"


def read_corpus(folder: Path) -> list[Variant]:
    """Read `wheat` and `chaff` under a folder, in the order of their ids.

    Raises:
        AuditError: a folder is missing, or a file's header is not as the module says.
    """
    variants: list[Variant] = []
    for kind in (WHEAT, CHAFF):
        files = sorted((folder / kind).glob("*/*.py"))
        if not files:
            raise AuditError(f"{folder / kind} holds no variants (EXERCISE/NAME.py)")
        variants.extend(read_variant(path, kind) for path in files)
    return variants


def read_variant(path: Path, kind: str) -> Variant:
    """Read one file of the corpus.

    Raises:
        AuditError: its header is not as the module says.
    """
    text = path.read_text(encoding="utf-8")
    header = header_of(text)
    needed, allowed = _KEYS[kind]
    if missing := sorted(needed - set(header)):
        raise AuditError(f"{path}: the header lacks a line `# {missing[0]}: …`")
    if unknown := sorted(set(header) - needed - allowed):
        raise AuditError(f"{path}: the header has an unknown key {unknown[0]!r}")
    return Variant(
        kind=kind,
        exercise=path.parent.name,
        name=path.stem,
        about=header["right" if kind == WHEAT else "wrong"],
        cells=_cells(text),
        misconception=header.get("misconception", ""),
        check=f"test_{header['check']}" if "check" in header else "",
        also=header.get("also", ""),
        transformers=int(header.get("transformers", 5)),
        needs=header.get("needs", ""),
    )


def _cells(text: str) -> dict[str, str]:
    first, *rest = _CELL.split(text)
    if not rest:
        return {"": first}
    return dict(zip(rest[::2], rest[1::2], strict=True))
