"""Sections whose work goes by no name of the assignment: found by what went through the notebook, and judged by that.

What the values prove earns points as if it had the name, with the evidence beside it. Where they only hint at it, it
"looks like it", and costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from nbformat import NotebookNode

from autograder.any_notebook.findings import ExerciseFinding, Part, State
from autograder.any_notebook.recorder import SEEN
from autograder.any_notebook.values import (
    Measured,
    Printed,
    Seen,
    Texts,
    of_texts,
    printed_in,
    variable_of,
)
from autograder.assignments.assignment_2.interface import DRAWINGS, DRAWN_IN
from autograder.clip.expected import Expected

LOOP, BASELINE, PROMPTS, UMAP = "check_loop", "check_baseline", "check_prompts", "check_umap"
_MAP = f"list(__import__('sys').modules[{SEEN!r}].maps.values())[{{}}][{{}}]"
_ROWS, _POINTS = 2, 3
_DIGITS = 4
"""Digits of a share that are no coincidence."""
_CLOSE_BY = 3
"""Cells after the one that made it, in which a picture may be drawn."""
_QUOTED = 60
_MOST_LABELS, _MOST_HINTS = 3, 2


@dataclass(frozen=True)
class ByValue:
    """What stands for names of the interface that a notebook does not use.

    Attributes:
        names: an expression by each name.
        cells: the numbers of the cells, from 1, in which that is made, by what it is.
        drawn_in: the numbers of the cells whose pictures count.
        evidence: how it is known, as a sentence.
    """

    names: Mapping[str, str]
    cells: Mapping[str, tuple[int, ...]]
    drawn_in: tuple[int, ...]
    evidence: str


class Finder:
    """Looks for sections among what went through one notebook."""

    def __init__(
        self,
        notebook: NotebookNode,
        said: Sequence[str],
        seen: Seen,
        there: frozenset[str],
        expected: Expected,
    ) -> None:
        """Take what is known.

        Args:
            notebook: as it has run here.
            said: what its outputs said as it was handed in.
            seen: what went through it.
            there: the names of the interface that it has.
            expected: the model and data that grade.
        """
        self._notebook = notebook
        self._said = said
        self._seen = seen
        self._there = there
        self._expected = expected

    @cached_property
    def _bare(self) -> Texts:
        return of_texts(0, tuple(self._expected.class_names), self._expected)

    def candidates(self, exercise: str, own_prompts: Sequence[str] | None) -> Iterator[ByValue]:
        """Yield what may stand for names of an exercise, the likeliest first.

        Args:
            exercise: its id.
            own_prompts: the notebook's `improved_prompts`, where it has them.
        """
        if not (self._seen.pairs or self._seen.texts or self._seen.maps):
            return
        if exercise == BASELINE and "baseline_accuracy" not in self._there:
            yield from self._of_texts(self._bare, "baseline_accuracy", BASELINE)
        elif exercise == PROMPTS and "improved_accuracy" not in self._there:
            for texts in self._prompts(own_prompts):
                yield from self._of_texts(texts, "improved_accuracy", PROMPTS)
        elif exercise == UMAP:
            yield from self._maps()

    def hints(self, exercise: str) -> Iterator[str]:
        """Yield what looks like an exercise, though nothing proves it."""
        if exercise == LOOP:
            for pair in self._seen.pairs[:_MOST_HINTS]:
                yield f"looks like it: {self._told(pair)}{self._shown(pair)}"
        elif exercise == BASELINE:
            for pair in self._seen.pairs:
                if pair.are_of(self._bare):
                    yield f"looks like it: {self._told(pair)}{self._shown(pair)}"
        elif exercise == PROMPTS:
            for texts in islice(self._prompts(None), _MOST_HINTS):
                yield (
                    f"looks like it: in cell {texts.cell} ten texts went into the model ({_quoted(texts)}), which give"
                    f" {texts.accuracy:.4f}"
                )
        elif exercise == UMAP:
            for cell, size in self._seen.maps:
                yield f"looks like it: cell {cell} makes a map of 10,000 rows of length {size}"

    def _told(self, pair: Measured) -> str:
        bare = ", which is what the bare class names give" if pair.are_of(self._bare) else ""
        return f"cell {pair.cell}: {pair.what} agree in {pair.accuracy:.4f} of 10,000 images{bare}"

    def _shown(self, pair: Measured) -> str:
        printed = printed_in(self._notebook, pair.accuracy, self._said)
        return f"; {printed.told}" if printed is not None else ""

    def _of_texts(self, texts: Texts, name: str, exercise: str) -> Iterator[ByValue]:
        """Yield a figure that is shown or kept, if it is what ten texts give."""
        pair = next((pair for pair in self._seen.pairs if pair.are_of(texts)), None)
        accuracy = texts.accuracy if pair is None else pair.accuracy
        printed = printed_in(self._notebook, accuracy, self._said)
        variable = variable_of(accuracy, self._seen.figures)
        if printed is None and variable is None:
            return
        if pair is None and variable is None and not _is_exact(printed):
            return
        told = [] if printed is None else [printed.told]
        if variable is not None:
            told.append(f"`{variable}` is {accuracy:.4f}")
        if pair is not None:
            told.append(f"{pair.what} in cell {pair.cell} give {pair.accuracy:.4f}")
        what = "the bare class names" if texts is self._bare else _quoted(texts)
        told.append(f"{what} give {texts.accuracy:.4f}")
        cells = {cell for cell in (printed and printed.cell, pair and pair.cell) if cell}
        shares = {n: value for n, value in (self._seen.figures or {}).items() if value <= 1}
        stands = {name: variable if variable and variable in shares else repr(accuracy)}
        found = {variable or "a figure that is shown": tuple(sorted(cells)[-1:])}
        if exercise == PROMPTS and "improved_prompts" not in self._there:
            stands["improved_prompts"] = repr(list(texts.texts))
            found["ten texts"] = (texts.cell,)
        yield ByValue(stands, found, self._pictures(exercise, cells), "; ".join(told))

    def _prompts(self, own: Sequence[str] | None) -> Iterator[Texts]:
        """Yield texts that may be better prompts: read after others, and not the bare class names."""
        if own is not None:
            if all(map(self._expected.reads_whole, own)):
                yield of_texts(0, tuple(own), self._expected)
            return
        bare = self._expected.read(list(self._expected.class_names))
        first, *later = self._seen.texts or (None,)
        is_first = first is not None and (
            "baseline_accuracy" in self._there or self._expected.read(list(first.texts)) == bare
        )
        others = [] if first is None else [first, *later] if is_first else later
        for texts in reversed(others):
            if texts is not None and self._expected.read(list(texts.texts)) != bare:
                yield texts

    def _maps(self) -> Iterator[ByValue]:
        missing = {"all_img_emb", "all_labels", "embeddings_umap"} - self._there
        wanted = self._expected.image_embeddings().shape[1]
        labels = list(self._seen.labels[-_MOST_LABELS:]) if "all_labels" in missing else [""]
        for number, (cell, size) in enumerate(self._seen.maps):
            if size != wanted or not missing:
                continue
            for label in labels:
                stands = {
                    "all_img_emb": _MAP.format(number, _ROWS),
                    "all_labels": label,
                    "embeddings_umap": _MAP.format(number, _POINTS),
                }
                yield ByValue(
                    {name: stands[name] for name in stands if name in missing},
                    {"the map that UMAP gives": (cell,)},
                    self._pictures(UMAP, {cell}),
                    f"cell {cell} gives UMAP 10,000 rows of length {size}"
                    + (f", and `{label}` are the labels beside them" if label else ""),
                )

    def _pictures(self, exercise: str, cells: set[int]) -> tuple[int, ...]:
        """Return the cells of a result, and those soon after that draw."""
        words = DRAWINGS[DRAWN_IN[exercise]].words
        last = max(cells, default=0)
        soon = range(last + 1, min(last + _CLOSE_BY, len(self._notebook.cells)) + 1)
        drawing = (n for n in soon if re.search(words, self._notebook.cells[n - 1].source))
        return tuple(sorted({*cells, *drawing}))


def with_values(
    finding: ExerciseFinding, parts: Sequence[Part], found: ByValue | None, hints: Sequence[str]
) -> ExerciseFinding:
    """Return what was found of an exercise, with what its values show.

    Args:
        finding: by names.
        parts: by values, one a check; empty if there was nothing to judge.
        found: what stood for the missing names.
        hints: what looks like it.
    """
    right = {part.check: part for part in parts if part.state is State.PASSED}
    if found is None or not any(part.points for part in right.values()):
        return finding if finding.parts else replace(finding, remarks=tuple(hints))
    plain = finding.parts or tuple(map(_not_found, parts))
    merged = tuple(
        right.get(part.check, part) if part.state is State.NOT_FOUND else part for part in plain
    )
    if merged == finding.parts:
        return finding
    return replace(
        finding,
        parts=merged,
        found={**finding.found, **found.cells},
        remarks=(*finding.remarks, f"found by what it is: {found.evidence}"),
    )


def best_of(
    candidates: Iterator[ByValue], judged: Callable[[ByValue], Sequence[Part]]
) -> tuple[ByValue | None, Sequence[Part]]:
    """Return the candidate that earns most, and its parts."""
    best: tuple[ByValue | None, Sequence[Part]] = (None, ())
    for candidate in candidates:
        parts = judged(candidate)
        if best[0] is None or _earned(parts) > _earned(best[1]):
            best = (candidate, parts)
    return best


def _earned(parts: Sequence[Part]) -> float:
    return sum(part.points for part in parts if part.state is State.PASSED)


def _not_found(part: Part) -> Part:
    """Return a part that costs nothing: what has no name may be anything."""
    return Part(part.check, part.title, State.NOT_FOUND, part.points, message=part.message)


def _is_exact(printed: Printed | None) -> bool:
    return printed is not None and len(printed.text.replace(".", "").lstrip("0")) >= _DIGITS


def _quoted(texts: Texts) -> str:
    first = texts.texts[0]
    return f"`{first[:_QUOTED]}`{'' if len(first) <= _QUOTED else '…'} and so on"
