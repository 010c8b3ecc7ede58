"""A run for everybody: remotes are asked, then students are served, several at once; a summary at the end."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from autograder.collect.git import Git, GitError, StoppedError
from autograder.collect.remotes import look
from autograder.collect.roster import Roster, Row
from autograder.collect.seen import one_run
from autograder.collect.student import Look, Outcome, Result, Task, collect_one, failed, minutes
from autograder.errors import CourseError

_LAST_LOOK = 5.0
"""Seconds before the due time at which a watch looks once more, besides what the pass before has taken."""
_OTHERS_END = 10.0
"""Seconds after which a watch tries again where another run is under way."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Pass:
    """What one pass over the roster has come to.

    Attributes:
        outcomes: of students, in the roster's order.
        stopped: whether it was ended before all were served.
        seconds: how long it took.
    """

    outcomes: tuple[Outcome, ...]
    stopped: bool
    seconds: float


def now() -> datetime:
    """Return the collector's time."""
    return datetime.now(UTC)


def one_pass(git: Git, task: Task, rows: Sequence[Row], workers: int, say: Say) -> Pass:
    """Look at every row once, and do what the task says.

    Args:
        git: how.
        task: what.
        rows: for whom.
        workers: how many remotes or students at once.
        say: takes a line of progress.

    Raises:
        CourseError: another run is under way.
    """
    start = time.monotonic()
    outcomes: dict[int, Outcome] = {}
    stopped = False
    with one_run(task.layout.root, task.assignment), _threads(git, workers) as threads:
        try:
            looks: dict[str, Future[Look]] = {
                remote: threads.submit(_look, git, remote, refs)
                for remote, refs in _refs(rows).items()
            }
            waiting = {
                threads.submit(_serve, git, task, row, looks[row.link.remote]): row for row in rows
            }
            for count, future in enumerate(as_completed(waiting), 1):
                row = waiting[future]
                try:
                    outcome = future.result()
                except StoppedError:
                    stopped = True
                    continue
                outcomes[row.number] = outcome
                say(f"[{count:{len(str(len(rows)))}}/{len(rows)}] {row.student}: {outcome.text}")
        except KeyboardInterrupt:
            git.stop()
            stopped = True
    done = tuple(outcomes[row.number] for row in rows if row.number in outcomes)
    return Pass(done, stopped, time.monotonic() - start)


def watch(git: Git, task: Task, rows: Sequence[Row], workers: int, every: float, say: Say) -> Pass:
    """Look again and again until the due time has passed, then collect; for ever where there is none.

    Args:
        git: how.
        task: what.
        rows: for whom.
        workers: see `one_pass`.
        every: seconds from the beginning of one pass to that of the next.
        say: takes a line of progress.

    Where another run is under way, it waits for its end.
    """
    # Before the due time nothing is put into `submitted/`: each change would replace what lies there.
    looking = replace(task, only_look=True) if task.due is not None else task
    while True:
        begun = now()
        is_last = task.due is not None and begun > task.due
        try:
            if is_last:
                return one_pass(git, task, rows, workers, say)
            done = one_pass(git, looking, rows, workers, lambda line: None)
        except CourseError as error:
            # Nobody may be there to start it again, and the due time comes.
            say(f"{minutes(begun)}: {error}")
            git.wait(_OTHERS_END)
            continue
        problems = sum(outcome.result is Result.PROBLEM for outcome in done.outcomes)
        say(
            f"{minutes(begun)}: looked at {len(done.outcomes)} of {len(rows)}, {problems} with problems"
        )
        if done.stopped:
            return done
        seconds = next_look(begun, now(), task.due, every, done.seconds)
        try:
            git.wait(seconds)
        except KeyboardInterrupt:
            git.stop()
            return replace(done, stopped=True)


def next_look(
    begun: datetime, now: datetime, due: datetime | None, every: float, taken: float
) -> float:
    """Return the seconds to wait for the next look: one comes shortly before the due time, and one right after it.

    Args:
        begun: when the last one began.
        now: the time.
        due: the due time, or None.
        every: seconds from one to the next.
        taken: seconds that the last one took.
    """
    wait = max(every - (now - begun).total_seconds(), 0.0)
    if due is None:
        return wait
    left = (due - now).total_seconds()
    last = left - taken - _LAST_LOOK
    if last > 0:
        return min(wait, last)
    return max(min(wait, left + 0.1), 0.1) if left + 0.1 > 0 else 0.0


def summary(roster: Roster, done: Pass, total: int) -> tuple[list[str], int]:
    """Return the summary's lines, and how many rows need a person."""
    counts = Counter(outcome.result for outcome in done.outcomes)
    there = sum(counts[result] for result in (Result.NEW, Result.REPLACED, Result.UNCHANGED))
    parts = [f"{counts[result]} {result.value}" for result in Result if counts[result]]
    lines = [
        f"{there} of {total + len(roster.refused)} collected in {done.seconds:.1f} s"
        + (f": {', '.join(parts)}" if parts else "")
    ]
    notes = [f"  {sentence}" for sentence in roster.notes]
    for outcome in done.outcomes:
        notes += [f"  {outcome.row.student}: {note}" for note in outcome.notes]
    if notes:
        lines += ["To be known:", *notes]
    bad = [(one.number, one.student, one.reason) for one in roster.refused]
    bad += [
        (one.row.number, one.row.student, one.text)
        for one in done.outcomes
        if one.result is Result.PROBLEM
    ]
    if bad:
        lines.append(f"Not collected, {len(bad)}:")
        lines += [f"  row {number}, {student}: {reason}" for number, student, reason in sorted(bad)]
    if done.stopped:
        left = total - len(done.outcomes)
        lines.append(f"Stopped; {left} were not served. Run it again: what is done stays done.")
    return lines, len(bad)


def _refs(rows: Sequence[Row]) -> dict[str, set[str]]:
    refs: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        refs[row.link.remote].add(row.link.ref)
    return refs


def _look(git: Git, remote: str, refs: set[str]) -> Look:
    try:
        commits = look(git, remote, refs)
    except GitError as error:
        return Look(now(), {}, str(error))
    return Look(now(), commits)


def _serve(git: Git, task: Task, row: Row, asked: Future[Look]) -> Outcome:
    try:
        # All looks are ahead of it in the queue, so one thread at least is at work on what is waited for.
        return collect_one(git, task, row, asked.result(), now)
    except StoppedError:
        raise
    except Exception as error:
        return failed(row, error)


@contextmanager
def _threads(git: Git, workers: int) -> Iterator[ThreadPoolExecutor]:
    threads = ThreadPoolExecutor(workers, thread_name_prefix="collect")
    try:
        yield threads
    except BaseException:
        git.stop()
        raise
    finally:
        threads.shutdown(wait=True, cancel_futures=True)
