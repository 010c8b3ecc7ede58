"""How far a check is: on a terminal one line that changes, in a log a line for each cell that has run."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from autograder.any_notebook.table import plain
from autograder.grading.progress import duration

_TICK_SECONDS = 1.0


class Progress:
    """Shows which cell of a notebook runs, and for how long."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to `stream`, by default to standard error: tables and JSON go to the other one."""
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._notebook, self._cells = "", 0
        self._what = ""
        self._since = 0.0

    @contextmanager
    def of(self, notebook: str, cells: int) -> Iterator[Callable[[int], None]]:
        """Show a notebook's progress within the block, which is given what it calls when a cell begins.

        Args:
            notebook: its file name.
            cells: how many it has, texts included.
        """
        self._notebook, self._cells = plain(notebook), cells
        self._begin("starting a kernel")
        ended = threading.Event()
        ticking = threading.Thread(target=self._tick, args=(ended,), daemon=True)
        if self._is_terminal:
            ticking.start()
        try:
            yield self.reach
        finally:
            ended.set()
            if self._is_terminal:
                ticking.join()
                print("\r\033[K", end="", file=self._stream, flush=True)
            else:
                self._line()

    def reach(self, index: int) -> None:
        """Note that a cell, counted from 0, begins now; its checks belong to it."""
        if not self._is_terminal:
            self._line()
        self._begin(f"cell {index + 1} of {self._cells}")

    def _begin(self, what: str) -> None:
        self._what, self._since = what, time.monotonic()
        if self._is_terminal:
            self._show()

    def _tick(self, ended: threading.Event) -> None:
        while not ended.wait(_TICK_SECONDS):
            self._show()

    def _show(self) -> None:
        print(f"\r\033[K{self._said()}", end="", file=self._stream, flush=True)

    def _line(self) -> None:
        print(self._said(), file=self._stream, flush=True)

    def _said(self) -> str:
        return f"{self._notebook}: {self._what}, {duration(time.monotonic() - self._since)}"
