"""Where the kit's files lie that are no modules: at the top of a clone, or in the installed package (`setup.py`)."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
INSIDE = _PACKAGE / "_bundled"
"""Copies that a wheel brings; a clone has none. In a room they are hidden with the package that they lie in."""


def is_clone() -> bool:
    """Return whether the kit runs from a clone, or an editable install of one."""
    return not INSIDE.is_dir()


def bundled(name: str) -> Path:
    """Return where a file or folder of the kit's lies.

    Args:
        name: its path in a clone, one of those that `setup.py` names or below one, such as "tests/samples".
    """
    return (_PACKAGE.parent if is_clone() else INSIDE) / name


def workplace() -> Path:
    """Return where to put what is made from the kit's source: the clone, or, without one, the working folder."""
    return _PACKAGE.parent if is_clone() else Path.cwd()
