"""What a function does besides returning: it may change neither its arguments nor what other cells use."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.checks.expect import Wrong

GLOBALS = ("CLASS_NAMES",)
"""Which no function of the notebook has any business to change."""


def expect_left_alone(
    function: str, arguments: Sequence[str], changed: Sequence[int | str]
) -> None:
    """Raise `Wrong` if a call changed something.

    Args:
        function: its name.
        arguments: their names, in order.
        changed: see `autograder.seam.student.Student.call_watched`.
    """
    for key in changed:
        if isinstance(key, int):
            raise Wrong(
                f"`{function}` changes its argument `{arguments[key]}`: whoever called it goes on with other values",
                "argument-changed",
            )
        raise Wrong(
            f"`{function}` changes `{key}`, which other cells use: the function is there for what it returns",
            "class-names-overwritten",
        )
