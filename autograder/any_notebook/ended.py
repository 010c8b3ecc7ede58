"""Ctrl-C, a kill or a closed terminal end a check in order: what was judged is told, and what was made is removed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_OF_SHELLS = 128
"""What shells add to a signal's number for a program that it has ended."""


class Ended(KeyboardInterrupt):
    """Somebody has ended the command; on its way this does what Ctrl-C does."""

    def __init__(self, number: int) -> None:
        """Keep the signal's number."""
        super().__init__()
        self.name = signal.Signals(number).name
        self.status = _OF_SHELLS + number


class Ending:
    """Waits for a signal that ends programs; the first one counts, further ones are passed over.

    Attributes:
        by: what has ended the command; None so far.
    """

    def __init__(self) -> None:
        """Wait for nothing yet."""
        self.by: Ended | None = None
        self._interrupts = False

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """Take the signals within the block. In threads other than the main one they are not to be had."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        # What is passed over already, as under nohup, stays so.
        before = {
            number: handler
            for number in _SIGNALS
            if (handler := signal.getsignal(number)) is not signal.SIG_IGN
        }
        for number in before:
            signal.signal(number, self._end)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let a signal raise `Ended` within the block; outside of it what was begun is brought to its end."""
        self._interrupts = True
        try:
            if self.by is not None:
                raise self.by
            yield
        finally:
            self._interrupts = False

    def _end(self, number: int, frame: FrameType | None) -> None:
        if self.by is not None:  # so that nothing interrupts tidying up
            return
        self.by = Ended(number)
        if self._interrupts:
            raise self.by
