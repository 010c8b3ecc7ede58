"""What stands on top of a feedback page: the points of each section, and each mistake once, with all that it cost.

Titles and mistakes are written into the notebook while it is graded, as plain data. When a page is made of it,
`autograder.feedback.pages` takes them over, and `lay_out` puts them together with the points that the gradebook holds
then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nbformat import NotebookNode

from autograder.feedback.markup import anchor, words
from autograder.mistakes import Catalogue
from autograder.notebook.marks import KIT_METADATA, is_scored
from autograder.verdicts import Judgement, Status, Verdict

TITLES, MISTAKES = "titles", "mistakes"
"""Keys of the notebook's metadata of the kit's, under which both are written."""
OVERVIEW = "autograder_overview"
"""Key of a page's resources, with the same two."""
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_SECTION_LEVEL = 2


@dataclass(frozen=True)
class Title:
    """Where a graded cell stands.

    Attributes:
        section: heading of the section, such as "2 Zero-shot classification"; empty above the first.
        task: the nearest heading above the cell.
    """

    section: str
    task: str


@dataclass(frozen=True)
class Mistake:
    """One mistake, or one check that failed for no known reason.

    Attributes:
        name: what the student did, in words that follow "it looks as if"; None where that is not known.
        what: what was checked, of each check that failed for it.
        hint: what to think about; of the first check, where the mistake has no name.
        section: heading to read again; empty if the hint does not say.
        lost: points, all checks together; those of a bonus do not count.
        cells: ids of the graded cells.
    """

    name: str | None
    what: str
    hint: str
    section: str
    lost: float
    cells: tuple[str, ...]


def titles_of(released: NotebookNode) -> dict[str, dict[str, str]]:
    """Return a `Title`, as plain data, for each graded cell of a release, by its id."""
    titles = {}
    section = task = ""
    for cell in released.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown":
            for level, heading in _headings(cell.source):
                task = heading
                section = heading if level <= _SECTION_LEVEL else section
        if is_scored(cell):
            titles[about["grade_id"]] = asdict(Title(section, task))
    return titles


