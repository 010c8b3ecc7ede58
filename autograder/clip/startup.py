"""Runs in the student's kernel before the first cell: lets a notebook written for another machine run on this one.

The *text* of this module is what the kernel gets, so it imports nothing of the kit. It holds no check and no
secret; a student's code may undo all of it and gains nothing. What it does is said in the cell's output, in lines
that begin with `NOTE`:

- an import that fails does not end its cell: the student has that package, we have not
- `os.chdir` to a folder of another machine stays where it is
- pictures are drawn into the page as PNG, whatever `%matplotlib`, `matplotlib.use` or a format asks for
- a shell command that fails, without a network mostly, is named
- `torchvision.datasets.FashionMNIST` reads the data set from this machine, whatever folder is named
- models are looked for in this machine's cache, whatever folder is named
- `google.colab` mounts and uploads nothing, and `quit()` ends nothing
- where that is asked for, features of CLIP are what either line of transformers gives
"""

from __future__ import annotations

import ast
import functools
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


BOTH_LINES = "_autograder_features"
"""The module among the kernel's in which stands which line of transformers the model's features follow."""


def prepare(packages: Sequence[str]) -> None:
    """Do all of it.

    Args:
        packages: those of "matplotlib", "torchvision", "transformers", "features" and "google.colab" that have to be
            prepared.
    """
    from IPython import get_ipython

    shell = get_ipython()
    shell.ast_transformers.append(_GoOn())
    shell.tell_import_error = _tell_error
    shell.ask_exit = lambda: _tell("quit() and exit() end nothing here")
    _stay_in_folder()
    _draw_inline(shell)
    _name_failing_commands(shell)
    if "matplotlib" in packages:
        _stay_with_backend()
    if "google.colab" in packages:
        sys.meta_path.append(_Colab())
    if "transformers" in packages:
        _offer_models()
    if "features" in packages:
        _answer_both_lines()
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
    """Have figures shown as PNG pictures in the page, whatever format, backend or window a notebook asks for."""
    from IPython.core import pylabtools

    enable, select = shell.enable_matplotlib, pylabtools.select_figure_formats

    def enable_matplotlib(gui: Any = None) -> Any:
        if gui not in (None, "inline"):
            _tell(f"pictures are drawn into the page, not by {gui!r}")
        return enable("inline")

    def select_figure_formats(shell: Any, formats: Any, **options: Any) -> Any:
        chosen = {formats} if isinstance(formats, str) else set(formats)
        return select(shell, chosen | {"png"}, **options)

    shell.enable_matplotlib = enable_matplotlib
    pylabtools.select_figure_formats = select_figure_formats
    if (inline := sys.modules.get("matplotlib_inline.backend_inline")) is not None:
        inline.select_figure_formats = select_figure_formats  # type: ignore[attr-defined]
    shell.events.register("post_run_cell", lambda result: _show_figures())


def _show_figures() -> None:
    """Show what a backend without a page has drawn in this cell."""
    pyplot, matplotlib = (sys.modules.get(name) for name in ("matplotlib.pyplot", "matplotlib"))
    if pyplot is None or matplotlib is None or "inline" in matplotlib.get_backend().lower():
        return
    from IPython import get_ipython
    from IPython.core import pylabtools
    from IPython.display import display

    pylabtools.select_figure_formats(get_ipython(), {"png"})
    for number in pyplot.get_fignums():
        display(pyplot.figure(number))
    pyplot.close("all")


def _stay_with_backend() -> None:
    """Have `matplotlib.use` go on where the backend needs a window, which stops it on a machine without one."""
    import matplotlib

    use: Any = matplotlib.use

    def use_if_possible(backend: str, *, force: bool = True) -> None:
        try:
            use(backend, force=True)
        except ImportError:
            _tell(f"pictures are drawn into the page, not by {backend!r}")

    matplotlib.use = use_if_possible


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


def _answer_both_lines() -> None:
    """Let the features of CLIP be what both lines of transformers give.

    Version 4 gives a tensor, version 5 an object that holds it as `pooler_output`. What is given here is the tensor,
    and has the object's attributes; or, for as long as the module says so, what one line gives.
    """
    import torch
    import transformers
    from transformers import CLIPModel, PreTrainedModel, PreTrainedTokenizerBase
    from transformers.modeling_outputs import BaseModelOutputWithPooling
    from transformers.processing_utils import ProcessorMixin

    line: Any = types.ModuleType(BOTH_LINES)
    line.follows, line.own, line.loaded = "both", transformers.__version__.partition(".")[0], []
    sys.modules[BOTH_LINES] = line

    class Tensor(torch.Tensor):
        # What is computed from it is a plain tensor again.
        __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            return getattr(self._output, name)

        def __getitem__(self, key: Any) -> Any:
            return self._output[key] if isinstance(key, str) else super().__getitem__(key)

    Tensor.__module__, Tensor.__qualname__ = "torch", "Tensor"

    def both(method: Any) -> Any:
        @functools.wraps(method)
        def features(self: Any, *args: Any, **options: Any) -> Any:
            __tracebackhide__ = True
            output = method(self, *args, **options)
            if isinstance(output, tuple):  # asked for by `return_dict=False`
                return output
            if isinstance(output, torch.Tensor):
                output = BaseModelOutputWithPooling(pooler_output=output)
            if line.follows == "5":
                return output
            if line.follows == "4":
                return output.pooler_output
            answer = output.pooler_output.as_subclass(Tensor)
            answer._output = output
            return answer

        return features

    for name in ("get_image_features", "get_text_features"):
        setattr(CLIPModel, name, both(getattr(CLIPModel, name)))

    def noting(kind: Any) -> None:
        load = kind.from_pretrained.__func__

        @functools.wraps(load)
        def from_pretrained(cls: Any, name: Any, *args: Any, **options: Any) -> Any:
            __tracebackhide__ = True
            if options.get("use_fast") is False and line.own != "4":
                del options["use_fast"]
                _tell(
                    "`use_fast=False` is passed over: stored pixels serve both kinds of processors"
                )
            line.loaded.append(str(name)[:_LONGEST_COMMAND])
            return load(cls, name, *args, **options)

        kind.from_pretrained = classmethod(from_pretrained)

    for kind in (PreTrainedModel, PreTrainedTokenizerBase, ProcessorMixin):
        noting(kind)


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
