"""Python files that an instructor has written, loaded; what is wrong with one is said with its line."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from autograder.errors import CourseError


def load_file(path: Path, what: str) -> ModuleType:
    """Return the module that a file holds.

    Args:
        path: the file.
        what: it is, in words: "these checks".

    Raises:
        CourseError: it raises something.
    """
    spec = importlib.util.spec_from_file_location(f"_listed_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        own = [f.lineno for f in extract_tb(error.__traceback__) if f.filename == str(path)]
        line = own[-1] if own else getattr(error, "lineno", None)
        where = path if line is None else f"{path}:{line}"
        # A syntax error says its place again, in words of its own.
        words = error.msg if isinstance(error, SyntaxError) else error
        raise CourseError(
            f"{where}: {what} cannot be loaded: {type(error).__name__}: {words}"
        ) from error
    return module
