"""Mutants of the reference solution: one operator, constant, argument or call of a solution region changed.

A check that a mutant passes either overlooks something, or the mutant does the same as the original. The second
kind is listed, each with the reason, in a file beside the corpus.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.audit.corpus import MUTANT, Variant
from autograder.audit.transplant import CHOICE, EXERCISES
from autograder.authoring.regions import BEGIN, END
from autograder.errors import AuditError

_OPERATORS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Div: ("/", "*"),
    ast.Mult: ("*", "/"),
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.MatMult: ("@", "*"),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {ast.Eq: ("==", "!=")}
_NAMES = {
    "argmax": "argmin",
    "any": "all",
    "mean": "sum",
    "sum": "mean",
    "append": "extend",
    "extend": "append",
    "concatenate": "stack",
    "min": "max",
    "norm": "sum",
}
"""Names of functions that are easily taken for one another."""
_MODULES = frozenset({"np", "torch", "plt", "umap"})
Span = Callable[[ast.expr | ast.stmt | ast.keyword], tuple[int, int]]
"""Where a node begins and ends in the source, in characters."""


@dataclass(frozen=True)
class Edit:
    """A stretch of source, and what stands in its place.

    Attributes:
        start: where it begins, in characters.
        end: where it ends.
        text: the new text.
    """

    start: int
    end: int
    text: str


def make_mutants(solved: Mapping[str, str]) -> list[Variant]:
    """Return every mutant of the solution regions, in the notebook's order.

    Args:
        solved: the reference solution's source, by cell id.
    """
    found: dict[str, Variant] = {}
    for name, exercise in EXERCISES.items():
        for cell in exercise.cells:
            # The given set-up cell is no solution; the choice of an experiment is made by the audit.
            if cell == CHOICE or BEGIN not in solved[cell]:
                continue
            for mutant in mutate(solved[cell]):
                about = f"{cell}: {changed_lines(solved[cell], mutant)}"
                found.setdefault(about, Variant(MUTANT, name, about, about, {cell: mutant}))
    return list(found.values())


def mutate(source: str) -> Iterator[str]:
    """Yield a cell's source once for each change to its solution regions."""
    yield from _mutate(source, _region_lines(source.splitlines(keepends=True)))


def mutate_all(source: str) -> Iterator[str]:
    """Yield a student's source once for each change to it."""
    yield from _mutate(source, set(range(1, source.count("\n") + 2)))


def _mutate(source: str, inside: set[int]) -> Iterator[str]:
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def at(line: int, column: int) -> int:
        # The syntax tree counts columns in bytes of UTF-8.
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    def span(node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset)

    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, (ast.expr, ast.stmt)) or node.lineno not in inside:
            continue
        for edit in _edits(node, source, span):
            changed = source[: edit.start] + edit.text + source[edit.end :]
            if changed != source and _compiles(changed):
                yield changed


def read_equivalents(path: Path) -> dict[str, str]:
    """Return the reason for each mutant that does the same as the original, by the mutant's id.

    Raises:
        AuditError: the file is missing or not as it should be.
    """
    try:
        groups = tomllib.loads(path.read_text(encoding="utf-8"))["equivalent"]
        return {mutant: str(group["reason"]) for group in groups for mutant in group["mutants"]}
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise AuditError(
            f"{path}: expected [[equivalent]] entries with `reason` and `mutants` ({error})"
        ) from error


def changed_lines(before: str, after: str) -> str:
    """Return the lines in which two sources differ, as "old => new"."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return " => ".join(" ".join(" ".join(part).split()) for part in (old, new))


def _region_lines(lines: list[str]) -> set[int]:
    inside, open_ = set(), False
    for number, line in enumerate(lines, 1):
        if line.strip().endswith(BEGIN.removeprefix("# ")):
            open_ = True
        elif line.strip().endswith(END.removeprefix("# ")):
            open_ = False
        elif open_:
            inside.add(number)
    return inside


def _edits(node: ast.expr | ast.stmt, source: str, where: Span) -> Iterator[Edit]:
    start, end = where(node)
    text = source[start:end]
    match node:
        case ast.BinOp() if type(node.op) in _OPERATORS:
            old, new = _OPERATORS[type(node.op)]
            yield _between(where(node.left)[1], where(node.right)[0], source, old, new)
        case ast.Compare(ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
            old, new = _COMPARISONS[type(op)]
            yield _between(where(node.left)[1], where(right)[0], source, old, new)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield Edit(start, end, source[slice(*where(operand))])
        case ast.Constant(value=bool()):
            yield Edit(start, end, str(not node.value))
        case ast.Constant(value=int() | float() as number):
            yield Edit(start, end, str(number + 1))
            if number == 1:
                yield Edit(start, end, "0")
        case ast.Slice(lower=None, upper=ast.expr() as upper):
            yield Edit(start, end, source[slice(*where(upper))] + ":")
            yield Edit(start, end, ":")
        case ast.Call():
            yield from _call_edits(node, source, where)
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.Return():
            yield Edit(start, end, "pass")
        case ast.Tuple(elts=[first, second]) if isinstance(node.ctx, ast.Load) and text[0] != "(":
            yield _swapped(first, second, source, where)


def _call_edits(node: ast.Call, source: str, where: Span) -> Iterator[Edit]:
    start, end = where(node)
    arguments: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    if isinstance(node.func, ast.Attribute):
        name_end = where(node.func)[1]
        if node.func.attr in _NAMES:
            yield Edit(name_end - len(node.func.attr), name_end, _NAMES[node.func.attr])
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id in _MODULES):
            # `x.cpu()` becomes `x`.
            yield Edit(start, end, source[slice(*where(node.func.value))])
    elif len(arguments) == 1 and node.args and not isinstance(node.args[0], ast.GeneratorExp):
        # `float(x)` becomes `x`.
        yield Edit(start, end, source[slice(*where(node.args[0]))])
    if len(node.args) >= 2 and not any(isinstance(a, ast.Starred) for a in node.args[:2]):
        yield _swapped(node.args[0], node.args[1], source, where)
    for number, keyword in enumerate(node.keywords):
        if keyword.arg is None:
            continue
        position = len(node.args) + number
        first, last = where(keyword)
        if position:
            first = where(arguments[position - 1])[1]
        elif position + 1 < len(arguments):
            last = where(arguments[position + 1])[0]
        yield Edit(first, last, "")


def _between(start: int, end: int, source: str, old: str, new: str) -> Edit:
    return Edit(start, end, source[start:end].replace(old, new, 1))


def _swapped(first: ast.expr, second: ast.expr, source: str, where: Span) -> Edit:
    (a, b), (c, d) = where(first), where(second)
    return Edit(a, d, source[c:d] + source[b:c] + source[a:b])


def _compiles(source: str) -> bool:
    try:
        compile(source, "<mutant>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
