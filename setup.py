"""Puts into a wheel what stands at the top of a clone and the installed kit needs all the same.

Package data must lie inside a package, and these folders stand where people look for them. So they are copied while a
wheel is built, into the build folder alone: a clone, and an editable install of it, have one copy of each.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

BUNDLED = (
    "nbgrader_config.json",
    "nbgrader_config.py",
    "source",
    "tests/chaff",
    "tests/mutants",
    "tests/samples",
    "tests/wheat",
)
"""What `autograder.bundled` is asked for, by its path in a clone."""


class BuildWithBundled(build_py):
    """Builds the packages, and beside the kit's modules the folder `_bundled`."""

    def run(self) -> None:
        """See the class."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib, "autograder", "_bundled")
        shutil.rmtree(target, ignore_errors=True)  # of an earlier build
        for name in BUNDLED:
            copy = shutil.copy if Path(name).is_file() else _copy_folder
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            copy(name, target / name)


def _copy_folder(folder: str, target: Path) -> None:
    shutil.copytree(
        folder, target, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    )


setup(cmdclass={"build_py": BuildWithBundled})
