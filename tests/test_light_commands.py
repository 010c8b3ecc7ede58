"""What commands load: nothing that judging needs in nbgrader's, little in the kit's own that people wait for.

Every command of nbgrader loads what a course's configuration names. `autograder --help` loads what takes arguments,
`autograder status` and `report` what reads grades. Modules are counted here, not seconds; for those see
`benchmarks/commands.py`.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder.course import KIT
from tests.commands import sub_commands
from tests.courses import ASSIGNMENT, make_small_course, opened_gradebook, submit

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

"""What judging needs, and its relatives."""
SLOW = HEAVY | {
    "jsonschema",
    "jupyter_client",
    "jupyter_server",
    "nbconvert",
    "nbformat",
    "nbgrader",
    "numpy",
    "traitlets",
}
"""What takes longer to load than all that reads grades."""
NOT_FOR_HELP = SLOW | {"PIL", "pygments", "sqlalchemy"}


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
        check=False,
    )
    assert done.returncode == 0, done.stderr
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


@pytest.mark.kernel
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


def loaded_by_command(folder: Path, *arguments: str) -> frozenset[str]:
    """Return the names of all packages that one of the kit's commands, which must succeed, has loaded."""
    return loaded_by(
        "from autograder.cli import main\n"
        "try:\n"
        f"    status = main({arguments!r})\n"
        "except SystemExit as ended:\n"
        "    status = ended.code\n"
        "assert not status",
        folder,
    )


@pytest.mark.parametrize(
    "command", [("--version",), ("--help",), *((*words, "--help") for words in sub_commands())],
    ids=" ".join,
)  # fmt: skip
def test_help_loads_what_takes_arguments(command: tuple[str, ...], tmp_path: Path) -> None:
    loaded = loaded_by_command(tmp_path, *command)
    assert "autograder" in loaded
    assert not loaded & NOT_FOR_HELP


@pytest.fixture(scope="module")
def graded(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one submission that has its grades, as if by nbgrader."""
    course = tmp_path_factory.mktemp("graded") / "course"
    make_small_course(course)
    submit(course, "ada", lambda notebook: None)
    place = course / "autograded" / "ada"
    shutil.copytree(course / "submitted" / "ada", place)
    with opened_gradebook(course) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(ASSIGNMENT, "ada")
    return course


@pytest.mark.parametrize("command", ["status", "report"])
def test_grades_are_told_without_nbgrader(command: str, graded: Path) -> None:
    loaded = loaded_by_command(graded, command, ".", "--assignment", ASSIGNMENT)
    assert "sqlalchemy" in loaded
    assert not loaded & SLOW


@pytest.mark.parametrize("command", ["status", "report"])
def test_what_is_not_graded_is_read_without_what_judging_needs(
    command: str, graded: Path, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(graded, course)
    shutil.rmtree(course / "autograded")
    loaded = loaded_by_command(course, command, ".", "--assignment", ASSIGNMENT)
    assert "nbformat" in loaded
    # Compiled when it is imported, in more time than all the rest takes together.
    assert not loaded & (HEAVY | {"lark", "nbgrader", "rfc3987_syntax"})


def test_late_penalties_are_asked_of_nbgrader_without_what_judging_needs(
    graded: Path, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(graded, course)
    with opened_gradebook(course) as gradebook:
        notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "ada")
        notebook.late_submission_penalty = 1.0
        gradebook.db.commit()
    loaded = loaded_by_command(course, "report", ".", "--assignment", ASSIGNMENT)
    assert "nbgrader" in loaded
    assert not loaded & (HEAVY | {"lark", "rfc3987_syntax"})
