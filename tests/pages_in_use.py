"""A page that stays open in a real browser, in which a test presses what a person would press."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

from tests.browser import BROWSER

_START_SECONDS = 60
_LOOKS = 0.5
"""Seconds between two looks at a page."""


class Page:
    """An open page."""

    def __init__(self, address: str) -> None:
        """Connect to the browser's own tools at a web socket."""
        self._socket = websocket.create_connection(address, timeout=_START_SECONDS)
        self._number = 0

    def evaluate(self, script: str) -> Any:
        """Return the value of an expression in JavaScript, as plain data."""
        self._number += 1
        request = {"expression": script, "returnByValue": True, "awaitPromise": True}
        self._socket.send(
            json.dumps({"id": self._number, "method": "Runtime.evaluate", "params": request})
        )
        while (answer := json.loads(self._socket.recv())).get("id") != self._number:
            pass
        if "exceptionDetails" in answer["result"]:
            raise RuntimeError(json.dumps(answer["result"]["exceptionDetails"]))
        return answer["result"]["result"].get("value")

    def wait_for(self, script: str, seconds: float) -> Any:
        """Return the first value of an expression that is true.

        Raises:
            TimeoutError: none came in this time.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if value := self.evaluate(script):
                return value
            time.sleep(_LOOKS)
        raise TimeoutError(f"{script}: not within {seconds:.0f} seconds")

    def close(self) -> None:
        """End the connection."""
        self._socket.close()


@contextmanager
def page_at(address: str, folder: Path) -> Iterator[Page]:
    """Open a page and keep it open.

    Args:
        address: a URL.
        folder: for the browser's own files; must not exist.
    """
    assert BROWSER is not None
    options = [
        "--headless",
        "--no-sandbox",  # the superuser may not use it, and tests may run as one
        "--disable-gpu",
        "--remote-debugging-port=0",
        "--remote-allow-origins=*",
        "--window-size=1400,1000",
        f"--user-data-dir={folder}",
    ]
    browser = subprocess.Popen(
        [BROWSER, *options, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        page = Page(_tools_of(folder / "DevToolsActivePort"))
        try:
            yield page
        finally:
            page.close()
    finally:
        browser.terminate()
        browser.wait()


def _tools_of(note: Path) -> str:
    """Return the web socket of a browser's only page, once the browser has noted its port."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if note.is_file() and (lines := note.read_text(encoding="ascii").splitlines()):
            with urllib.request.urlopen(f"http://127.0.0.1:{lines[0]}/json") as answer:
                pages = [page for page in json.load(answer) if page["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(_LOOKS)
    raise TimeoutError("the browser does not start")
