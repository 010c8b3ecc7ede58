"""Runs in the student's kernel before the first cell: lets a notebook written for another machine run on this one.

The *text* of this module is what the kernel gets, so it imports nothing of the kit. It holds no check and no
secret; a student's code may undo all of it and gains nothing. What it does is said in the cell's output, in lines
that begin with `NOTE`:

- an import that fails does not end its cell: the student has that package, we have not
- `os.chdir` to a folder of another machine stays where it is
- pictures are drawn into the page, whatever `%matplotlib` asks for
- a shell command that fails, without a network mostly, is named
- `torchvision.datasets.FashionMNIST` reads the data set from this machine, whatever folder is named
- models are looked for in this machine's cache, whatever folder is named
- `google.colab` mounts and uploads nothing, and `quit()` ends nothing
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import os
import re
import sys
import types
from collections.abc import Sequence
from typing import Any

NOTE = "[autograder] "
"""What the lines begin with that this module prints."""
DATA_VARIABLE = "FASHION_MNIST_ROOT"
_RAW_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_ELSEWHERE = re.compile(r"[A-Za-z]:[\\/]|\\\\|/content\b|/kaggle\b|/Users/|/home/|/mnt/|~")
_LONGEST_COMMAND = 80
_NO_NETWORK = "there is no network here, and not every program"


def prepare(packages: Sequence[str]) -> None:
    """Do all of it.

    Args:
        packages: those of "torchvision", "transformers" and "google.colab" that have to be prepared.
    """
    from IPython import get_ipython

    shell = get_ipython()
    shell.ast_transformers.append(_GoOn())
    shell.tell_import_error = _tell_error
    shell.ask_exit = lambda: _tell("quit() and exit() end nothing here")
    _stay_in_folder()
    _draw_inline(shell)
    _name_failing_commands(shell)
    if "google.colab" in packages:
        sys.meta_path.append(_Colab())
    if "transformers" in packages:
        _offer_models()
    if "torchvision" in packages and DATA_VARIABLE in os.environ:
        _offer_data(os.environ[DATA_VARIABLE])


def _tell(text: str) -> None:
    print(f"{NOTE}{text}", flush=True)


def _tell_error() -> None:
    error = sys.exc_info()[1]
    _tell(f"{type(error).__name__}: {error}; the cell goes on without it")


class _GoOn(ast.NodeTransformer):
    """Lets a cell go on after a top-level import, or one of Jupyter's own lines, that fails."""

    def visit(self, node: Any) -> Any:
        if isinstance(node, ast.Module):
            node.body = [new for old in node.body for new in self._guarded(old)]
            ast.fix_missing_locations(node)
        return node

    def _guarded(self, statement: ast.stmt) -> list[ast.stmt]:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            return [statement]
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return [self._guard(part, "ImportError") for part in self._single(statement)]
        if _is_line_magic(statement):
            return [self._guard(statement, "Exception")]
        return [statement]

    def _single(self, statement: Any) -> list[Any]:
        """Return an import statement for each name: one that is missing is no reason to lose the others."""
        parts: list[Any] = []
        for alias in statement.names:
            part: Any = ast.Import([alias])
            if isinstance(statement, ast.ImportFrom):
                part = ast.ImportFrom(statement.module, [alias], statement.level)
            parts.append(ast.copy_location(part, statement))
        return parts

    def _guard(self, statement: ast.stmt, error: str) -> ast.stmt:
        text = f"try: pass\nexcept {error}: get_ipython().tell_import_error()"
        guard: Any = ast.parse(text).body[0]
        for part in ast.walk(guard):
            ast.copy_location(part, statement)
        guard.body = [statement]
        return guard


def _is_line_magic(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="run_line_magic"))):
            return True
        case _:
            return False


def _stay_in_folder() -> None:
    change = os.chdir

    def chdir(path: Any) -> None:
        try:
            change(path)
        except OSError:
            if not (isinstance(path, str | os.PathLike) and _ELSEWHERE.match(os.fspath(path))):
                raise
            _tell(f"there is no folder {os.fspath(path)!r} here; the notebook stays in its own")

    os.chdir = chdir


def _draw_inline(shell: Any) -> None:
    enable = shell.enable_matplotlib

    def enable_matplotlib(gui: Any = None) -> Any:
        if gui not in (None, "inline"):
            _tell(f"pictures are drawn into the page, not by {gui!r}")
        return enable("inline")

    shell.enable_matplotlib = enable_matplotlib


def _name_failing_commands(shell: Any) -> None:
    run = shell.system

    def system(command: str) -> None:
        run(command)
        status = shell.user_ns.get("_exit_code")
        if status:
            _tell(f"the command `{_short(command)}` failed with status {status}; {_NO_NETWORK}")

    shell.system = system


def _short(command: str) -> str:
    plain = command.replace(sys.executable, "python")
    return plain if len(plain) <= _LONGEST_COMMAND else plain[:_LONGEST_COMMAND] + " …"


def _offer_data(root: str) -> None:
    from torchvision.datasets import FashionMNIST

    named: Any = FashionMNIST.raw_folder
    told: set[str] = set()

    def raw_folder(dataset: Any) -> str:
        folder: str = named.fget(dataset)
        if all(os.path.exists(os.path.join(folder, name)) for name in _RAW_FILES):  # noqa: PTH110, PTH118
            return folder
        if folder not in told:
            told.add(folder)
            _tell(f"Fashion-MNIST is not in {str(dataset.root)!r}; the kit's own copy stands in")
        return os.path.join(root, "FashionMNIST", "raw")  # noqa: PTH118

    FashionMNIST.raw_folder = property(raw_folder)


def _offer_models() -> None:
    # Imported before the notebook can name another cache by variables, which are read only once.
    from transformers.utils import hub

    def without_folder(function: Any) -> Any:
        def call(*args: Any, cache_dir: Any = None, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return call

    for name in ("try_to_load_from_cache", "hf_hub_download", "snapshot_download"):
        if hasattr(hub, name):
            setattr(hub, name, without_folder(getattr(hub, name)))


class _Colab(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes `google.colab` when it is imported; asked last, so that a real one goes first."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname not in ("google", "google.colab"):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=fullname == "google")

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        if module.__name__ == "google.colab":
            module.drive = types.SimpleNamespace(mount=_nothing)  # type: ignore[attr-defined]
            module.files = types.SimpleNamespace(upload=_nothing, download=_nothing)  # type: ignore[attr-defined]


def _nothing(*args: Any, **kwargs: Any) -> dict[str, bytes]:
    _tell("google.colab mounts, uploads and downloads nothing here")
    return {}
