"""What is behind a failure besides a mistake in the work: a cell that failed, or a function of another signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from autograder.any_notebook.findings import CellFinding, ExerciseFinding, Kind, Part, State
from autograder.any_notebook.search import Search
from autograder.checks.pictures import NO_PICTURE
from autograder.interface import DRAWINGS, DRAWN_IN, SIGNATURES
from autograder.student import NOT_DEFINED

_OTHER_SIGNATURE = re.compile(
    r"^`(\w+)` raised TypeError: .*(?:missing \d+ required|takes .* positional arguments? but)"
)
_MISSING = re.compile(rf"^(?:`[^`]*` uses )?`(\w+)`(?:, which)? {NOT_DEFINED}")


def with_causes(
    exercise: ExerciseFinding, searched: Search, cells: Sequence[CellFinding]
) -> ExerciseFinding:
    """Return an exercise whose failures of these kinds say so, instead of hinting at something else."""
    failed = {cell.cell: cell for cell in cells if cell.kind is not Kind.NOTE}
    parts = tuple(
        _with_signature(_with_cause(_of_picture(part, exercise, failed), searched, failed))
        for part in exercise.parts
    )
    return replace(exercise, parts=parts)


def _with_cause(part: Part, searched: Search, failed: dict[int | None, CellFinding]) -> Part:
    missing = _MISSING.match(part.message)
    if part.state is not State.FAILED or missing is None:
        return part
    makers = [index + 1 for index in searched.made_in.get(missing[1], ())]
    cause = next((failed[number] for number in makers if number in failed), None)
    if cause is None:
        return part
    first = part.message.split(":")[0]
    return replace(
        part,
        message=f"{first}; cell {cause.cell}, which makes `{missing[1]}`: {cause.text}",
        mistake=cause.mistake,
        mistake_name=cause.mistake_name,
        hint=cause.hint,
    )


def _of_picture(
    part: Part, exercise: ExerciseFinding, failed: dict[int | None, CellFinding]
) -> Part:
    """Say of a missing picture where it was looked for: the release's tasks mean nothing here."""
    if not part.message.endswith(NO_PICTURE) or exercise.exercise not in DRAWN_IN:
        return part
    cells = exercise.found.get(DRAWINGS[DRAWN_IN[exercise.exercise]].variable, ())
    if not cells:
        return part
    home = cells[-1]
    if home in failed:
        message = f"no picture was shown; cell {home}: {failed[home].text}"
        return replace(part, message=message, mistake=None, mistake_name=None, hint="")
    return replace(part, message=f"no picture was shown in cell {home}, or close by")


def _with_signature(part: Part) -> Part:
    called = _OTHER_SIGNATURE.match(part.message)
    if part.state is not State.FAILED or called is None:
        return part
    wanted = next((s for s in SIGNATURES if s.startswith(f"{called[1]}(")), None)
    if wanted is None:
        return part
    hint = f"The assignment calls it as `{wanted}`: whatever else it needs must have a default."
    return replace(part, hint=hint, mistake=None, mistake_name=None, example=())
