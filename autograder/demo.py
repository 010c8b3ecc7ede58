"""The kit's main job on its own sample submissions, through real nbgrader, from an empty folder to the report."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.course import ASSIGNMENT, LOG, SAMPLES, make_course, nbgrader_command, run_nbgrader
from autograder.doctor.rooms import why_no_rooms
from autograder.errors import CourseError
from autograder.extras import require_clip
from autograder.gradebook.hand_grades import given_score
from autograder.grading.command import cores
from autograder.grading.progress import Event, Progress, duration, event_line
from autograder.grading.run import Options, grade
from autograder.kernel.isolation import BUBBLEWRAP, NONE
from autograder.permissions import written_privately
from autograder.report.class_report import GRADEBOOK, class_report
from autograder.report.pages import as_text, write_page
from autograder.samples import add_samples

_STARTED = re.compile(r"Sanitizing .*/submitted/(?P<student>[^/]+)/")
_ENDED = re.compile(r"Setting destination file permissions|error processing assignment: ")
"""What nbgrader says when it has graded a submission, or given it up."""
MARKER = ".autograder-demo"
"""A file that marks a folder as the demo's own, which the next demo may replace."""

Say = Callable[[str], None]


def run_demo(course: Path, say: Say = print) -> None:
    """Make a course, release the assignment, grade the samples, write feedback and report.

    Args:
        course: the folder; one that an earlier demo made is replaced.
        say: takes each line of progress.

    Raises:
        CourseError: the folder holds something else, or nbgrader fails.
        AssetError: the data set or the model cannot be had.
        ExtraError: what the kit's own assignment needs is not installed.
    """
    require_clip()
    clear(course)
    say("1/6  data set and model: looking for them, fetching what is missing …")
    root = find_fashion_mnist(fetch=True)
    say(f"     {root} (verified), model {find_model().name!r}")
    with written_privately():
        _run_in(course, say)


def _run_in(course: Path, say: Say) -> None:
    say(f"2/6  a new course in {course}, and its release")
    make_course(course)
    (course / MARKER).touch()
    run_nbgrader(course, "generate_assignment", ASSIGNMENT)
    students = add_samples(course, SAMPLES)
    say(f"3/6  {len(students)} sample submissions are handed in")
    say("4/6  grading: each submission runs over the 10,000 test images several times;")
    say("     a line for each that is done, the first one after a minute or more …")
    if isolation_here(say) == BUBBLEWRAP:
        grade_in_parallel(course, say)
    else:
        autograde(course, students, say)
    say("5/6  nbgrader generate_feedback and export")
    run_nbgrader(course, "generate_feedback", ASSIGNMENT)
    run_nbgrader(course, "export", "--to=grades.csv")
    say("6/6  class report")
    report = class_report(course)
    if not any(submission.items for submission in report.submissions):
        raise CourseError(
            f"no sample could be graded; {course / LOG} says why, and so may: autograder doctor"
        )
    page = write_page(report, course)
    say(as_text(report))
    say("")
    say(f"Released notebook  {course / 'release' / ASSIGNMENT / f'{ASSIGNMENT}.ipynb'}")
    say(f"Feedback           {course / 'feedback'}/STUDENT/{ASSIGNMENT}/{ASSIGNMENT}.html")
    say(f"Grades             {course / 'grades.csv'}")
    say(f"Class report       {page}")


def isolation_here(say: Say) -> str:
    """Return how the samples are kept apart; only they may go without, since they are the kit's own."""
    if (reason := why_no_rooms()) is None:
        say(
            f"     by autograder grade, on {cores()} cores; every kernel runs in a room that bubblewrap makes"
        )
        return BUBBLEWRAP
    say(f"     WITHOUT ISOLATION, which is for the kit's own samples only: {reason}")
    return NONE


def grade_in_parallel(course: Path, say: Say) -> None:
    """Grade all submissions on all cores, with a line for each that is done: its points, and the time left.

    One that cannot be graded does not stop the others; the report names it.
    """

    def watch(progress: Progress, event: Event | None) -> None:
        if event is not None:
            done = progress.done + progress.failed
            told = Event(event.student, event.points)
            say(_line(done, progress.total, told, progress.seconds))

    grade(Options(course=course, assignment=ASSIGNMENT, workers=cores()), watch)


def _line(done: int, count: int, event: Event, seconds: float) -> str:
    left = (count - done) * seconds / done
    in_words = f"about {duration(left)} left" if done < count else "done"
    return f"     {done:2}/{count}  {event_line(event):26} {in_words}"


def autograde(course: Path, students: list[str], say: Say) -> None:
    """Do the same by `nbgrader autograde`, without rooms, where none can be had.

    A submission that cannot be graded makes nbgrader's exit status 1 and does not stop the others; the
    report names it, so that status is not an error here.
    """
    student, done, started = "", 0, time.monotonic()
    with (
        (course / LOG).open("a", encoding="utf-8") as log,
        subprocess.Popen(
            nbgrader_command("autograde", ASSIGNMENT, f"--RunAndJudge.isolation={NONE}"),
            cwd=course,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            if found := _STARTED.search(line):
                student = found["student"]
            elif student and _ENDED.search(line):
                done += 1
                seconds = time.monotonic() - started
                say(_line(done, len(students), _event(course, student), seconds))
                student = ""


def _event(course: Path, student: str) -> Event:
    """Return what a submission has come to so far."""
    with Gradebook(f"sqlite:///{course / GRADEBOOK}") as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, student)
        scores = [given_score(g) for notebook in submission.notebooks for g in notebook.grades]
    return Event(student, sum(given) if (given := [s for s in scores if s is not None]) else None)


def clear(course: Path) -> None:
    """Remove the course of an earlier demo, if there is one.

    Raises:
        CourseError: the folder was not made by a demo.
    """
    if not course.exists():
        return
    if not (course / MARKER).is_file():
        raise CourseError(f"{course} was not made by the demo; name another folder, or remove it")
    for folder, _, _ in os.walk(course):
        Path(folder).chmod(0o755)  # nbgrader leaves what it wrote read-only
    shutil.rmtree(course)
