"""The class report for people: a table in the terminal, and one self-contained HTML page."""

from __future__ import annotations

from html import escape
from pathlib import Path

from autograder.course import ASSIGNMENT
from autograder.feedback.markup import words
from autograder.intake.findings import shown
from autograder.report.class_report import ClassReport, ItemGrade, SubmissionGrade

PAGE = "class_report.html"
"""Of the kit's own assignment; the pages of others have their names behind it."""
PAGES = "class_report*.html"
MOST_FREQUENT = 10
"""Mistakes that the report lists."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
thead { vertical-align: bottom; }
th, td { border-bottom: 1px solid #8886; padding: .35rem .5rem; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
td.words { text-align: left; white-space: normal; }
.full { font-weight: 600; }
.none { opacity: .6; }
.wait::after { content: " ✎"; }
"""


def as_text(report: ClassReport) -> str:
    """Return the report as a table of fixed width: one line a submission."""
    names = [shown(submission.student) for submission in report.submissions]
    width = max([len(name) for name in names] + [7])
    lines = [f"{'student':{width}}  points  waits for a person"]
    for name, submission in zip(names, report.submissions, strict=True):
        if submission.not_graded is not None:
            lines.append(f"{name:{width}}  not graded: {submission.not_graded}")
        else:
            score = "–" if submission.score is None else f"{submission.score:g}"
            late = f"  (late: −{submission.penalty:g})" if submission.penalty else ""
            lines.append(f"{name:{width}}  {score:>6}  {submission.waiting} cells{late}")
            lines += [f"{'':{width}}  not graded: {reason}" for reason in submission.partly]
    for mistake, count in report.mistakes[:MOST_FREQUENT]:
        lines.append(f"{count} × {report.catalogue.by_id[mistake].name} ({mistake})")
    return "\n".join(lines)


def write_page(report: ClassReport, folder: Path) -> Path:
    """Write the HTML page into `folder` and return its path."""
    of_another = "" if report.assignment == ASSIGNMENT else f"-{report.assignment}"
    path = (folder / PAGE).with_stem(f"{Path(PAGE).stem}{of_another}")
    path.write_text(as_html(report), encoding="utf-8")
    return path


def as_html(report: ClassReport) -> str:
    """Return the report as a self-contained HTML page: one row a submission, one column a graded cell."""
    graded = [submission for submission in report.submissions if submission.items]
    items = graded[0].items if graded else ()
    heads = "".join(f"<th>{_title(item.cell)}<br>/ {item.points:g}</th>" for item in items)
    rows = "".join(_row(submission, len(items)) for submission in report.submissions)
    waiting = sum(submission.waiting for submission in report.submissions)
    open_ones = sum(submission.not_graded is not None for submission in report.submissions)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(report.assignment)}: class report</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(report.assignment)}: class report</h1>"
        f"<p>{len(report.submissions)} submissions, {report.points:g} points at most. "
        f"{waiting} cells wait for a person (✎); {open_ones} of the submissions could not be graded, "
        "which is not the same as 0 points.</p>"
        f'<div class="wide"><table><thead><tr><th>Student</th><th>Sum</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{_mistakes(report)}</body></html>"
    )


def _mistakes(report: ClassReport) -> str:
    """Return the most frequent mistakes as a list: what to talk about in the next lesson."""
    if not report.mistakes:
        return ""
    entries = "".join(
        f"<li>{count} × {words(report.catalogue.by_id[name].name)} <code>{escape(name)}</code></li>"
        for name, count in report.mistakes[:MOST_FREQUENT]
    )
    return f"<h2>The most frequent mistakes</h2><ol>{entries}</ol>"


def _row(submission: SubmissionGrade, columns: int) -> str:
    name = f"<td>{escape(shown(submission.student))}</td>"
    if submission.not_graded is not None:
        told = f'<td class="none">–</td><td class="words" colspan="{max(columns, 1)}">'
        return f"<tr>{name}{told}not graded: {words(submission.not_graded)}</td></tr>"
    score = "–" if submission.score is None else f"{submission.score:g}"
    score += f"<br>late: −{submission.penalty:g}" if submission.penalty else ""
    score += "".join(f"<br>not graded: {words(reason)}" for reason in submission.partly)
    cells = "".join(map(_cell, submission.items))
    return f"<tr>{name}<td class='full'>{score}</td>{cells}</tr>"


def _cell(item: ItemGrade) -> str:
    classes = []
    if item.score is None:
        classes.append("none")
    elif item.score >= item.points:
        classes.append("full")
    if item.needs_person:
        classes.append("wait")
    score = "–" if item.score is None else f"{item.score:g}"
    return f'<td class="{" ".join(classes)}">{score}</td>'


def _title(cell: str) -> str:
    notebook, slash, name = cell.rpartition("/")
    title = escape(name.removeprefix("check_")).replace("_", "<br>")
    return f"{escape(notebook)}{slash}<br>{title}" if slash else title
