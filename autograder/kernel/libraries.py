"""The line of transformers that a student's kernel imports: this environment's own, or another one in a folder.

Such a folder is what ``pip install --no-deps --target`` makes. A kernel finds it in front of all other packages, and
can only read it. Work that was written for another line then runs on that line.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from autograder.errors import AssetError
from autograder.kernel.surroundings import SHOWN_UNDER, Surroundings

PACKAGE = "transformers"
IN_FRONT = "PYTHONPATH"
"""The variable by which a kernel is told of folders whose packages go before its own."""
_SHOWN_AT = str(SHOWN_UNDER / "libraries")
_LINE = re.compile(r"\d+(?:\.\d+)*")
_HOW_TO_GET = (
    "Put it into a folder of its own, with what it needs of its makers, and name that folder. For 4.57:\n"
    "    pip install --no-deps --target FOLDER 'transformers==4.57.*' 'huggingface_hub<1' 'tokenizers>=0.22,<0.23'"
)
_SECRET = ("autograder", "nbgrader_config.py", "gradebook.db")


@dataclass(frozen=True)
class Libraries:
    """A line of transformers that is on this machine.

    Attributes:
        version: of transformers; empty where there is none, which only the kit's own assignment needs.
        folder: what is put in front of a kernel's packages; None for this environment's own.
    """

    version: str
    folder: Path | None = None

    @property
    def line(self) -> str:
        """The first number of the version: a line of transformers keeps its interface."""
        return self.version.partition(".")[0]


def libraries_named(name: str = "") -> Libraries:
    """Return a line of transformers that is on this machine.

    Args:
        name: a line or version such as "4" or "4.57", which is this environment's own or lies beside it in the folder
            that the kit's ``make test`` fills; or a folder's path; empty for this environment's own.

    Raises:
        AssetError: it is not here, or may not be shown to students' code.
    """
    own = Libraries(next((d.version for d in distributions(name=PACKAGE)), ""))
    if not name or _begins(own.version, name):
        return own
    if not _LINE.fullmatch(name):
        return _in_folder(Path(name).expanduser().resolve())
    beside = Path(sys.prefix) / f"{PACKAGE}-{name.partition('.')[0]}"
    if beside.is_dir() and _begins((found := _in_folder(beside)).version, name):
        return found
    raise AssetError(
        f"transformers {name} is not here: this environment has {own.version or 'none'}, "
        f"and {beside} does not hold it.\n" + _HOW_TO_GET
    )


def with_libraries(
    surroundings: Surroundings, libraries: Libraries, *, hides_this_machine: bool
) -> Surroundings:
    """Return a kernel's surroundings with a line of transformers in front of its own.

    Args:
        surroundings: what it has otherwise.
        libraries: the line.
        hides_this_machine: of the isolation.
    """
    if libraries.folder is None:
        return surroundings
    if not hides_this_machine:
        return Surroundings(
            {**surroundings.environment, IN_FRONT: str(libraries.folder)}, surroundings.folders
        )
    return Surroundings(
        {**surroundings.environment, IN_FRONT: _SHOWN_AT},
        {**surroundings.folders, libraries.folder: _SHOWN_AT},
    )


def in_front(own: str | None, *others: str | Path) -> str:
    """Return a search path: a kernel's own folders, then others."""
    return os.pathsep.join(map(str, filter(None, (own, *others))))


def _begins(found: str, name: str) -> bool:
    return f"{found}.".startswith(f"{name}.")


def _in_folder(folder: Path) -> Libraries:
    start = folder / PACKAGE / "__init__.py"
    found = [d.version for d in distributions(name=PACKAGE, path=[str(folder)])]
    if not start.is_file() or len(found) != 1:
        what = "holds several versions of transformers" if found[1:] else "holds no transformers"
        raise AssetError(f"{folder} {what}.\n" + _HOW_TO_GET)
    if (secret := next((n for n in _SECRET if (folder / n).exists()), None)) is not None:
        raise AssetError(
            f"{folder} also holds {secret}, and students' code may not see that. Give transformers a folder of its own."
        )
    if os.geteuid() == 0 and not start.stat().st_mode & stat.S_IROTH:
        raise AssetError(
            f"{start} may be read by its owner only, and students' kernels run as another user. "
            f"Run: chmod -R a+rX {folder}"
        )
    return Libraries(found[0], folder)