def mistakes_of(judgements: Iterable[Judgement], catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return each `Mistake`, as plain data, in the order of the notebook: what stands first is often the cause.

    Args:
        judgements: of a notebook's graded cells.
        catalogue: where their mistakes are described.
    """
    found: dict[tuple[str, str], list[tuple[str, Verdict]]] = {}
    for judgement in judgements:
        for verdict in judgement.verdicts:
            if verdict.status is Status.FAILED:
                # What nobody knows by name is taken for one mistake in each cell.
                key = ("", verdict.misconception) if verdict.misconception else (judgement.cell, "")
                found.setdefault(key, []).append((judgement.cell, verdict))
    return [asdict(_mistake(failed, catalogue)) for failed in found.values()]


def _mistake(failed: list[tuple[str, Verdict]], catalogue: Catalogue) -> Mistake:
    (cell, first), *_ = failed
    known = catalogue.by_id[first.misconception] if first.misconception is not None else None
    return Mistake(
        name=known.name if known else None,
        what="; ".join(dict.fromkeys(verdict.check.title for _, verdict in failed)),
        hint=known.hint if known else first.check.hint,
        section=known.section_of(cell) if known else "",
        lost=sum(verdict.check.points - verdict.earned for _, verdict in failed),
        cells=tuple(dict.fromkeys(cell for cell, _ in failed)),
    )


@dataclass(frozen=True)
class Line:
    """A graded cell in the overview.

    Attributes:
        cell: its id.
        task: its title.
        score: its points; None while nobody has graded it.
        points: those that it can give.
        comment: whether whoever graded it has written one.
        bonus: extra credit among its points, which stands for nothing that is missing.
    """

    cell: str
    task: str
    score: float | None
    points: float
    comment: bool
    bonus: float = 0.0

    @property
    def state(self) -> str:
        """How much of it was earned: "full", "part" or "none"; "open" while nobody has graded it."""
        if self.score is None:
            return "open"
        is_full = self.score - self.bonus >= self.points
        return "full" if is_full else "part" if self.score > 0 else "none"


@dataclass(frozen=True)
class Section:
    """A section's graded cells.

    Attributes:
        title: its heading.
        lines: one a cell.
    """

    title: str
    lines: tuple[Line, ...]

    @property
    def score(self) -> float | None:
        """Points, of what has been graded; None while nothing has been."""
        scores = [line.score for line in self.lines if line.score is not None]
        return sum(scores) if scores else None

    @property
    def points(self) -> float:
        """Points that can be had."""
        return sum(line.points for line in self.lines)


def sections_of(cells: Iterable[NotebookNode], titles: Mapping[str, Any]) -> list[Section]:
    """Return the graded cells by section, in the order of the notebook.

    Args:
        cells: with the scores that nbgrader has put into their metadata.
        titles: of `titles_of`; a cell that is missing there is called by its id.
    """
    sections: dict[str, list[Line]] = {}
    for cell in cells:
        about = cell.metadata.get("nbgrader", {})
        if not is_scored(cell) or "score" not in about:
            continue
        name = about["grade_id"]
        title = titles.get(name, {"section": "", "task": name})
        score = about["score"]
        line = Line(
            name,
            title["task"] or name,
            None if score is None else float(score),
            float(about["points"]),
            bool(about.get("comment")),
            _bonus_of(cell),
        )
        sections.setdefault(title["section"], []).append(line)
    return [Section(title, tuple(lines)) for title, lines in sections.items()]


def _bonus_of(cell: NotebookNode) -> float:
    told = cell.metadata.get(KIT_METADATA)
    bonus = told.get("bonus") if isinstance(told, dict) else None
    return float(bonus) if isinstance(bonus, (int, float)) else 0.0


def lay_out(notebook: NotebookNode, resources: dict[str, Any]) -> None:
    """Give a page its overview, once the scores are in its cells.

    Args:
        notebook: of cells that are about to be shown. In their metadata, `folds` is the line of a graded cell that
            has all its points, where the cells that led to it begin, and `ends_fold` says where they end.
        resources: of the page; gets `sections`, a list of `Section`, and `mistakes`, whose texts are HTML, with
            `lines`, the graded cells that each has cost points.
    """
    told = resources.pop(OVERVIEW, {})
    resources["sections"] = sections = sections_of(notebook.cells, told.get(TITLES, {}))
    lines = {line.cell: line for section in sections for line in section.lines}
    resources["mistakes"] = [
        {
            **mistake,
            **{key: words(mistake[key] or "") for key in ("name", "what", "hint")},
            "anchor": anchor(mistake["section"]),
            "lines": [lines[cell] for cell in mistake["cells"] if cell in lines],
        }
        for mistake in told.get(MISTAKES, [])
    ]
    _fold(notebook.cells, lines)


def _fold(cells: Iterable[NotebookNode], lines: Mapping[str, Line]) -> None:
    run: list[NotebookNode] = []
    after_task = False
    for cell in cells:
        if cell.metadata.get("note"):
            continue
        run.append(cell)
        about = cell.metadata.get("nbgrader", {})
        if is_scored(cell):
            line = lines.get(about["grade_id"])
            # What stands behind a task was done for that, and is nothing that another cell's points could hide.
            begins = cell if after_task else run[0]
            if line is not None and line.state == "full" and not line.comment:
                begins.metadata.folds, cell.metadata.ends_fold = line, True
            run, after_task = [], bool(about.get("task"))


def _headings(source: str) -> Iterable[tuple[int, str]]:
    fenced = False
    for text in source.splitlines():
        if text.startswith("```"):
            fenced = not fenced
        elif not fenced and (match := _HEADING.match(text)):
            yield len(match[1]), match[2].rstrip(" #")
