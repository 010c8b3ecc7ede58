"""A clock for what the grader itself does with a stranger's text: reading it, mending it, making a page of it.

All of that is meant to take time in proportion to the text. Where something does not, the clock costs the one
submission its grade, or its page, and the others go on.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any, TypeVar

from autograder.errors import TimeLimitError

READING_SECONDS = 120.0
"""For one look at a whole notebook: most take less than a tenth of a second."""
_AGAIN_SECONDS = 10.0
"""After which a block is interrupted once more: something within it may have gone on all the same."""
_AT_ONCE = 0.001  # a timer that is set to 0 never rings
_Called = TypeVar("_Called", bound=Callable[..., Any])
_DEAF: set[CodeType] = set()


class Interrupted(BaseException):
    """What a block meets at the end of its time. Not an `Exception`, so that nothing on its way catches it."""


def called_by_the_deaf(function: _Called) -> _Called:
    """Mark a function whose caller drops what it raises, as compiled libraries do: a limit waits until it is over."""
    _DEAF.add(function.__code__)
    return function


@contextmanager
def time_limit(seconds: float, what: str) -> Iterator[None]:
    """Let a block take only so long.

    It rests on a signal, so there is no limit in threads other than the main one, nor on systems without such a
    signal; and what runs in C, apart from `re`, is interrupted only when it comes back to Python. Of two limits
    one around the other, the one that ends first holds.

    Args:
        seconds: wall-clock time: generous, because the machine may be busy with other things.
        what: what takes so long, in words that an error can begin with, such as "Reading the notebook".

    Raises:
        TimeLimitError: the block took longer.
    """
    if not (hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()):
        yield
        return
    left, again = signal.getitimer(signal.ITIMER_REAL)
    if 0 < left <= seconds:
        yield
        return
    started, ended, rang = time.monotonic(), False, False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal rang
        if ended:
            return
        rang = True
        # It may ring again while this function runs, for the same caller.
        while frame is not None and frame.f_code is interrupt.__code__:
            frame = frame.f_back
        if frame is not None and frame.f_code in _DEAF:
            signal.setitimer(signal.ITIMER_REAL, _AT_ONCE, _AGAIN_SECONDS)
        else:
            raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
    try:
        try:
            yield
            if rang:  # and somebody has dropped what was raised, as in the end of an object
                raise Interrupted
        finally:
            ended = True  # a signal that comes between here and the next lines would keep them from being run
    except Interrupted:
        raise TimeLimitError(
            f"{what} took longer than {seconds:g} seconds, and was stopped."
        ) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if before is None else before)
        if left:
            taken = time.monotonic() - started
            signal.setitimer(signal.ITIMER_REAL, max(left - taken, _AT_ONCE), again)
