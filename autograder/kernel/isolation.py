"""The ways of keeping a student's code apart from this machine, by name; the choice is always a person's."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

from autograder.errors import SandboxError
from autograder.kernel.bare import NoIsolation
from autograder.kernel.container import Containers
from autograder.kernel.processes import Isolation
from autograder.kernel.room import Bubblewrap
from autograder.kernel.warm import WarmBubblewrap

VARIABLE = "AUTOGRADER_ISOLATION"
"""Environment variable that names the isolation where nothing else does."""
BUBBLEWRAP, COLD, CONTAINER, NONE = "bubblewrap", "bubblewrap-cold", "container", "none"

WITHOUT_ISOLATION = (
    "WITHOUT ISOLATION: students' code runs with all your rights. It can read the checks, other submissions and the "
    "gradebook, change or delete what you can, use the network, and leave processes behind. For trusted code only."
)

_WAYS: dict[str, Callable[[], Isolation]] = {
    BUBBLEWRAP: WarmBubblewrap,
    COLD: Bubblewrap,
    CONTAINER: Containers,
    NONE: NoIsolation,
}


def isolation_named(name: str = "") -> Isolation:
    """Return the isolation of this name; the same one each time, so that what it has started serves again.

    Args:
        name: a way of keeping code apart; empty for what ``AUTOGRADER_ISOLATION`` names, else bubblewrap.

    Raises:
        SandboxError: there is none of this name.
    """
    return _isolation(chosen(name))


def chosen(name: str = "") -> str:
    """Return the name of the isolation that `isolation_named` gives."""
    return name or os.environ.get(VARIABLE) or BUBBLEWRAP


@cache
def _isolation(name: str) -> Isolation:
    if name not in _WAYS:
        raise SandboxError(f"there is no isolation {name!r}; choose one of {', '.join(_WAYS)}")
    return _WAYS[name]()
