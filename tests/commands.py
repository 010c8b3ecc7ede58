"""The commands of the command line, as its parser has them."""

from __future__ import annotations

import argparse

from autograder.cli import make_parser


def sub_commands() -> list[tuple[str, ...]]:
    """Return the words of each command, those of its actions included."""
    return sorted(_below(make_parser()))


def _below(parser: argparse.ArgumentParser) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                found += [(name,), *((name, *rest) for rest in _below(below))]
    return found
