"""The audit for people and for programs: a table in the terminal, an HTML page, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from autograder.audit.corpus import UNNAMED
from autograder.audit.tally import Audit, Row, caught_rightly, named_rightly
from autograder.audit.trial import Trial

_HEADS = (
    "exercise", "chaff", "caught", "right check", "named right", "wheat", "failed", "mutants", "caught", "same",
)  # fmt: skip
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: right; vertical-align: top; }
th:first-child, td:first-child, .words { text-align: left; }
tr.off td:first-child::before { content: "✗ "; }
tfoot { font-weight: 600; }
"""


def as_text(audit: Audit) -> str:
    """Return the table, what each check has caught, and what falls short."""
    figures = [_figures(row) for row in (*audit.rows, audit.total)]
    widths = [max(len(line[i]) for line in (_HEADS, *figures)) for i in range(len(_HEADS))]
    lines = ["  ".join(_aligned(line, widths)) for line in (_HEADS, *figures)]
    lines.insert(len(lines) - 1, "")
    lines += ["", "chaff that each check has caught:"]
    for row in audit.rows:
        caught = ", ".join(f"{_plain(check)} {n}" for check, n in row.by_check.most_common())
        lines.append(f"  {row.exercise}: {caught or 'none'}")
    lines += ["", *_told(audit)]
    return "\n".join(lines)


def as_html(audit: Audit) -> str:
    """Return a page of its own: the table, then every chaff with what caught it and what it was called."""
    heads = "".join(f"<th>{escape(head)}</th>" for head in _HEADS)
    body = "".join(_html_row(_figures(row)) for row in audit.rows)
    chaff = "".join(_html_chaff(trial) for trial in audit.total.chaff)
    equivalents = "".join(
        f'<tr><td>{escape(name)}</td><td class="words">{escape(reason)}</td></tr>'
        for name, reason in audit.equivalents.items()
    )
    told = "".join(f"<p>{escape(line)}</p>" for line in _told(audit) if line)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Audit of the hidden checks</title><style>{_STYLE}</style></head><body>"
        f"<h1>Audit of the hidden checks</h1>{told}"
        f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody>'
        f"<tfoot>{_html_row(_figures(audit.total))}</tfoot></table></div>"
        '<h2>Chaff</h2><div class="wide"><table><thead><tr><th>variant</th><th class="words">what is wrong</th>'
        '<th class="words">caught by</th><th class="words">named</th></tr></thead>'
        f"<tbody>{chaff}</tbody></table></div>"
        f'<h2>Mutants that do the same as the original</h2><div class="wide"><table>{equivalents}</table></div>'
        "</body></html>"
    )


def as_json(audit: Audit) -> str:
    """Return the audit as JSON text: figures by exercise, and every trial."""
    tree = {
        "bar_met": not audit.shortfalls,
        "shortfalls": audit.shortfalls,
        "named_right": round(audit.share_named, 4),
        "seeds": audit.seeds,
        "distinct_seeds": audit.distinct_seeds,
        "seconds": round(audit.seconds, 1),
        "workers": audit.workers,
        "in_rooms": list(audit.in_rooms),
        "skipped": dict(audit.skipped),
        "exercises": {row.exercise: _json_row(row) for row in (*audit.rows, audit.total)},
        "trials": [_json_trial(trial) for trial in audit.trials],
    }
    return json.dumps(tree, indent=1, ensure_ascii=False) + "\n"


def _figures(row: Row) -> tuple[str, ...]:
    chaff = len(row.chaff)
    counted = len(row.counted_mutants)
    numbers = (
        chaff,
        chaff - len(row.missed),
        row.right_check,
        chaff - len(row.misnamed),
        len(row.wheat),
        len(row.choked),
        counted,
        counted - len(row.overlooked),
        len(row.mutants) - counted,
    )
    return (row.exercise, *map(str, numbers))


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *rest = line
    return [
        first.ljust(widths[0]),
        *(text.rjust(w) for text, w in zip(rest, widths[1:], strict=True)),
    ]


def _told(audit: Audit) -> list[str]:
    total = audit.total
    lines = [
        f"{len(audit.trials)} variants, each wheat and chaff with {audit.seeds} of {audit.distinct_seeds} seeds,"
        f" in {audit.seconds:.0f} s with {audit.workers} processes;"
        f" {audit.share_named:.1%} of the chaff caught by the right check with the right name.",
    ]
    if audit.in_rooms:
        differ = len(audit.otherwise_in_rooms)
        lines.append(
            f"in real rooms: {', '.join(audit.in_rooms)}; {differ or 'none'} judged otherwise there."
        )
    lines += [f"skipped, needs {what}: {name}" for name, what in audit.skipped.items()]
    lines += _listed("not caught", total.missed)
    lines += [_misnamed(trial) for trial in total.misnamed if trial.caught]
    for trial in total.choked:
        said = "; ".join(f"{_plain(f.check)}: {f.message}" for f in trial.failures)
        lines.append(f"wheat failed: {trial.variant.id} ({said or trial.problem or trial.flow})")
    lines += _listed("depends on the seed", total.unsteady)
    lines += _listed("mutant overlooked", total.overlooked)
    lines += _listed("listed as equivalent, but caught", total.wrongly_listed)
    lines += [f"below the bar: {words}" for words in audit.shortfalls] or ["the bar is met"]
    return lines


def _listed(what: str, trials: Iterable[Trial]) -> list[str]:
    return [f"{what}: {t.variant.id}" + (f" ({t.problem})" if t.problem else "") for t in trials]


def _misnamed(trial: Trial) -> str:
    variant = trial.variant
    by = ", ".join(_plain(f.check) for f in trial.failures)
    named = ", ".join(sorted(trial.names)) or "nothing"
    wanted = "nothing" if variant.misconception == UNNAMED else variant.misconception
    missing = "" if caught_rightly(trial) else f", not by {_plain(variant.check)}"
    return f"misnamed: {variant.id} is called {named}, expected {wanted} (caught by {by}{missing})"


def _plain(check: str) -> str:
    return check.removeprefix("test_")


def _html_row(figures: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in figures) + "</tr>"


def _html_chaff(trial: Trial) -> str:
    by = ", ".join(_plain(f.check) for f in trial.failures if f.judged)
    named = ", ".join(sorted(trial.names))
    cells = "".join(
        f'<td class="words">{escape(text)}</td>' for text in (trial.variant.about, by, named)
    )
    off = "" if named_rightly(trial) else ' class="off"'
    return f"<tr{off}><td>{escape(trial.variant.id)}</td>{cells}</tr>"


def _json_row(row: Row) -> dict[str, Any]:
    keys = (
        "chaff", "chaff_caught", "by_right_check", "named_right", "wheat", "wheat_failed", "mutants",
        "mutants_caught", "mutants_equivalent",
    )  # fmt: skip
    figures = dict(zip(keys, map(int, _figures(row)[1:]), strict=True))
    return {**figures, "by_check": dict(row.by_check)}


def _json_trial(trial: Trial) -> dict[str, Any]:
    variant = trial.variant
    return {
        "id": variant.id,
        "about": variant.about,
        "misconception": variant.misconception or None,
        "named": sorted(trial.names),
        "failures": [
            {
                "check": f.check,
                "judged": f.judged,
                "misconception": f.misconception,
                "message": f.message,
            }
            for f in trial.failures
        ],
        "unsteady_seeds": list(trial.unsteady),
        "seconds": round(trial.seconds, 2),
        "problem": trial.problem or None,
    }
