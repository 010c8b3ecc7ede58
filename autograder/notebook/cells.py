"""Which names the text of a cell makes, and which it needs: read, not run.

Jupyter's own lines (`!pip …`, `%time …`, `files = !ls`) are left out. A cell that is no Python all the same, such
as one with a syntax error, is read line by line: what it seems to make is still known. So is a very long one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

_JUPYTER_LINE = re.compile(
    r"^(?P<indent>[ \t]*)(?:[%!].*|[\w.]+\?{1,2}[ \t]*$|\?{1,2}[\w.]+[ \t]*$)"
)
_CAPTURED = re.compile(r"^(?P<name>[\w, \t]+=[ \t]*)[!%].*")
_RUNS_ITS_BODY = re.compile(r"^%%(?:time|timeit|capture|prun)\b.*$")
_SEEMS_TO_MAKE = re.compile(
    r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE
)
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
LONGEST_PYTHON = 50_000
"""Characters of a cell that is read as Python; all code of the assignment is shorter. Python's own parser takes
quadratic time for f-strings and the dotted names of imports, and nothing can stop it before it is done."""
_ENDLESS_NAME = re.compile(r"\w(?:[\s\\]*\.[\s\\]*\w+){500}")
K_NAMES = frozenset({"k", "top_k", "topk", "n", "num", "top_n"})


@dataclass(frozen=True)
class CellNames:
    """What a code cell's text says.

    Attributes:
        makes: names that it gives to the notebook, each with the names that its value or body uses: a set for each
            place where it is made. Names that are made together share one.
        readable: whether it is Python of a length that is read, apart from Jupyter's own lines.
        takes_k: of these names, the functions whose second parameter is how many classes to return.
    """

    makes: Mapping[str, Sequence[frozenset[str]]]
    readable: bool = True
    takes_k: frozenset[str] = field(default_factory=frozenset)


def read_cell(source: str) -> CellNames:
    """Read a code cell."""
    if len(source) > LONGEST_PYTHON:
        return _read_by_lines(source)
    try:
        body = _parsed(source).body
        made: dict[str, list[frozenset[str]]] = {}
        takes_k = set()
        for statement in body:
            for names, node in _bindings(statement):
                used = frozenset(() if node is None else _uses(node))
                for name in names:
                    made.setdefault(name, []).append(used)
                if node is not None and _is_function_of_k(node):
                    takes_k.update(names)
                else:
                    takes_k.difference_update(names)
    except _UNREADABLE:
        return _read_by_lines(source)
    return CellNames(made, takes_k=frozenset(takes_k))


def _read_by_lines(source: str) -> CellNames:
    return CellNames(dict.fromkeys(seems_to_make(source), ()), readable=False)


def seems_to_make(source: str) -> list[str]:
    """Return the names that the lines of a text define by their form; it need not be Python as a whole."""
    return [found[1] or found[2] for found in _SEEMS_TO_MAKE.finditer(source)]


def parsed(source: str) -> ast.Module | None:
    """Return a code cell as Python, without Jupyter's own lines; None if it is none, or too long to be read as such."""
    try:
        return _parsed(source) if len(source) <= LONGEST_PYTHON else None
    except _UNREADABLE:
        return None


def _parsed(source: str) -> ast.Module:
    if _ENDLESS_NAME.search(source):
        raise ValueError("a dotted name of hundreds of parts")
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse(_without_jupyter(source))


def _without_jupyter(source: str) -> str:
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if not _RUNS_ITS_BODY.match(lines[first]):
            return ""  # another language, or text for a file
        lines[first] = ""
    return "\n".join(map(_plain_line, lines))


def _plain_line(line: str) -> str:
    if captured := _CAPTURED.match(line):
        return f"{captured['name']}None"
    if jupyter := _JUPYTER_LINE.match(line):
        return f"{jupyter['indent']}pass"
    return line


def made_by(statement: ast.stmt) -> set[str]:
    """Return the names that a statement gives to the notebook."""
    return {name for names, _ in _bindings(statement) for name in names}


def _bindings(statement: ast.stmt) -> Iterator[tuple[list[str], ast.AST | None]]:
    """Yield the names that a statement binds among the notebook's globals, and what they stand for, each once.

    What an expression binds on its way (`:=`) stands for the whole of it, so that no part is looked at twice. None
    is what is there only when the cell runs, such as an exception.
    """
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield [node.name], node
                continue
            case ast.Import() | ast.ImportFrom():
                yield [(alias.asname or alias.name).split(".")[0] for alias in node.names], None
                continue
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
                # A bare `name: int` binds nothing.
                if node.value is not None:
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    names = [name for target in targets for name in _stored(target)]
                    yield [*names, *_named_within(node.value)], node.value
                continue
            case ast.Name(ctx=ast.Store()):
                yield [node.id], None
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield [name], None
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp():
                continue
            case ast.GeneratorExp():
                continue
            case _:
                pass
        waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _named_within(value: ast.AST) -> Iterator[str]:
    """Yield the names that `:=` binds within an expression, apart from those of scopes of their own."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.NamedExpr):
            yield node.target.id
        if not isinstance(node, (ast.Lambda, *_COMPREHENSIONS)):
            waiting.extend(ast.iter_child_nodes(node))


def _stored(target: ast.AST) -> list[str]:
    return [
        node.id
        for node in ast.walk(target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def _uses(node: ast.AST) -> set[str]:
    """Return the names that a definition takes from outside of itself; what it makes itself is its own."""
    inside = isinstance(node, _SCOPES + _COMPREHENSIONS)
    loaded: set[str] = set()
    own: set[str] = set()
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name, ctx=ast.Load()):
                loaded.add(name)
            case ast.Name(id=name):
                own.add(name)
            case ast.arg(arg=name):
                own.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if part is not node:
                own.add(name)
    return loaded - own if inside else loaded


def _is_function_of_k(node: ast.AST) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.Lambda):
        return False
    parameters = [*node.args.posonlyargs[:2], *node.args.args[:2]]
    return len(parameters) >= 2 and parameters[1].arg.lower() in K_NAMES


def code_of(notebook: NotebookNode) -> str:
    """Return the text of all code cells."""
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
