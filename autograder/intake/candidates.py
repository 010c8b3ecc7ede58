"""Which of a submission's notebooks is meant, where it is not simply the one of the name that was given.

Students save copies, browsers add "(2)" or ".txt", and the notebook of the right name is then the blank one. The
notebook is taken that holds the work, where that is clear; where it is not, a person decides.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.intake.archives import Allowance, ArchiveError, open_archive
from autograder.intake.findings import shown
from autograder.intake.folder import FolderLimits
from autograder.intake.reading import MAX_BYTES, Reading, UnreadableError, read_file, read_notebook
from autograder.notebook.repair import holds_work, known_share, tasks_defined, work_in

_MOST = 30
"""Notebooks that are read at most; whoever hands in more is asked which of them counts."""
_SECONDS = 20.0
"""For unpacking a submission's archives."""
_NOT_HANDED_IN = ("__pycache__", "__MACOSX", "feedback")
"""Folders of Python, a Mac and nbgrader's, besides hidden ones."""
_IS_NAMED_NOTEBOOK = re.compile(r"\.ipynb", re.IGNORECASE)
_PERHAPS_NOTEBOOK = re.compile(r"\.(?:json|txt)$", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(?:zip|tar|tgz|tbz2?|tar\.(?:gz|bz2))$", re.IGNORECASE)
_PROGRAM = re.compile(r"\.(?:py|r?md|qmd|txt)$", re.IGNORECASE)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|odt|rtf|pages|x?html?|7z|rar|xz)$", re.IGNORECASE)
"""What may show or hold a notebook, and is not read here."""
_MOST_OF_IT = 0.5
"""Part of the release's cells that a notebook has to hold to be taken instead of the one of the given name."""


@dataclass(frozen=True)
class Candidate:
    """A notebook that could be the one that is meant.

    Attributes:
        place: its path within the submission, as it may be shown.
        reading: the notebook.
        work: what is the student's in it; see `autograder.notebook.repair.work_in`.
    """

    place: str
    reading: Reading
    work: frozenset[tuple[str, str]]

    @property
    def answers(self) -> frozenset[tuple[str, str]]:
        """The part of the work that is done for a task, with the task's cell."""
        return frozenset(pair for pair in self.work if pair[0])

    @property
    def tasks(self) -> frozenset[str]:
        """The cells of the tasks that something has been done for."""
        return frozenset(task for task, _ in self.answers)


@dataclass(frozen=True)
class Surroundings:
    """What lies in a submission besides the notebook of the given name.

    Attributes:
        candidates: the notebooks that hold cells of this assignment.
        notebooks: the places of all notebooks that could be read.
        suspects: the places of what may hold work and is not graded: programs, documents, damaged notebooks.
        complete: whether all notebooks have been read.
    """

    candidates: tuple[Candidate, ...]
    notebooks: tuple[str, ...]
    suspects: tuple[str, ...]
    complete: bool


def candidate(place: str, reading: Reading, released: NotebookNode) -> Candidate:
    """Return a notebook with the work that is in it."""
    return Candidate(place, reading, work_in(reading.notebook, released))


def is_most_of(notebook: NotebookNode, released: NotebookNode) -> bool:
    """Return whether a notebook is so much of the release that it is surely no other assignment's."""
    return known_share(notebook, released) >= _MOST_OF_IT


def choose(named: Candidate | None, rest: Sequence[Candidate]) -> Candidate | None:
    """Return the notebook that is meant, or None where that is not clear.

    It is the one that holds all that the others hold for the tasks. Else the name that was given decides, as long as
    no other notebook holds work for a task for which the one of that name has none.

    Args:
        named: the notebook of the given name, if there is one.
        rest: the others.
    """
    everything = [*([] if named is None else [named]), *rest]
    best = [c for c in everything if all(c.answers >= other.answers for other in everything)]
    if named is not None:
        if named in best or all(other.tasks <= named.tasks for other in rest):
            return named
        return best[0] if best else None
    # Only what stands in cells of their own tells these apart.
    return next((c for c in best if all(c.work >= other.work for other in best)), None)


def look_around(
    folder: Path, name: str, released: NotebookNode, given: Collection[str] = ()
) -> Surroundings:
    """Look through a submission that has been checked for other notebooks, also in archives.

    Args:
        folder: the submission.
        name: the notebook's file name, which is left out.
        released: the notebook that students were given.
        given: names of the release's files, which are nobody's work: other notebooks of the assignment, data.
    """
    candidates: list[Candidate] = []
    notebooks: list[str] = []
    suspects: list[str] = []
    read = 0
    for place, content in _contents(folder, {name, *given}, released, suspects):
        read += 1
        if read > _MOST:
            break
        try:
            reading = read_notebook(content, place)
        except UnreadableError:
            if _IS_NAMED_NOTEBOOK.search(place):
                suspects.append(place)
            continue
        notebooks.append(place)
        if holds_work(reading.notebook, released):
            candidates.append(candidate(place, reading, released))
    return Surroundings(tuple(candidates), tuple(notebooks), tuple(suspects), read <= _MOST)


def _contents(
    folder: Path, left_out: Collection[str], released: NotebookNode, suspects: list[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield what may be a notebook, with its place; note among the suspects what may hold work in another form."""
    limits = FolderLimits()
    allowance = Allowance(limits.total, limits.entries, _SECONDS)
    for path in _files(folder, left_out):
        place = shown(str(path.relative_to(folder)))
        if _ARCHIVE.search(path.name):
            yield from _in_archive(path, place, left_out, allowance, suspects)
            continue
        is_text = _PROGRAM.search(path.name) or _PERHAPS_NOTEBOOK.search(path.name)
        if _IS_NAMED_NOTEBOOK.search(path.name) or is_text:
            try:
                content = read_file(path)
            except UnreadableError:
                suspects.append(place)
                continue
            if is_text and tasks_defined(content.decode("utf-8", "replace"), released):
                suspects.append(place)
            if not path.name.lower().endswith((".py", "md")):
                yield place, content
        elif _DOCUMENT.search(path.name):
            suspects.append(place)


def _files(folder: Path, left_out: Collection[str]) -> Iterator[Path]:
    """Yield the files of a submission that a person would look at, the nearest first."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in _NOT_HANDED_IN)
        at_top = Path(parent) == folder
        for name in sorted(names):
            if not name.startswith(".") and not (at_top and name in left_out):
                yield Path(parent, name)


def _in_archive(
    archive: Path,
    place: str,
    left_out: Collection[str],
    allowance: Allowance,
    suspects: list[str],
) -> Iterator[tuple[str, bytes]]:
    """Yield the notebooks of an archive; one that holds something else that may be work is a suspect."""
    try:
        with open_archive(archive, allowance) as members:
            for member in members:
                parts = [] if member.path is None else member.path.parts
                if any(part.startswith(".") or part in _NOT_HANDED_IN for part in parts):
                    continue
                inner = f"{place}/{shown(member.name)}"
                if member.content is None or not _IS_NAMED_NOTEBOOK.search(member.name):
                    is_given = bool(parts) and parts[-1] in left_out
                    kinds = (_PROGRAM, _DOCUMENT, _ARCHIVE)
                    if not is_given and any(kind.search(member.name) for kind in kinds):
                        suspects.append(inner)
                    continue
                content = b""
                for block in member.content.blocks():
                    content += block
                    if len(content) > MAX_BYTES:
                        break
                yield inner, content
    except (ArchiveError, OSError):
        suspects.append(place)
