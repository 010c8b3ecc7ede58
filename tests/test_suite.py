"""The tests themselves: each module stands alone, and what starts kernels says so."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def imported(path: Path) -> set[str]:
    """Return the modules that a module of Python imports, at its beginning or later."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", sorted(TESTS.glob("*.py")), ids=lambda path: path.stem)
def test_no_test_module_is_imported(path: Path) -> None:
    """What several need lies in a module of its own: else one could not change, or run, without the other."""
    modules = {f"tests.{other.stem}" for other in TESTS.glob("test_*.py")}
    assert imported(path) & modules == set()


def test_a_test_without_the_mark_cannot_start_a_kernel() -> None:
    command = [sys.executable, "-m", "ipykernel_launcher", "--version"]
    with pytest.raises(pytest.fail.Exception, match=r"starts .* and has no mark `kernel`"):
        subprocess.run(command, check=False)
