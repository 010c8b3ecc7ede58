"""Solution regions: the text of a function of the `solutions` package, for a cell of the notebook.

A line `# <solution: solutions.similarity.get_predictions>` stands for the body of that function after its
docstring, or for the part between `# BEGIN SOLUTION` and `# END SOLUTION` where the function has one.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import textwrap
from functools import cache
from pathlib import Path

from autograder.errors import BuildError

DIRECTIVE = re.compile(r"^(?P<indent>[ \t]*)# <solution: (?P<name>[\w.]+)>[ \t]*$", re.MULTILINE)
BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"


def fill_regions(source: str, cell: str) -> str:
    """Replace every solution line of a cell's source by the region that it names.

    Args:
        source: the cell's text.
        cell: the cell's id, for errors.

    Raises:
        BuildError: a line names no function of the package.
    """

    def region(match: re.Match[str]) -> str:
        try:
            body = solution_text(match["name"])
        except LookupError as error:
            raise BuildError(f"cell {cell!r}: {match[0].strip()} {error}") from error
        lines = f"##{BEGIN}\n{body}\n##{END}"
        return textwrap.indent(lines, match["indent"])

    return DIRECTIVE.sub(region, source)


def solution_text(name: str) -> str:
    """Return the text that a dotted function name stands for, without indentation.

    Raises:
        LookupError: there is no such module or function.
    """
    module_name, _, function_name = name.rpartition(".")
    text = _module_file(module_name).read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == function_name:
            return _region_of(node, text.splitlines())
    raise LookupError(f"names no function: {module_name} has no {function_name!r}")


@cache
def _module_file(name: str) -> Path:
    try:
        spec = importlib.util.find_spec(name) if name.startswith("solutions.") else None
    except ModuleNotFoundError:  # a part of the name in front of the last is no package
        spec = None
    if spec is None or spec.origin is None:
        raise LookupError(f"names no module of the solutions package: {name!r}")
    return Path(spec.origin)


def _region_of(function: ast.FunctionDef, lines: list[str]) -> str:
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    assert function.end_lineno is not None
    # Comments before the first statement belong to the body, so it begins where the docstring ends.
    first = function.body[0].end_lineno or 0
    first = first if statements is not function.body else function.body[0].lineno - 1
    body = lines[first : function.end_lineno]
    marks = [line.strip() for line in body]
    if BEGIN in marks:
        # A comment after a function's last statement is not part of the syntax tree's node.
        end = marks.index(END) if END in marks else len(body)
        body = body[marks.index(BEGIN) + 1 : end]
    return textwrap.dedent("\n".join(body)).strip("\n")
