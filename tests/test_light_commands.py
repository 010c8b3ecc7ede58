"""Every command of nbgrader loads what a course's configuration names, and nothing of that loads what judging needs."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder.course import KIT
from tests.courses import make_small_course

HEAVY = frozenset(
    {
        "matplotlib",
        "numba",
        "pandas",
        "pytest",
        "scipy",
        "sklearn",
        "solutions",
        "torch",
        "torchvision",
        "transformers",
        "umap",
    }
)


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _named_in_configuration() -> list[str]:
    """Return the kit's modules that the two files of a course's configuration name."""
    tree = ast.parse((KIT / "nbgrader_config.py").read_text(encoding="utf-8"))
    named = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("autograder"):
            parts = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [part for part in parts if _is_module(part)]
            named |= set(modules or [str(node.module)])
    reader = json.loads((KIT / "nbgrader_config.json").read_text(encoding="utf-8"))
    named.add(reader["Autograde"]["exporter_class"].rpartition(".")[0])
    return sorted(named)


NAMED = _named_in_configuration()


def loaded_by(code: str, folder: Path) -> frozenset[str]:
    """Return the names of all packages that a fresh process has loaded after it has run `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    names = done.stdout.splitlines()[-1].split()
    return frozenset(name.partition(".")[0] for name in names)


def test_the_configuration_names_the_plugins() -> None:
    assert {
        "autograder.plugins.preprocessors",
        "autograder.feedback.pages",
        "autograder.intake.exporter",
    } <= {*NAMED}


@pytest.mark.parametrize("module", NAMED)
def test_a_plugin_loads_nothing_that_judging_needs(module: str, tmp_path: Path) -> None:
    assert not loaded_by(f"import {module}", tmp_path) & HEAVY


def test_a_command_that_reads_the_configuration_loads_nothing_that_judging_needs(
    tmp_path: Path,
) -> None:
    course = tmp_path / "course"
    make_small_course(course)
    code = (
        "from nbgrader.apps import ExportApp\n"
        "app = ExportApp.instance()\n"
        "app.initialize([])\n"
        "app.start()\n"
    )
    loaded = loaded_by(code, course)
    assert "autograder" in loaded
    assert not loaded & HEAVY
