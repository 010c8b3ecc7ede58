"""What commands have in common on the command line: help with examples, spans of time, files that they will write.

Imports nothing heavy: `autograder --help` loads it.
"""

from __future__ import annotations

import argparse
import errno
import os
from pathlib import Path
from typing import Any

Commands = argparse._SubParsersAction


def add_command(
    commands: Commands, name: str, what: str, *examples: str
) -> argparse.ArgumentParser:
    """Add a command whose help ends with examples.

    Args:
        commands: those of the parser that it belongs to.
        name: how it is called.
        what: what it does, as it stands in the list of commands.
        examples: whole lines for a shell.

    Returns:
        The command's parser.
    """
    lines = "".join(f"\n  {example}" for example in examples)
    return commands.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=f"{'Example' if len(examples) == 1 else 'Examples'}:{lines}",
        # Examples are to be copied: each stays on its line.
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


class ShowVersion(argparse.Action):
    """Prints the installed version and ends; it is looked up only then."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(nargs=0, default=argparse.SUPPRESS, **settings)

    def __call__(self, parser: argparse.ArgumentParser, *given: Any) -> None:
        """See the class."""
        from importlib.metadata import version

        print(f"{parser.prog} {version('clip-autograder')}")
        parser.exit()


def positive_seconds(text: str) -> float:
    """Read a span of time above 0, in seconds.

    Raises:
        ArgumentTypeError: it is none.
    """
    return _positive(text, "seconds")


def positive_days(text: str) -> float:
    """Read a span of time above 0, in days.

    Raises:
        ArgumentTypeError: it is none.
    """
    return _positive(text, "days")


def seconds(text: str) -> float:
    """Read a span of time, which may be 0, in seconds.

    Raises:
        ArgumentTypeError: it is none.
    """
    found = _finite(text)
    if found is None or found < 0:
        raise argparse.ArgumentTypeError("a number of seconds, 0 or larger")
    return found


def expect_place_for(file: Path) -> None:
    """Look whether a file could be written, before hours of work are done for it.

    Raises:
        OSError: its folder is not there, it is itself a folder, or it may not be written.
    """
    if file.is_dir():
        raise _refused(errno.EISDIR, file)
    if not file.parent.is_dir():
        raise _refused(errno.ENOENT, file.parent)
    written = file if file.exists() else file.parent
    if not os.access(written, os.W_OK):
        raise _refused(errno.EACCES, written)


def _positive(text: str, units: str) -> float:
    found = _finite(text)
    if found is None or found <= 0:
        raise argparse.ArgumentTypeError(f"a number of {units} above 0")
    return found


def _finite(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None


def _refused(code: int, path: Path) -> OSError:
    return OSError(code, os.strerror(code), str(path))
