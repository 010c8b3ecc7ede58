"""nbval, as CI of a course would run it: the source against its stored outputs, the release without comparing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring.command import SOURCE_NOTEBOOK
from autograder.authoring.release import RELEASE
from autograder.clip.assets import find_fashion_mnist, find_model, offline_environment
from autograder.course import KIT

pytestmark = pytest.mark.kernel
SANITISE = Path(__file__).parent / "nbval_sanitise.cfg"


def nbval(*arguments: str) -> str:
    assets = offline_environment(find_model(), find_fashion_mnist(), find_model("tiny"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly",
         "--nbval-current-env", "--nbval-cell-timeout=900", "--override-ini=addopts=",
         "--override-ini=filterwarnings=default",
         f"--nbval-sanitize-with={SANITISE}", *arguments],
        cwd=KIT,
        env={**os.environ, **assets},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


def passed(closing_lines: str) -> int:
    found = re.findall(r"(\d+) passed", closing_lines)
    assert found, closing_lines
    return int(found[-1])


def test_the_source_notebook_gives_its_stored_outputs() -> None:
    assert passed(nbval("--nbval", str(SOURCE_NOTEBOOK))) >= 35


def test_the_released_notebook_runs_with_its_tasks_open() -> None:
    assert passed(nbval("--nbval-lax", str(RELEASE / SOURCE_NOTEBOOK.name))) >= 35
