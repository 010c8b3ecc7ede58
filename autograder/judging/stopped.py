"""What stopped the cells of a notebook: a variable is missing because its cell did not get so far.

A check that asks for such a variable sees only that it is not there. What its cell stopped with is the cause, and what
a person wants to read; where that was again a missing variable, the cell that should have made that one is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from autograder.intake.findings import shortened
from autograder.mistakes import Catalogue
from autograder.notebook.cells import made_by, parsed, read_cell
from autograder.notebook.marks import NOTE_ID
from autograder.seam.student import NOT_DEFINED
from autograder.verdicts import Judgement, Status, Verdict

_PLACE = re.compile(r"\((?:<[^(>]*>|[\w./-]*\.py), line (\d+)\)")
_LINE = re.compile(r"Cell In\[[\d ]{0,9}\], line (\d+)")
_LONGEST_TRACEBACK = 20_000
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_LONGEST = 300
_MISSING_NAME = re.compile(r"name '(\w+)' is not defined")
_MISSING = re.compile(rf"^(?:`[^`]*` uses )?`(\w+)`(?:, which)? {NOT_DEFINED}")
_ENDINGS = ("SystemExit", "KeyboardInterrupt")
_NETWORK = re.compile(
    r"URLError|ConnectionError|gaierror|Name or service not known|Temporary failure in name resolution"
    r"|Network is unreachable|Max retries exceeded|NewConnectionError|OfflineMode|offline mode|LocalEntryNotFound"
    r"|couldn't connect to|HTTPError|Dataset not found or corrupted"
)
_FOLDERS = re.compile(r"'(?:/content|/kaggle|/Users|/home|/mnt|/gdrive|[A-Za-z]:[\\/])")
_FILES = ("FileNotFoundError", "PermissionError", "OSError", "NotADirectoryError")
_NO_MODULE = re.compile(r"No module named '([\w.]+)'")
AT_LIMIT = "the time limit"
"""What the text of a stop says where the grader has stopped the cell."""
_ADDING = frozenset({"append", "extend", "update", "add", "insert"})
"""Methods through which a cell goes on making what it has begun."""


@dataclass(frozen=True)
class Stop:
    """A cell that stopped before its end.

    Attributes:
        cell: its number, counted from 1 over all cells of the student's notebook.
        text: the error's type and first line.
        misconception: the id of the mistake that the error gives away, or None.
        elsewhere: whether it asked for what only the student's machine has (a network, a package, a folder), or
            ended on purpose: no mistake of the work.
        missing: the variable that was missing; empty if none was.
        line: of the cell, on which it stopped, from 1; 0 where that is not known.
    """

    cell: int
    text: str
    misconception: str | None = None
    elsewhere: bool = False
    missing: str = ""
    line: int = 0

    @property
    def told(self) -> str:
        """What became of the cell, in words that follow its number."""
        return (
            "was stopped at its time limit"
            if self.text == AT_LIMIT
            else f"stopped with {self.text}"
        )


class Stops:
    """All cells of a notebook that stopped, and the names that each should have made."""

    def __init__(
        self, notebook: NotebookNode, catalogue: Catalogue, late: Collection[str] = ()
    ) -> None:
        """Read a notebook that has been run.

        Args:
            notebook: its cells hold their outputs.
            catalogue: the mistakes that its errors may give away.
            late: what was stopped at a time limit; see `RunReport.late`.
        """
        self.catalogue = catalogue
        self.of_cell: dict[int, Stop] = {}
        self._sources: dict[int, str] = {}
        self._made_in: dict[str, list[int]] = {}
        self._absent: dict[str, str] = {}
        number = 0
        for place, cell in enumerate(notebook.cells, 1):
            # What the grader has put in before is none of the student's cells, and does not count.
            if cell.get("id", "").startswith(NOTE_ID):
                continue
            number += 1
            if cell.cell_type != "code":
                continue
            for name in read_cell(cell.source).makes:
                self._made_in.setdefault(name, []).append(number)
            self._absent |= _not_imported(cell)
            if f"cell {place}" in late:
                self.of_cell[number] = Stop(number, AT_LIMIT)
            elif (stop := self._stop(cell, number)) is not None:
                self.of_cell[number] = stop
            self._sources[number] = cell.source

    def cause_of(self, name: str, by: int | None = None) -> Stop | None:
        """Return the stop because of which a variable is not there, or not whole; None if no stop is behind it.

        It is that of the last cell that makes the variable, and of what that cell missed in turn.

        Args:
            name: the variable, or a function.
            by: the last cell that is looked at; None for all.
        """
        followed: set[str] = set()
        found: Stop | None = None
        while name not in followed:
            followed.add(name)
            makers = [at for at in self._made_in.get(name, ()) if by is None or at <= by]
            if not makers or not self.is_unmade(makers[-1], name):
                break
            found = self.of_cell[makers[-1]]
            name = found.missing or name
        return found

    def is_unmade(self, cell: int, name: str) -> bool:
        """Return whether a cell was to make a name and, as far as its text shows, stopped before."""
        stop = self.of_cell.get(cell)
        return (
            stop is not None
            and cell in self._made_in.get(name, ())
            and not is_made_before(self._sources[cell], stop.line, name)
        )

    def is_remade(self, name: str, by: int | None = None) -> bool:
        """Return whether more than one cell makes a name."""
        return sum(by is None or at <= by for at in self._made_in.get(name, ())) > 1

    def _stop(self, cell: NotebookNode, number: int) -> Stop | None:
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if not errors:
            return None
        error = errors[-1]
        said = _PLACE.sub(r"(line \1)", str(error.evalue))
        first = next((line for line in said.splitlines() if line.strip()), "")
        text = shortened(f"{error.ename}: {first}" if first else str(error.ename), _LONGEST)
        missing = _MISSING_NAME.search(str(error.evalue)) if error.ename == "NameError" else None
        name = missing[1] if missing else ""
        return Stop(
            number,
            self._absent.get(name, text),
            self.catalogue.named_by_words(f"{error.ename}: {error.evalue}"),
            name in self._absent or _is_of_elsewhere(str(error.ename), str(error.evalue)),
            "" if name in self._absent else name,
            _line_of(error),
        )


def with_causes(judgement: Judgement, stops: Stops) -> Judgement:
    """Return a judgement whose missing variables are put down to what stopped the cells that should have made them."""
    return replace(
        judgement,
        verdicts=tuple(
            _with_cause(verdict, judgement.cell, stops) for verdict in judgement.verdicts
        ),
    )


def _with_cause(verdict: Verdict, exercise: str, stops: Stops) -> Verdict:
    name = missing_in(verdict.message)
    if verdict.status is not Status.FAILED or name is None:
        return verdict
    cause = stops.cause_of(name)
    if cause is None:
        return verdict
    known = stops.catalogue.by_id.get(cause.misconception or "")
    return replace(
        verdict,
        message=because(name, cause),
        misconception=known.id if known is not None and exercise in known.exercises else None,
        unknown=False,
        example=None,
    )


def missing_in(message: str) -> str | None:
    """Return the variable that a check's message says is not defined, or None."""
    found = _MISSING.match(message)
    return found[1] if found else None


