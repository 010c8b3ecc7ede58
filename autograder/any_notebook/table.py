"""What people and machines read of checked notebooks: a table each, and JSON.

Everything that may come from a student is made harmless for terminals here, once.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from autograder.any_notebook.findings import (
    CellFinding,
    ExerciseFinding,
    Kind,
    NotebookFinding,
    Part,
    State,
)
from autograder.intake.findings import shortened

NARROWEST, WIDEST = 80, 120
_TITLE, _POINTS = 13, 9
_MOST_CELLS = 15
_LONGEST_MESSAGE = 600
_SIGNS = {State.PASSED: "✓", State.FAILED: "✗", State.NOT_FOUND: "–", State.NOT_JUDGED: "?"}


def as_text(finding: NotebookFinding, width: int = 100) -> str:
    """Return a notebook's table, without a line break at its end.

    Args:
        finding: what came of the notebook.
        width: columns of the terminal.
    """
    width = max(NARROWEST, min(width, WIDEST))
    lines = [plain(finding.notebook), "=" * min(width, len(plain(finding.notebook)))]
    if finding.problem is not None:
        lines += _wrapped(f"could not run: {finding.problem}", width)
        return "\n".join(lines)
    lines += _header(finding, width)
    lines += _cells(finding.cells, width)
    lines += ["", _row("exercise", "points", "found in cell", width)[0], "-" * width]
    for exercise in finding.exercises:
        lines += _exercise(exercise, width)
    lines += ["-" * width, *_wrapped(_total(finding), width)]
    return "\n".join(lines)


def as_data(finding: NotebookFinding) -> dict[str, Any]:
    """Return a finding as plain data for JSON."""
    data = asdict(finding)
    data |= {
        "status": finding.status,
        "earned": finding.earned,
        "points": finding.points,
        "worth": finding.worth,
        # A string, because JSON readers elsewhere round integers of 64 bits.
        "seed": str(finding.seed),
        "seconds": round(finding.seconds, 1),
    }
    for exercise, told in zip(finding.exercises, data["exercises"], strict=True):
        told |= {
            "points": exercise.points,
            "earned": exercise.earned,
            "bonus": exercise.bonus,
        }
    return data


def plain(text: str) -> str:
    """Return a text without anything that a terminal would act on, on one line."""
    spaced = " ".join(text.split())
    safe = spaced.encode("utf-8", "replace").decode()
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in safe
    )


def _header(finding: NotebookFinding, width: int) -> list[str]:
    kind = "one of the kit's stand-ins, no zero-shot model" if finding.model_is_stand_in else ""
    lines = _wrapped(f"graded with the model {finding.model}{f' ({kind})' * bool(kind)}", width)
    for name, model in (finding.models or {}).items():
        lines += _wrapped(f"for {name} the model {model} stood in", width)
    run = (
        f"{_counted(finding.code_cells, 'code cell')} and all checks in {finding.seconds:.0f} s,"
        f" isolation {finding.isolation}, seed {finding.seed}"
    )
    return [*lines, *_wrapped(run, width)]


def _cells(cells: Sequence[CellFinding], width: int) -> list[str]:
    if not cells:
        return []
    lines = ["", "what happened in its cells"]
    for cell in cells[:_MOST_CELLS]:
        where = f"cell {cell.cell}" if cell.cell is not None else "notebook"
        sign = "·" if cell.kind is Kind.NOTE else "✗"
        lines += _wrapped(f"{sign} {where}: {cell.text}", width, indent="  ")
        if cell.mistake_name is not None:
            lines += _wrapped(
                f"mistake: {cell.mistake_name} [{cell.mistake}]", width, indent="    "
            )
            lines += _wrapped(f"hint: {cell.hint}", width, indent="    ")
    if len(cells) > _MOST_CELLS:
        lines.append(f"  … and {len(cells) - _MOST_CELLS} more")
    return lines


def _exercise(exercise: ExerciseFinding, width: int) -> list[str]:
    found = ", ".join(f"{name} {_places(cells)}" for name, cells in exercise.found.items())
    if exercise.by_hand is not None:
        return _row(exercise.title, "by hand", f"{found}; {exercise.by_hand}", width)
    if any(part.state is State.NOT_JUDGED for part in exercise.parts) and not exercise.is_judged:
        return [*_row(exercise.title, "?", found, width), *_parts(exercise.parts, width, ())]
    if not exercise.is_judged:
        only = f"not found, apart from {found}" if found else "not found"
        return _row(exercise.title, "–", only, width)
    points = f"{exercise.earned:g} / {exercise.points:g}"
    return [
        *_row(exercise.title, points, found, width),
        *_parts(exercise.parts, width, (State.FAILED, State.NOT_FOUND)),
        *([f"    ✓ a bonus of {exercise.bonus:g}"] if exercise.bonus else []),
    ]


def _places(cells: tuple[int, ...]) -> str:
    if not cells:
        return "(only seen in the run)"
    if len(cells) == 1:
        return str(cells[0])
    return f"{cells[-1]} (also {', '.join(map(str, cells[:-1]))}: the last one counts)"


def _parts(parts: Iterable[Part], width: int, told: tuple[State, ...]) -> list[str]:
    shown = [p for p in parts if p.state in (*told, State.NOT_JUDGED) and p.points]
    by_message: dict[str, list[Part]] = {}
    for part in shown:
        by_message.setdefault(part.message, []).append(part)
    lines: list[str] = []
    for message, alike in by_message.items():
        for part in alike:
            title = f"{_SIGNS[part.state]} {part.title} ({part.points:g})"
            lines += _wrapped(title, width, indent="    ")
        lines += _wrapped(shortened(message, _LONGEST_MESSAGE), width, indent="      ")
        for line in alike[0].example:
            lines += _wrapped(line, width, indent="        ")
    # One mistake often costs several parts; it is named once, at the end.
    advice = dict.fromkeys(_advice(part) for part in shown if part.state is State.FAILED)
    for text in (line for lines_of in advice for line in lines_of):
        lines += _wrapped(text, width, indent="      ")
    return lines


def _advice(part: Part) -> tuple[str, ...]:
    if not part.hint:
        return ()
    hint = f"hint: {part.hint}"
    return (f"mistake: {part.mistake_name} [{part.mistake}]", hint) if part.mistake else (hint,)


def _total(finding: NotebookFinding) -> str:
    bonus = sum(exercise.bonus for exercise in finding.exercises)
    unjudged = sum(
        part.points
        for exercise in finding.exercises
        for part in exercise.parts
        if part.state is State.NOT_JUDGED
    )
    by_hand = sum(exercise.worth for exercise in finding.exercises if exercise.by_hand)
    absent = finding.worth - finding.points - unjudged - by_hand
    total = f"{finding.earned:g} of {finding.points:g} points for what was found"
    if bonus:
        total += f", and a bonus of {bonus:g}"
    rest = [f"{absent:g} more are for what was not found"] * bool(absent)
    rest += [f"{unjudged:g} more could not be judged"] * bool(unjudged)
    rest += [f"{by_hand:g} more are given by hand"] * bool(by_hand)
    return "; ".join([total, *rest]) + ". Texts are not looked at."


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + "s" * (count != 1)


def _row(title: str, points: str, found: str, width: int) -> list[str]:
    start = f"{title:<{_TITLE}}{points:<{_POINTS}}"
    return _wrapped(found, width, first=start, indent=" " * len(start)) or [start.rstrip()]


def _wrapped(text: str, width: int, indent: str = "", first: str | None = None) -> list[str]:
    return textwrap.wrap(
        plain(text),
        width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent if first is not None else indent + "  ",
        break_on_hyphens=False,
    )
