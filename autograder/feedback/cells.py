"""What a student reads at a graded cell: points, what was seen, which mistake it looks like, and a hint.

Never a check's source. Everything that may come from a student is escaped here, once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from html import escape

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output

from autograder.diagnosis.flow import Finding
from autograder.diagnosis.smallest import Example
from autograder.feedback.examples import example_lines
from autograder.feedback.markup import anchor, visible, words
from autograder.intake.findings import shortened
from autograder.kernel.outputs import PICTURES
from autograder.mistakes import NOTHING_KNOWN, Catalogue
from autograder.notebook.marks import NOTE_ID
from autograder.notebook.repair import Repair
from autograder.verdicts import Judgement, Status, Verdict

_MARKS = {Status.PASSED: "✓", Status.FAILED: "✗", Status.NOT_JUDGED: "?"}
_LONGEST_MESSAGE = 600
_MOST_MARKS = 3
"""Marks over, under or in one letter that are shown: more would be drawn over other lines."""
# Styles stand in the cells: the page is nbgrader's, and its own rules leave tables without any space.
_CELL = "padding: .35em .8em; border-top: 1px solid #bbb; text-align: left; vertical-align: top"


def judgement_html(judgement: Judgement, catalogue: Catalogue = NOTHING_KNOWN) -> str:
    """Render a judgement as an HTML fragment: one row a check.

    Args:
        judgement: of a graded cell.
        catalogue: where its mistakes are described.
    """
    if judgement.by_hand is not None:
        return f"<p><strong>Graded by hand:</strong> {escape(judgement.by_hand)}.</p>"
    bonus = f", and a bonus of {judgement.bonus:g}" if judgement.bonus else ""
    told: set[str] = set()
    rows = ""
    for verdict in judgement.verdicts:
        rows += _row(verdict, judgement.cell, catalogue, told)
        told.add(_explanation(verdict))
    heads = "".join(
        f'<th style="{_CELL}">{head}</th>'
        for head in ("", "Check", "Points", "What was seen, and what to do")
    )
    return (
        f"<p><strong>{judgement.earned:g} of {judgement.points:g} points{bonus}</strong></p>"
        f'<table style="border-collapse: collapse"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def write_judgement(
    cell: NotebookNode, judgement: Judgement, catalogue: Catalogue = NOTHING_KNOWN
) -> None:
    """Make the judgement the graded cell's one result: nbgrader reads the points from its plain text.

    What the cell itself printed is kept before it, in forms that nbgrader does not take for a grade.

    Args:
        cell: the graded cell.
        judgement: its own.
        catalogue: where its mistakes are described.
    """
    cell.outputs = [kept for output in cell.outputs if (kept := _harmless(output)) is not None]
    cell.outputs.append(
        new_output(
            "execute_result",
            data={
                "text/plain": str(judgement.earned),
                "text/html": judgement_html(judgement, catalogue),
            },
            execution_count=cell.execution_count,
        )
    )


def repairs_cell(repairs: Sequence[Repair]) -> NotebookNode:
    """Return a Markdown cell that tells the student what was put back before grading."""
    lines = [f"- The cell `{repair.cell}` {repair.change.value}." for repair in repairs]
    heading = "**Before grading, some cells were put back to what the release gave:**"
    return new_markdown_cell("\n".join([heading, "", *lines]), id=f"{NOTE_ID}repairs")


def findings_cell(
    findings: Sequence[Finding], catalogue: Catalogue = NOTHING_KNOWN
) -> NotebookNode:
    """Return a Markdown cell that tells the student what a run from top to bottom has shown.

    Args:
        findings: what it has shown.
        catalogue: where their mistakes are described.
    """
    lines = []
    for found in findings:
        if found.error:
            # In a span of code neither Markdown nor HTML of the student's is read.
            shown = _shorten(found.error).replace("`", "'")
            lines.append(f"- Cell {found.cell} stopped with `{shown}`.")
            continue
        made = (
            f"which only cell {found.made_in} makes"
            if found.made_in is not None
            else "which no cell of the notebook makes"
        )
        lines.append(f"- Cell {found.cell} uses `{found.name}`, {made}.")
    hints = dict.fromkeys(catalogue.by_id[found.misconception].hint for found in findings)
    heading = "**The notebook was run from top to bottom, as a reader would run it:**"
    return new_markdown_cell("\n".join([heading, "", *lines, "", *hints]), id=f"{NOTE_ID}findings")


def _row(verdict: Verdict, cell: str, catalogue: Catalogue, before: Collection[str]) -> str:
    check = verdict.check
    earned = f"{verdict.earned:g} / {check.points:g}" if check.points else f"bonus {check.bonus:g}"
    told = "" if verdict.status is Status.PASSED else _told(verdict, cell, catalogue, before)
    entries = (_MARKS[verdict.status], words(check.title), earned, told)
    return "<tr>" + "".join(f'<td style="{_CELL}">{entry}</td>' for entry in entries) + "</tr>"


def _told(verdict: Verdict, cell: str, catalogue: Catalogue, before: Collection[str]) -> str:
    """Return what was seen, and what to do unless that was told `before` in this cell."""
    if verdict.broken:
        # What broke is the course's own, and no business of the student's; `autograder status` says it.
        return "This check could not be made. A person will look at it."
    seen = words(_shorten(verdict.message))
    if verdict.misconception is not None:
        mistake = catalogue.by_id[verdict.misconception]
        if _explanation(verdict) in before:
            return f"{seen}<br>The same: <strong>{words(mistake.name)}</strong>."
        return (
            f"{seen}<br>It looks as if <strong>{words(mistake.name)}</strong>."
            f"<br><em>{words(mistake.hint)}</em><br>Read again: {_link(mistake.section_of(cell))}."
        )
    hint = f"<em>{words(verdict.check.hint)}</em>"
    if not verdict.unknown:
        return f"{seen}<br>{hint}"
    example = "" if (explanation := _explanation(verdict)) in before else explanation
    return f"{seen}<br>This is wrong, and not a mistake that we know.{example}<br>{hint}"


def _explanation(verdict: Verdict) -> str:
    """Return what need not be told again in the same cell: a mistake's id, or an example as HTML; may be empty."""
    if verdict.misconception is not None:
        return verdict.misconception
    return "" if verdict.example is None else _example(verdict.example)


