"""What a run has come to, as data; and as lines for a terminal or a log."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from autograder.intake.findings import shown

_MOST_NAMED = 5
"""Students whom a summary names, of those of whom something was not judged."""


@dataclass(frozen=True)
class Progress:
    """A moment of a run.

    Attributes:
        total: submissions to grade.
        done: of these, graded and recorded.
        failed: of these, given up.
        running: students whose submissions are being graded.
        seconds: since the start.
        seconds_left: estimated from those that are done; None before there are any.
        held_up: what keeps results from being recorded, or None.
    """

    total: int
    done: int
    failed: int
    running: tuple[str, ...]
    seconds: float
    seconds_left: float | None
    held_up: str | None = None


@dataclass(frozen=True)
class Event:
    """What became of one submission.

    Attributes:
        student: whose.
        points: given automatically; None if there are none.
        reason: why it failed, in words that go on from the student's name; None if it did not.
    """

    student: str
    points: float | None
    reason: str | None = None


@dataclass(frozen=True)
class Summary:
    """What a run has done.

    Attributes:
        graded: submissions that it graded and recorded.
        from_journal: of these, those that an earlier run had graded and could not record.
        already: submissions that were graded before.
        failed: the others, with the reason.
        left: submissions beyond the limit.
        seconds: time taken.
        log: file that says what nbgrader said.
        unjudged: whose submissions, of those that it graded, hold something that was not judged.
    """

    graded: int
    from_journal: int
    already: int
    failed: tuple[tuple[str, str], ...]
    left: int
    seconds: float
    log: Path
    unjudged: tuple[str, ...] = ()


class Screen:
    """Shows a run: one line that changes on a terminal, and a line for each submission."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to `stream`, by default to standard output."""
        self._stream = stream or sys.stdout
        self._is_terminal = self._stream.isatty()
        self._held_up: str | None = None

    def show(self, progress: Progress, event: Event | None) -> None:
        """Show what has happened, and where the run is."""
        if event is not None:
            self._line(f"{event_line(event):40} {progress_line(progress)}")
        if progress.held_up != self._held_up:
            self._held_up = progress.held_up
            self._line(progress.held_up or "going on")
        if self._is_terminal:
            print(f"\r\033[K{progress_line(progress)}", end="", file=self._stream, flush=True)

    def end(self, summary: Summary) -> None:
        """Show the summary."""
        for line in summary_lines(summary):
            self._line(line)

    def _line(self, line: str) -> None:
        start = "\r\033[K" if self._is_terminal else ""
        print(f"{start}{line}", file=self._stream, flush=True)


def event_line(event: Event) -> str:
    """Return an event in words."""
    if event.reason is not None:
        return shown(f"{event.student} {event.reason}")
    student = shown(event.student)
    if event.points is None:
        return f"{student}: needs a person"
    return f"{student}: {event.points:g} points"


def progress_line(progress: Progress) -> str:
    """Return a moment in words."""
    left = "" if progress.seconds_left is None else f", {duration(progress.seconds_left)} left"
    failed = f", {progress.failed} failed" if progress.failed else ""
    return f"{progress.done}/{progress.total} done, {len(progress.running)} running{failed}{left}"


def summary_lines(summary: Summary) -> list[str]:
    """Return a summary in words."""
    rate = f", {summary.seconds / summary.graded:.1f} s each" if summary.graded else ""
    kept = f" ({summary.from_journal} from the journal)" if summary.from_journal else ""
    lines = [
        f"{summary.graded} graded{kept} in {duration(summary.seconds)}{rate}; "
        f"{summary.already} were graded before; {len(summary.failed)} failed"
    ]
    if summary.left:
        lines.append(f"{summary.left} more are waiting: leave out --limit, or run this again")
    lines += [f"  failed: {shown(f'{student} {reason}')}" for student, reason in summary.failed]
    if summary.failed:
        lines.append(f"What nbgrader said is in {summary.log}")
    if summary.unjudged:
        named = ", ".join(shown(student) for student in sorted(summary.unjudged)[:_MOST_NAMED])
        more = len(summary.unjudged) - _MOST_NAMED
        others = f" and {more} more" if more > 0 else ""
        lines.append(
            f"Not judged, and left to a person: something of {named}{others}. `autograder status` says what, and why"
        )
    return lines


def duration(seconds: float) -> str:
    """Return a time span in words."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
