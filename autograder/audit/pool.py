"""Many trials at a time, each in a process of its own that is forked from the worked notebook."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess

from autograder.audit.bench import Bench
from autograder.audit.corpus import Variant
from autograder.audit.trial import Trial, try_out

LIMIT = 120.0
"""Seconds that one trial may take; a mutant's loop may never end."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_MOST_KEPT = 2**30
"""Bytes of freed memory that a trial keeps for its next arrays, and the size up to which it keeps an array's."""


@dataclass(frozen=True)
class Task:
    """A variant, and the seeds to judge it with."""

    variant: Variant
    seeds: Sequence[int]


def run_all(
    bench: Bench,
    tasks: Sequence[Task],
    workers: int,
    trial: Callable[[Bench, Variant, Sequence[int]], Trial] = try_out,
) -> Iterator[Trial]:
    """Yield the trials of all tasks, in the order in which they end.

    Args:
        bench: the worked notebook; its process must have started no threads.
        tasks: what to try; long ones first make the end even.
        workers: how many processes run at a time.
        trial: what is done with each.
    """
    forks = multiprocessing.get_context("fork")
    waiting = list(reversed(tasks))
    running: dict[Connection, tuple[ForkProcess, Task, float]] = {}
    # What is here already is never collected: its pages stay shared with all processes.
    gc.freeze()
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                task = waiting.pop()
                here, there = forks.Pipe(duplex=False)
                process = forks.Process(
                    target=_serve, args=(there, bench, task, trial), daemon=True
                )
                process.start()
                there.close()
                running[here] = (process, task, time.monotonic() + LIMIT)
            nearest = min(deadline for _, _, deadline in running.values())
            for ended in wait(list(running), timeout=max(0.0, nearest - time.monotonic())):
                assert isinstance(ended, Connection)
                process, task, _ = running.pop(ended)
                yield _received(ended, process, task)
            for late in [c for c, (_, _, end) in running.items() if time.monotonic() >= end]:
                process, task, _ = running.pop(late)
                process.kill()
                process.join()
                yield Trial(task.variant, problem=f"stopped after {LIMIT:g} seconds")
    finally:
        for process, _, _ in running.values():
            process.kill()


def _received(connection: Connection, process: ForkProcess, task: Task) -> Trial:
    try:
        answer: Trial | str = connection.recv()
    except EOFError:
        answer = "its process ended without an answer"
    connection.close()
    process.join()
    return answer if isinstance(answer, Trial) else Trial(task.variant, problem=answer)


def _serve(
    connection: Connection,
    bench: Bench,
    task: Task,
    trial: Callable[[Bench, Variant, Sequence[int]], Trial],
) -> None:
    # It lives for seconds: what it leaves behind goes with it.
    gc.disable()
    _keep_freed_memory()
    try:
        connection.send(trial(bench, task.variant, task.seeds))
    except BaseException as error:  # whatever it was, the parent has to hear of it
        connection.send(f"{type(error).__name__}: {error}")
    finally:
        connection.close()
        _leave()


def _keep_freed_memory() -> None:
    """Have this process use freed memory again: the checks' large arrays come and go, and new pages cost as much time.

    Only glibc knows these settings; where they mean nothing, a trial takes longer.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for setting in (_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD):
            mallopt(setting, _MOST_KEPT)


_leave: Callable[[], None] = lambda: os._exit(0)  # noqa: E731  (nothing of the parent's is closed or flushed twice)