def because(name: str, cause: Stop) -> str:
    """Return the sentence about a variable that is missing for a cause."""
    return f"`{name}` {NOT_DEFINED}, because cell {cause.cell} {cause.told}"


def is_made_before(source: str, line: int, name: str) -> bool:
    """Return whether a cell that stopped on a line had made a name by then, for good.

    Args:
        source: of the cell.
        line: from 1; 0 where it is not known.
        name: a variable, or a function.
    """
    tree = parsed(source)
    if not line or tree is None:
        return False
    for statement in tree.body:
        last = statement.end_lineno or statement.lineno
        if last < line:
            continue
        if name in made_by(statement) or _adds_to(statement, name):
            return False
    return True


def _adds_to(statement: ast.stmt, name: str) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in _ADDING
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        for node in ast.walk(statement)
    )


def _line_of(error: NotebookNode) -> int:
    # The cell's own line comes first; what follows is as long as a stranger likes.
    traceback = "\n".join(map(str, error.get("traceback", ())))[:_LONGEST_TRACEBACK]
    traceback = _COLOUR.sub("", traceback)
    found = _LINE.search(traceback)
    return int(found[1]) if found else 0


def _is_of_elsewhere(kind: str, said: str) -> bool:
    return (
        kind in (*_ENDINGS, "ModuleNotFoundError")
        or (kind in _FILES and bool(_FOLDERS.search(said)))
        or bool(_NETWORK.search(f"{kind}: {said}"))
    )


def _not_imported(cell: NotebookNode) -> dict[str, str]:
    """Return what a cell should have imported from packages that are not here, each with what Python said."""
    said = "\n".join(str(output.get("text", output.get("evalue", ""))) for output in cell.outputs)
    absent = set(_NO_MODULE.findall(said))
    tree = parsed(cell.source) if absent else None
    names: dict[str, str] = {}
    for node in ast.walk(tree) if tree is not None else ():
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for alias in node.names:
            module = (isinstance(node, ast.ImportFrom) and node.module) or alias.name
            for missing in absent.intersection({module, module.split(".")[0]}):
                name = (alias.asname or alias.name).split(".")[0]
                names[name] = f"ModuleNotFoundError: No module named '{missing}'"
    return names