def _link(section: str) -> str:
    """Return a link to a heading of the page."""
    return f'<a href="#{escape(anchor(section))}">{escape(section)}</a>'


def _example(example: Example) -> str:
    lines = "<br>".join(f"<code>{escape(_calm(line))}</code>" for line in example_lines(example))
    return f"<br>The smallest example that we have found:<br>{lines}"


def _shorten(text: str) -> str:
    first = text[:1].upper() + text[1:] if not text.startswith("`") else text
    return _calm(shortened(first, _LONGEST_MESSAGE))


def _calm(text: str) -> str:
    """Return a student's text without letters that reach for the lines around them, or turn them around."""
    kept, marks = [], 0
    for letter in visible(text):
        marks = 0 if unicodedata.category(letter) not in ("Mn", "Me") else marks + 1
        if marks <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def _harmless(output: NotebookNode) -> NotebookNode | None:
    """Return an output in a form that carries no grade: nbgrader takes errors, stderr and results for one."""
    match output.output_type:
        case "stream":
            return new_output("stream", name="stdout", text=output.text)
        case "error":
            return new_output("stream", name="stdout", text=f"{output.ename}: {output.evalue}\n")
        case "display_data" | "execute_result":
            kept = {k: v for k, v in output.data.items() if k in ("text/plain", *PICTURES)}
            return new_output("display_data", data=kept) if kept else None
        case _:
            return None
