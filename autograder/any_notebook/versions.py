"""For which version of transformers a notebook was written, by its stored outputs and its lines of pip."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.errors import AssetError
from autograder.intake.findings import shortened
from autograder.kernel.libraries import Libraries, libraries_named

_NAME = r"(?<![\w-])[Tt]ransformers"
_VERSION = r"(\d{1,2}(?:\.\d{1,4}){1,2})"
_SHOWN = (
    re.compile(rf"Successfully installed\b[^\n]{{0,2000}}?{_NAME}-{_VERSION}"),
    re.compile(rf"{_NAME} in \S{{1,200}} \({_VERSION}\)"),
    re.compile(rf"{_NAME}(?:\.?__version__|[ _]version)?[\s:='\"]{{1,6}}{_VERSION}"),
)
"""What an output says of the version, the surest first."""
_PRINTED = re.compile(r"\btransformers\.__version__")
_ALONE = re.compile(rf"^[^\d\n]{{0,40}}{_VERSION}['\"\s]*$", re.MULTILINE)
_ONLY_ON = (
    ("4", "has no attribute 'pooler_output'"),
    ("4", "will be the default behavior in v4.52"),
    ("5", "'BaseModelOutputWithPooling' object has no attribute"),
)
"""What outputs say on one line of transformers only."""
_PIP = re.compile(
    r"^[ \t]*[!%]?[ \t]*(?:\S{0,99}python\S{0,9} -m )?(?:uv )?pip3? install\b.*$", re.MULTILINE
)
_ASKED = re.compile(
    rf"{_NAME}(?:\[[\w,]*\])?[ \t]*(?:==|~=|<=?)[ \t]*(\d{{1,2}}(?:\.\d{{1,4}}){{0,2}})"
)
_BELOW = re.compile(rf"{_NAME}[^'\"\s]{{0,40}}<[ \t]*(\d{{1,2}})(?:\.0)*(?![.\d])")
NAMED = "named"
"""Stands for the line that a notebook names."""
_LONGEST_EVIDENCE = 80


@dataclass(frozen=True)
class Named:
    """A version of transformers that a notebook names.

    Attributes:
        version: as far as it is said: "4", or "4.41.2".
        cell: the number of the cell, counted from 1.
        evidence: the words that say so.
    """

    version: str
    cell: int
    evidence: str

    @property
    def line(self) -> str:
        """The first number of the version."""
        return self.version.partition(".")[0]


def named_version(notebook: NotebookNode, said: Sequence[str]) -> Named | None:
    """Return for which version a notebook was written, or None if it does not say.

    What its outputs show counts before what its lines of pip ask for: that has run.

    Args:
        notebook: its cells.
        said: what the outputs of each say in words, as they were handed in.
    """
    shown = sorted(_shown(notebook, said), key=lambda found: found[0])
    return shown[0][1] if shown else next(_asked(notebook), None)


def expect_libraries(name: str) -> None:
    """See that there is what `libraries_for` takes.

    Raises:
        AssetError: there is not.
    """
    if name != NAMED:
        libraries_named(name)


def libraries_for(name: str, named: Named | None) -> Libraries:
    """Return the line of transformers that a notebook is run on.

    Args:
        name: as `libraries_named` takes it; or `NAMED` for the line that the notebook names, if it is here.
        named: what the notebook says.
    """
    if name != NAMED:
        return libraries_named(name)
    with suppress(AssetError):
        return libraries_named("" if named is None else named.line)
    return libraries_named()


def said_of(libraries: Libraries, named: Named | None) -> str | None:
    """Return a sentence about the version that a notebook was run on, where there is something to say."""
    names = ""
    if named is not None:
        evidence = shortened(named.evidence, _LONGEST_EVIDENCE)
        names = f"cell {named.cell} names transformers {named.version} (`{evidence}`)"
    if libraries.folder is not None:
        return f"run on transformers {libraries.version}{names and f'; {names}'}"
    if named is None or named.line == libraries.line:
        return None
    return (
        f"{names}; this was run on {libraries.version}, where the features of the model serve both lines. "
        f"`--transformers {named.line}` runs it on the older line"
        if named.line < libraries.line
        else f"{names}; this was run on {libraries.version}"
    )


def _shown(notebook: NotebookNode, said: Sequence[str]) -> Iterator[tuple[int, Named]]:
    """Yield what outputs show, each with its place in the order of sureness."""
    for number, (cell, text) in enumerate(zip(notebook.cells, said, strict=True), 1):
        for place, pattern in enumerate(_SHOWN):
            if found := pattern.search(text):
                yield place, Named(found[1], number, _line_at(text, found))
        if _PRINTED.search(cell.source) and (found := _ALONE.search(text)):
            yield 0, Named(found[1], number, f"transformers.__version__ is {found[1]}")
        for line, words in _ONLY_ON:
            if words in text:
                yield len(_SHOWN), Named(line, number, words)


def _asked(notebook: NotebookNode) -> Iterator[Named]:
    for number, cell in enumerate(notebook.cells, 1):
        for pip in _PIP.findall(cell.source if cell.cell_type == "code" else ""):
            if below := _BELOW.search(pip):
                yield Named(str(int(below[1]) - 1), number, pip.strip())
            elif asked := _ASKED.search(pip):
                yield Named(asked[1], number, pip.strip())


def _line_at(text: str, found: re.Match[str]) -> str:
    """Return the words that name a version, short enough to be quoted."""
    if found[0].startswith("Successfully"):
        return f"Successfully installed … transformers-{found[1]}"
    return " ".join(found[0].split())
