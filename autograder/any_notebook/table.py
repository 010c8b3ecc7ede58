"""What people and machines read of checked notebooks: a table each, and JSON.

Everything that may come from a student is made harmless for terminals here, once.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from autograder.any_notebook.causes import NOT_ATTEMPTED
from autograder.any_notebook.findings import (
    CellFinding,
    ExerciseFinding,
    NotebookFinding,
    Part,
    State,
)
from autograder.assignments.assignment_2.interface import CHOICE, EXERCISES, EXPERIMENT
from autograder.intake.findings import shortened

NARROWEST, WIDEST = 80, 120

_TITLE, _POINTS = 13, 9
_LONGEST_MESSAGE = 600
_LONGEST = 20_000
"""Characters of anything else; breaking a word into lines takes quadratic time."""
_NAMES = {
    exercise.cell: (CHOICE,) if exercise.cell == EXPERIMENT else exercise.names
    for exercise in EXERCISES
}
"""What an exercise is looked for by; of the experiments, whose names are many, the choice stands for all."""
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
    if finding.partial:
        lines += _wrapped(
            f"PARTIAL: {finding.partial}; what was judged until then stands below", width
        )
    told: set[str] = set()  # hints that need not be given again
    lines += _summary(finding, width)
    lines += _header(finding, width)
    lines += _cells(finding.cells, width, told)
    lines += ["", _row("exercise", "points", "found in cell", width)[0], "-" * width]
    for exercise in finding.exercises:
        lines += _exercise(exercise, width, told)
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


def _summary(finding: NotebookFinding, width: int) -> list[str]:
    """Say what is right, wrong and not done, and what to look at first."""
    right, wrong, undone, unseen, open_ = [], [], [], [], []
    for exercise in finding.exercises:
        if exercise.failed:
            names = ", ".join(dict.fromkeys(p.mistake for p in exercise.failed if p.mistake))
            wrong.append(f"{exercise.title} ({names})" if names else exercise.title)
        elif exercise.is_judged:
            right.append(exercise.title)
        elif exercise.by_hand:
            open_.append(exercise.title)
        elif any(part.state is State.NOT_JUDGED for part in exercise.parts):
            unseen.append(exercise.title)
        else:
            undone.append(exercise.title + (" (but see there)" if exercise.remarks else ""))
    entries = {
        "right": ", ".join(right),
        "wrong": ", ".join(wrong),
        "not found": ", ".join(undone),
        "not judged": ", ".join(unseen),
        "for a person": ", ".join(open_),
        "look first at": _first(finding),
    }
    return [
        line
        for name, told in entries.items()
        if told
        for line in _wrapped(told, width, first=f"{name + ':':<15}", indent=" " * 15)
    ]


def _first(finding: NotebookFinding) -> str:
    """Return the first cell that is wrong, else what costs most, with all that it costs: most of the rest follows."""
    problem = next((cell for cell in finding.cells if cell.kind.is_problem), None)
    failed = [(exercise, part) for exercise in finding.exercises for part in exercise.failed]
    if problem is not None:
        costs = {e.title for e, part in failed if f"cell {problem.cell} " in part.message}
        costs |= {
            e.title for e, part in failed if problem.mistake and part.mistake == problem.mistake
        }
        where = f"cell {problem.cell}: " if problem.cell is not None else ""
        said = f"{where}{problem.text}{_stopped_by(problem, finding.cells)}"
    elif failed:
        lost: dict[str, float] = {}
        for _, part in failed:
            lost[part.mistake or part.message] = (
                lost.get(part.mistake or part.message, 0) + part.points
            )
        dearest = max(lost, key=lost.__getitem__)
        exercise, part = next(
            pair for pair in failed if dearest in (pair[1].mistake, pair[1].message)
        )
        costs = {e.title for e, other in failed if part.mistake and other.mistake == part.mistake}
        named = f"{part.mistake_name} [{part.mistake}]" if part.mistake else part.message
        said = f"{exercise.title}: {shortened(named, _LONGEST_MESSAGE)}"
    else:
        return ""
    dear = [exercise.title for exercise in finding.exercises if exercise.title in costs]
    is_told = len(dear) == 1 and said.startswith(f"{dear[0]}:")
    return f"{said}; it costs points of {', '.join(dear)}" if dear and not is_told else said


def _stopped_by(cause: CellFinding, cells: Iterable[CellFinding]) -> str:
    """Return which cells stopped because of one, in words that follow what happened there."""
    stopped = [
        str(cell.cell) for cell in cells if cell.cause is not None and cell.cause == cause.cell
    ]
    return f"; for want of it stopped cell{'s' * (len(stopped) > 1)} {', '.join(stopped)}" * bool(
        stopped
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


def _cells(cells: Sequence[CellFinding], width: int, told: set[str]) -> list[str]:
    if not cells:
        return []
    lines = ["", "what happened in its cells"]
    for cell in cells:
        where = f"cell {cell.cell}" if cell.cell is not None else "notebook"
        sign = "✗" if cell.kind.is_problem else "·"
        after = _stopped_by(cell, cells) if cell.kind.is_problem else ""
        lines += _wrapped(f"{sign} {where}: {cell.text}{after}", width, indent="  ")
        if cell.mistake_name is not None:
            for line in _named(cell.mistake, cell.mistake_name, cell.hint, told):
                lines += _wrapped(line, width, indent="    ")
    return lines


def _exercise(exercise: ExerciseFinding, width: int, told: set[str]) -> list[str]:
    found = ", ".join(f"{name} {_places(cells)}" for name, cells in exercise.found.items())
    if exercise.by_hand is not None:
        return _row(exercise.title, "by hand", f"{found}; {exercise.by_hand}", width)
    if any(part.state is State.NOT_JUDGED for part in exercise.parts) and not exercise.is_judged:
        return [
            *_row(exercise.title, "?", found, width),
            *_parts(exercise.parts, width, (State.NOT_FOUND,), told),
            *_remarks(exercise, width),
        ]
    if not exercise.is_judged:
        untouched = [part for part in exercise.parts if part.message.startswith(NOT_ATTEMPTED)]
        only = untouched[0].message if untouched else _not_found(exercise, found)
        return [*_row(exercise.title, "–", only, width), *_remarks(exercise, width)]
    points = f"{exercise.earned:g} / {exercise.points:g}"
    return [
        *_row(exercise.title, points, found, width),
        *_parts(exercise.parts, width, (State.FAILED, State.NOT_FOUND), told),
        *_remarks(exercise, width),
        *([f"    ✓ a bonus of {exercise.bonus:g}"] if exercise.bonus else []),
    ]


def _not_found(exercise: ExerciseFinding, found: str) -> str:
    """Say what was looked for, with names of the notebook that are like it."""
    looked_for = []
    for name in (n for n in _NAMES[exercise.exercise] if n not in exercise.found):
        alike = exercise.near.get(name)
        looked_for.append(f"{name} (near: {', '.join(alike)})" if alike else name)
    start = f"not found, apart from {found}" if found else "not found"
    return f"{start}; looked for {', '.join(looked_for)}"


def _remarks(exercise: ExerciseFinding, width: int) -> list[str]:
    return [
        line
        for remark in exercise.remarks
        for line in _wrapped(f"· {shortened(remark, _LONGEST_MESSAGE)}", width, indent="    ")
    ]


def _places(cells: tuple[int, ...]) -> str:
    if not cells:
        return "(only seen in the run)"
    if len(cells) == 1:
        return str(cells[0])
    return f"{cells[-1]} (also {', '.join(map(str, cells[:-1]))})"


def _parts(
    parts: Iterable[Part], width: int, states: tuple[State, ...], told: set[str]
) -> list[str]:
    shown = [p for p in parts if p.state in (*states, State.NOT_JUDGED) and p.points]
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
    failed = {(p.mistake, p.mistake_name, p.hint): p for p in shown if p.state is State.FAILED}
    advice = [_advice(part, told) for part in failed.values()]
    for text in (line for lines_of in advice for line in lines_of):
        lines += _wrapped(text, width, indent="      ")
    return lines


def _advice(part: Part, told: set[str]) -> list[str]:
    if part.mistake:
        return _named(part.mistake, part.mistake_name, part.hint, told)
    return [f"hint: {part.hint}"] if part.hint else []


def _named(mistake: str | None, name: str | None, hint: str, told: set[str]) -> list[str]:
    """Return a mistake's name, and what to do about it unless that has been told above."""
    again = mistake in told
    told.add(mistake or "")
    return [f"mistake: {name} [{mistake}]{', see above' * again}", *[f"hint: {hint}"] * (not again)]


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
        plain(shortened(text, _LONGEST)),
        width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent if first is not None else indent + "  ",
        break_on_hyphens=False,
    )
