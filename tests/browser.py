"""A real browser without a window, and Jupyter's servers for it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER = next((found for name in NAMES if (found := shutil.which(name))), None)
POLICY = re.compile(r"<meta [^>]*Content-Security-Policy[^>]*>")
PAGE_SECONDS = 60
SERVER_SECONDS = 60
TOKEN = "for-tests"

needs_browser = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed here")


def opened(address: str, folder: Path, *options: str) -> str:
    """Open a page, let its scripts and timers run, and return what the document has become.

    Args:
        address: a URL.
        folder: for the browser's own files.
        options: more options of the browser.
    """
    assert BROWSER is not None
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",  # the superuser may not use it, and tests may run as one
        "--disable-gpu",
        f"--user-data-dir={folder}",
        "--virtual-time-budget=4000",
        "--dump-dom",
        *options,
        address,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PAGE_SECONDS, check=True)
    return done.stdout


def without_policy(page: str) -> str:
    """Return a page of the kit's in which a test's own script may run."""
    assert POLICY.search(page)
    return POLICY.sub("", page)


def title(document: str) -> str:
    """Return the title that a document has ended with."""
    found = re.search(r"<title>(.*?)</title>", document, re.DOTALL)
    return found[1] if found else ""


@contextmanager
def formgrader(course: Path) -> Iterator[str]:
    """Serve a course's formgrader as `jupyter lab` does, and give the address of its pages."""
    with jupyter("server", root=course, started_in=course) as address:
        yield f"{address}formgrader"


@contextmanager
def jupyter(kind: str, *, root: Path, started_in: Path, **variables: str) -> Iterator[str]:
    """Serve a folder with Jupyter, and give the server's address.

    Args:
        kind: "lab" or "server".
        root: the folder that is served; gets a folder `runtime` and a log.
        started_in: the folder in which it is started.
        variables: of the environment, in addition.
    """
    runtime = root / "runtime"
    environment = {**os.environ, **variables, "JUPYTER_RUNTIME_DIR": str(runtime)}
    command = [sys.executable, "-m", "jupyter", kind, "--no-browser", "--allow-root"]
    options = [
        "--ServerApp.port=0",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={root}",
    ]
    with (root / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, *options], cwd=started_in, env=environment, stdout=log, stderr=log
        )
    try:
        yield _address(runtime, server)
    finally:
        server.terminate()
        server.wait()


def _address(runtime: Path, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + SERVER_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        for about in runtime.glob("jpserver-*.json"):
            return str(json.loads(about.read_text(encoding="utf-8"))["url"])
        time.sleep(0.1)
    raise RuntimeError(
        "the Jupyter server does not start; see server.log in the folder that is served"
    )
