"""One look at an exercise of a notebook, with all that may be allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.any_notebook.allowances import ALLOWED, Allowing
from autograder.assignments.assignment_2 import ASSIGNMENT
from autograder.assignments.assignment_2.mistakes.catalogue import BY_ID
from autograder.clip.expected import Expected
from autograder.clip.startup import BOTH_LINES
from autograder.judging.exercise import judge
from autograder.seam.student import Student, StudentError
from autograder.verdicts import Judgement, Status

_EMBEDDINGS = "check_embeddings"
_NEEDS = {
    "5": (
        "right on transformers 4, where the features of the model are tensors; version 5 gives an object that holds "
        "them"
    ),
    "4": "right on transformers 5, where the features of the model are in an object; version 4 gives the tensor itself",
}
"""What is said of work that fails with the features of a line."""
_OWN_LINE = f"__import__('sys').modules[{BOTH_LINES!r}].own"
_LINE = f"setattr(__import__('sys').modules[{BOTH_LINES!r}], 'follows', {{!r}})"


@dataclass(frozen=True)
class Look:
    """What one look at an exercise has shown.

    Attributes:
        cell: after which it was looked at, counted from 1.
        judgement: what the checks say.
        remarks: what a reader should know besides.
    """

    cell: int
    judgement: Judgement
    remarks: tuple[str, ...] = ()


def look_at(exercise: str, cell: int, student: Student, expected: Expected, seed: int) -> Look:
    """Judge an exercise as the release asks for it; if that fails, also with what may be allowed.

    Args:
        exercise: its id.
        cell: after which it is looked at, counted from 1.
        student: the seam to the notebook.
        expected: the model and data that grade.
        seed: where the hidden inputs come from.
    """
    strict = best = judge(ASSIGNMENT, exercise, student, expected, seed)
    remarks: list[str] = []
    if _costs_points(strict):
        for allowed in ALLOWED.get(exercise, ()):
            tried = judge(ASSIGNMENT, exercise, Allowing(student, allowed), expected, seed)
            if tried.earned > best.earned or (
                tried.earned == best.earned and _only_wants_arrays(best)
            ):
                best, remarks = tried, sorted(allowance.value for allowance in allowed)
    if exercise == _EMBEDDINGS:
        remarks += _on_one_line(best, student, expected, seed)
    return Look(cell, best, tuple(remarks))


def _costs_points(judgement: Judgement) -> bool:
    return any(v.status is Status.FAILED and v.check.points for v in judgement.verdicts)


def _only_wants_arrays(judgement: Judgement) -> bool:
    """Return whether a check has not got further than that something is a list, whatever is in it."""
    return any("is a list, expected" in verdict.message for verdict in judgement.verdicts)


def _on_one_line(both: Judgement, student: Student, expected: Expected, seed: int) -> Iterable[str]:
    """Yield what a line of transformers would need, where only the other one's answers make the work right.

    Nobody who works on the newer line has to know of the older one.
    """
    try:
        own = student.fetch(_OWN_LINE)
    except StudentError:  # no CLIP in this notebook
        return
    for line, says in _NEEDS.items():
        if line < str(own):
            continue
        student.fetch(_LINE.format(line))
        there = judge(ASSIGNMENT, _EMBEDDINGS, student, expected, seed)
        student.fetch(_LINE.format("both"))
        if there.earned < both.earned:
            said = _first_failure(there)
            yield f"{says}, so there it would need a change{f' ({said})' if said else ''}"


def _first_failure(judgement: Judgement) -> str:
    failed = [v for v in judgement.verdicts if v.status is Status.FAILED and v.check.points]
    named = [BY_ID[v.misconception] for v in failed if v.misconception is not None]
    if named:
        return f"{named[0].name} [{named[0].id}]"
    return failed[0].message if failed else ""
