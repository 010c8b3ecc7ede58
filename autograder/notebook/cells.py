"""Which names the text of a cell makes, and which it needs: read, not run.

Jupyter's own lines (`!pip …`, `%time …`, `files = !ls`) are left out. A cell that is no Python all the same, such
as one with a syntax error, is read line by line: what it seems to make is still known.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_JUPYTER_LINE = re.compile(
    r"^(?P<indent>[ \t]*)(?:[%!].*|[\w.]+\?{1,2}[ \t]*$|\?{1,2}[\w.]+[ \t]*$)"
)
_CAPTURED = re.compile(r"^(?P<name>[ \t]*[\w, \t]+=[ \t]*)[!%].*")
_RUNS_ITS_BODY = re.compile(r"^%%(?:time|timeit|capture|prun)\b.*$")
_SEEMS_TO_MAKE = re.compile(
    r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE
)
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
K_NAMES = frozenset({"k", "top_k", "topk", "n", "num", "top_n"})


@dataclass(frozen=True)
class CellNames:
    """What a code cell's text says.

    Attributes:
        makes: names that it gives to the notebook, each with the names that its value or body uses.
        readable: whether it is Python, apart from Jupyter's own lines.
        takes_k: of these names, the functions whose second parameter is how many classes to return.
    """

    makes: Mapping[str, frozenset[str]]
    readable: bool = True
    takes_k: frozenset[str] = field(default_factory=frozenset)


def read_cell(source: str) -> CellNames:
    """Read a code cell."""
    try:
        body = _parsed(source).body
        made: dict[str, set[str]] = {}
        takes_k = set()
        for statement in body:
            for name, node in _bindings(statement):
                made.setdefault(name, set()).update(_uses(node))
                if _is_function_of_k(node):
                    takes_k.add(name)
                else:
                    takes_k.discard(name)
    except _UNREADABLE:
        return CellNames(dict.fromkeys(seems_to_make(source), frozenset()), readable=False)
    uses = {name: frozenset(used) for name, used in made.items()}
    return CellNames(uses, takes_k=frozenset(takes_k))


def seems_to_make(source: str) -> list[str]:
    """Return the names that the lines of a text define by their form; it need not be Python as a whole."""
    return [found[1] or found[2] for found in _SEEMS_TO_MAKE.finditer(source)]


def _parsed(source: str) -> ast.Module:
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


def _bindings(statement: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    """Yield the names that a statement binds among the notebook's globals, and what they stand for."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node
                continue
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    yield (alias.asname or alias.name).split(".")[0], node
                continue
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
                # A bare `name: int` binds nothing.
                if node.value is not None:
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    for target in targets:
                        for name in _stored(target):
                            yield name, node.value
                    waiting.append(node.value)
                continue
            case ast.Name(ctx=ast.Store()):
                yield node.id, node
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield name, node
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp():
                continue
            case ast.GeneratorExp():
                continue
            case _:
                pass
        waiting.extend(reversed(list(ast.iter_child_nodes(node))))


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
    parameters = [*node.args.posonlyargs, *node.args.args]
    return len(parameters) >= 2 and parameters[1].arg.lower() in K_NAMES
