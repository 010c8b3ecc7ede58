"""One grading run: plans, gives out jobs, keeps results in the journal, and has them recorded."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from autograder.assignment import OWN_CHECKS, may_bring_grader
from autograder.course import CONFIGS, names_kit
from autograder.errors import CourseError
from autograder.evidence import record
from autograder.evidence.seeds import SECRET_FILE, course_secret
from autograder.gradebook.rows import Rows
from autograder.grading.gradebook import ChangedError, GradebookAwayError, OpenGradebook
from autograder.grading.journal import Journal
from autograder.grading.messages import STUDENT, Course, Lost, ReadSettings, Result, Settings
from autograder.grading.plan import Choice, Desk, Plan, make_plan
from autograder.grading.pool import LocalWorkers, Workers
from autograder.grading.progress import Event, Progress, Summary
from autograder.grading.trees import ChangedFileError, Entry, Tree, pack
from autograder.grading.writer import COMMAND, Writer
from autograder.intake.names import compose_names
from autograder.judging.other_points import refuse_other_points
from autograder.kernel.fair_clock import PATIENCE
from autograder.kernel.isolation import NONE, WITHOUT_ISOLATION
from autograder.kernel.surroundings import MODEL_VARIABLE, NOT_USED
from autograder.kit import kit_version
from autograder.notebook.own_tests import warning

LOG = "grading.log"
SLACK_SECONDS = 300.0
"""What a submission may take beyond its own limit (start, judging) before its worker is ended."""
_LOOKS = 3
"""At a submission that is lost with its worker, or whose kernel ends in another way each time."""
_LOOKS_AFTER_CHANGES = 4
_PAUSE = 1.0

_log = logging.getLogger(__name__)

Watch = Callable[[Progress, Event | None], None]


@dataclass(frozen=True)
class Options:
    """How a run is to be done.

    Attributes:
        course: the course's folder.
        assignment: the assignment's name.
        choice: which submissions.
        workers: how many processes on this machine; without effect with a scheduler.
        scheduler: address of a Dask scheduler, or None.
        nbgrader: options for nbgrader, such as `--RunAndJudge.cell_timeout=40`.
        submission_seconds: after which a worker is ended; None: nbgrader's limit and some slack.
        patience: seconds to wait for a gradebook or disk that is away.
    """

    course: Path
    assignment: str
    choice: Choice = field(default_factory=Choice)
    workers: int = 1
    scheduler: str | None = None
    nbgrader: tuple[str, ...] = ()
    submission_seconds: float | None = None
    patience: float = 600.0


def grade(options: Options, watch: Watch = lambda progress, event: None) -> Summary:
    """Grade an assignment's submissions; what an earlier run has done already is not done again.

    Args:
        options: how.
        watch: is called about once a second, and with each event.

    Raises:
        CourseError: the course lacks something, another run is under way, workers cannot start, or gradebook or
            disk stayed away for too long. What was graded is in the journal then.
    """
    started = time.monotonic()
    root = options.course.resolve()
    journal = Journal(root, options.assignment)
    log = journal.folder / LOG
    with journal.opened() as scratch, closing(_workers(options, scratch, log)) as workers:
        wanted = ReadSettings(str(root), options.assignment, options.nbgrader)
        settings = workers.read_settings(wanted)
        if settings.isolation == NONE:
            _log.warning(WITHOUT_ISOLATION)
        gradebook = OpenGradebook(settings.db_url, options.assignment)
        writer = Writer(gradebook, journal, settings.autograded, settings.submitted)
        with _in_words():
            definition = gradebook.definition()
            own = root / OWN_CHECKS / options.assignment
            own_checks = own if own.is_dir() else None
            refuse_changed_points(options.assignment, settings.points, definition, own_checks)
            if own_checks is not None:
                refuse_unknown_cells(own_checks, settings.points, definition)
            course = course_data(root, options, settings, definition)
            desk = Desk(root, course, settings)
            rows = gradebook.submissions()
            for renamed in compose_names(Path(settings.submitted.partition(STUDENT)[0]), rows):
                _log.warning("Renamed, to be called as in a roster: %s", renamed)
            plan = make_plan(
                desk, journal, writer, rows, options.choice, lambda of: is_complete(of, definition)
            )
        if plan.todo:
            if settings.isolation and has_own_tests(settings.points, definition):
                _log.warning(warning(options.assignment))
            longest = PATIENCE * settings.seconds + SLACK_SECONDS
            workers.open(course, options.submission_seconds or longest)
        run = _Run(options, plan, desk, rows, gradebook, journal, writer, workers, watch, started)
        return run.go()


def course_data(root: Path, options: Options, settings: Settings, definition: Rows) -> Course:
    """Return what workers must know of a course.

    Raises:
        CourseError: a part of it cannot be read.
    """
    assignment = options.assignment
    course_secret(root)  # draws it, where there is none yet
    release = Path(settings.release)
    if not release.is_dir():
        raise CourseError(f"{release} is not there; run: nbgrader generate_assignment {assignment}")
    # The configuration, and the modules that it names.
    own = pack(root, lambda path: path.name in (*CONFIGS, SECRET_FILE) or path.suffix == ".py")
    entries = list(own.entries)
    for step, tree in (
        ("source", _folder(Path(settings.source), lambda path: path.suffix != ".ipynb")),
        ("release", _folder(release, lambda path: path.suffix == ".ipynb")),
        (OWN_CHECKS, _folder(root / OWN_CHECKS / assignment, lambda path: path.suffix != ".pyc")),
    ):
        place = f"{step}/{assignment}"
        entries += [Entry(step, 0o755, 0, None), Entry(place, 0o755, 0, None)]
        entries += [Entry(f"{place}/{e.path}", e.mode, e.time, e.data) for e in tree.entries]
    return Course(
        assignment=assignment,
        files=Tree(tuple(entries)),
        definition=definition,
        options=options.nbgrader,
        environment={name: os.environ[name] for name in [MODEL_VARIABLE] if name in os.environ},
        assets=settings.assets,
        kit=kit_version(),
    )


def refuse_changed_points(
    assignment: str, points: Mapping[str, float], definition: Rows, own: Path | None = None
) -> None:
    """Stop before anything is graded where the course's release has other points than the checks.

    Raises:
        CourseError: it has.
    """
    names = {cell["id"]: cell["name"] for cell in definition["base_cell"]}
    for cell in definition["grade_cells"]:
        name = names[cell["id"]]
        if name in points:
            module = None if own is None else own / f"test_{name}.py"
            refuse_other_points(assignment, name, points[name], cell["max_score"], module)


def refuse_unknown_cells(checks: Path, points: Mapping[str, float], definition: Rows) -> None:
    """Stop before anything is graded where a course has checks for a cell that its release has not.

    Raises:
        CourseError: it has.
    """
    names = {cell["id"]: cell["name"] for cell in definition["base_cell"]}
    graded = sorted({names[cell["id"]] for cell in definition["grade_cells"]})
    for name in points:
        if name not in graded:
            raise CourseError(
                f"{checks / f'test_{name}.py'} judges a graded cell {name!r}, and the release has none: its graded "
                f"cells are {', '.join(graded)}. Rename the file, or the cell in source, and run "
                "nbgrader generate_assignment."
            )


def has_own_tests(points: Mapping[str, float], definition: Rows) -> bool:
    """Return whether a graded cell's own tests give points: one of code, in which no student writes, without checks."""
    names = {cell["id"]: cell["name"] for cell in definition["base_cell"]}
    places = {cell["id"]: cell["notebook_id"] for cell in definition["base_cell"]}
    written = {(places[c["id"]], names[c["id"]]) for c in definition["solution_cells"]}
    return any(
        names[cell["id"]] not in points and (places[cell["id"]], names[cell["id"]]) not in written
        for cell in definition["grade_cells"]
        if cell["cell_type"] == "code"
    )


def is_complete(rows: Rows, definition: Rows) -> bool:
    """Return whether a submission's code cells all have a grade."""
    kinds = {cell["id"]: cell["cell_type"] for cell in definition["grade_cells"]}
    grades = rows.get("grade", [])
    return bool(grades) and all(
        grade["auto_score"] is not None or grade["manual_score"] is not None
        for grade in grades
        if kinds.get(grade["cell_id"]) == "code"
    )


class _Run:
    def __init__(
        self,
        options: Options,
        plan: Plan,
        desk: Desk,
        rows: dict[str, Rows],
        gradebook: OpenGradebook,
        journal: Journal,
        writer: Writer,
        workers: Workers,
        watch: Watch,
        started: float,
    ) -> None:
        self.options = options
        self.plan = plan
        self.desk = desk
        self.rows = rows
        self.gradebook = gradebook
        self.journal = journal
        self.writer = writer
        self.workers = workers
        self.watch = watch
        self.started = started
        self.todo = deque(plan.todo)
        self.alone: deque[str] = deque()  # to be looked at again, with nobody beside them
        self.were_alone: set[str] = set()
        self.running: dict[str, str] = {}  # the key of each student's job
        self.unsaved: deque[Result] = deque()  # the disk did not take them yet
        self.unrecorded: deque[str] = deque()  # keys of results in the journal
        self.kept: set[str] = set()  # of these, an earlier run's
        self.losses: Counter[str] = Counter()
        self.changes: Counter[str] = Counter()
        self.mishaps: defaultdict[str, set[tuple[str, float | None]]] = defaultdict(set)
        self.failed = dict(plan.unusable)
        self.graded = self.from_journal = 0
        self.unjudged: list[str] = []
        self.held_up: str | None = None
        self.complaints: set[str] = set()
        self.held_up_since = 0.0
        self.next_try = 0.0

    def go(self) -> Summary:
        self.tell(None)
        while self.todo or self.alone or self.running or self.unsaved or self.unrecorded:
            self.give_out()
            if self.running:
                is_busy = bool(self.unrecorded) and self.held_up is None
                for outcome in self.workers.wait(0.0 if is_busy else _PAUSE):
                    self.take(outcome)
                self.give_out()  # before writing, so that no worker waits for the disk
            elif self.held_up is not None:
                time.sleep(_PAUSE / 5)
            self.write()
            self.tell(None)
        return Summary(
            graded=self.graded,
            from_journal=self.from_journal,
            already=len(self.plan.graded),
            failed=tuple(sorted(self.failed.items())),
            left=self.plan.left,
            seconds=time.monotonic() - self.started,
            log=self.journal.folder / LOG,
            unjudged=tuple(self.unjudged),
        )

    def give_out(self) -> None:
        # While the disk is full, more results would only pile up in memory.
        while not self.unsaved and self.workers.free() and (student := self.next_one()):
            try:
                job = self.desk.job(student, self.rows.get(student, {}))
            except CourseError as error:  # it was there when the run was planned
                self.fail(student, str(error))
                continue
            kept = self.journal.get(job.key)
            if kept is not None and kept.problem is None:
                self.kept.add(job.key)
                self.unrecorded.append(job.key)
                return
            self.running[student] = job.key
            self.workers.give(job)

    def next_one(self) -> str | None:
        """Return whose turn it is; None if nobody's."""
        if self.running.keys() & self.were_alone:
            return None
        if self.todo:
            return self.todo.popleft()
        if self.alone and not self.running:
            return self.alone.popleft()
        return None

    def take(self, outcome: Result | Lost) -> None:
        student = outcome.student
        key = self.running.pop(student)
        if isinstance(outcome, Lost):
            self.losses[student] += 1
            if outcome.try_again and self.losses[student] < _LOOKS:
                self.look_again(student, outcome.reason)
            else:
                self.fail(student, outcome.reason)
            return
        if outcome.key != key:
            raise AssertionError(f"a result of {student} that nobody asked for")
        if outcome.mishap and self.wants_another_look(outcome):
            self.look_again(student, f"had a mishap: {outcome.mishap}")
            return
        if outcome.starved and student not in self.were_alone:
            self.were_alone.add(student)
            self.look_again(student, "was stopped while the machine was busy", self.alone)
            return
        self.unsaved.append(outcome)

    def look_again(self, student: str, reason: str, when: deque[str] | None = None) -> None:
        with suppress(OSError):  # a full disk is noticed where it matters
            self.log(f"== {student} {reason}; it is tried again\n")
        (self.todo if when is None else when).appendleft(student)

    def wants_another_look(self, result: Result) -> bool:
        """Return whether a mishap may be somebody else's doing: by the submission's own, the same happens again."""
        seen = self.mishaps[result.student]
        what = (result.mishap, _points(result))
        is_new = what not in seen
        seen.add(what)
        return is_new and len(seen) < _LOOKS

    def write(self) -> None:
        """Save and record what is waiting, unless disk or gradebook are known to be away."""
        if time.monotonic() < self.next_try:
            return
        try:
            while self.unsaved:
                result = self.unsaved[0]
                self.journal.put(result)
                self.unrecorded.append(result.key)
                self.unsaved.popleft()
            if self.unrecorded:
                self.record(self.unrecorded[0])
                self.unrecorded.popleft()
        except GradebookAwayError as error:
            self.hold_up(f"The gradebook cannot be reached, waiting for it: {error}")
        except OSError as error:
            self.hold_up(f"The course folder cannot be written, waiting: {error}")
        else:
            self.held_up = None

    def record(self, key: str) -> None:
        result = self.journal.get(key)
        if result is None:
            raise CourseError(f"A result in {self.journal.folder} was damaged; run this again")
        try:
            self.writer.record(result)
        except ChangedError:
            self.grade_with_new_rows(result)
            return
        except ChangedFileError as error:
            self.journal.drop(result.key)
            self.fail(result.student, str(error))
            return
        self.held_up = None
        self.log(f"== {result.student}\n{result.log}")
        for line in result.log.splitlines():
            if NOT_USED in line and line not in self.complaints:
                self.complaints.add(line)
                _log.warning("%s", line[line.index(NOT_USED) :])
        if result.problem is not None:
            self.fail(result.student, f"could not be graded: {result.problem}")
            return
        self.graded += 1
        self.from_journal += key in self.kept
        if result.unjudged:
            self.unjudged.append(result.student)
        self.tell(Event(result.student, _points(result)))

    def log(self, text: str) -> None:
        with (self.journal.folder / LOG).open("a", encoding="utf-8", errors="replace") as log:
            log.write(text)

    def grade_with_new_rows(self, result: Result) -> None:
        """Somebody has changed the submission's rows since; what they say is part of the grading."""
        student = result.student
        self.rows[student] = self.gradebook.submissions(student).get(student, {})
        self.journal.drop(result.key)
        self.kept.discard(result.key)
        self.changes[student] += 1
        if self.changes[student] < _LOOKS_AFTER_CHANGES:
            self.todo.append(student)
        else:
            self.fail(student, "was changed in the gradebook again and again; run this once more")

    def hold_up(self, reason: str) -> None:
        now = time.monotonic()
        if self.held_up is None:
            self.held_up_since = now
        if now - self.held_up_since > self.options.patience:
            raise CourseError(
                f"{reason}\nGiven up after {self.options.patience:.0f} s. What was graded is kept in "
                f"{self.journal.folder}: run the same command again."
            )
        self.held_up = reason
        self.next_try = now + min(_PAUSE, self.options.patience / 4)

    def fail(self, student: str, reason: str) -> None:
        self.failed[student] = reason
        with suppress(OSError):  # a full disk is noticed where it matters
            record.append(
                self.journal.course, record.NOT_GRADED, assignment=self.options.assignment,
                student=student, reason=reason, by=COMMAND,
            )  # fmt: skip
        self.tell(Event(student, None, reason))

    def tell(self, event: Event | None) -> None:
        failed = len(self.failed) - len(self.plan.unusable)
        seconds = time.monotonic() - self.started
        left = len(self.plan.todo) - self.graded - failed
        self.watch(
            Progress(
                total=len(self.plan.todo),
                done=self.graded,
                failed=failed,
                running=tuple(self.running),
                seconds=seconds,
                seconds_left=left * seconds / self.graded if self.graded else None,
                held_up=self.held_up,
            ),
            event,
        )


def _points(result: Result) -> float | None:
    """Return what a submission has earned automatically, None if nothing was graded so."""
    given = [
        grade["auto_score"] + (grade["extra_credit"] or 0.0)
        for grade in result.after.get("grade", ())
        if grade["auto_score"] is not None
    ]
    return sum(given) if given else None


def _workers(options: Options, scratch: Path, log: Path) -> Workers:
    if options.scheduler is None:
        judges = names_kit(options.course)
        kits = may_bring_grader(options.course, options.assignment, options.nbgrader)
        return LocalWorkers(options.workers, scratch, log, judges=judges, kits=kits)
    from autograder.grading.cluster import ClusterWorkers

    return ClusterWorkers(options.scheduler, scratch, log)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except GradebookAwayError as error:
        raise CourseError(f"The gradebook cannot be reached: {error}") from error
    except OSError as error:
        raise CourseError(f"The course folder cannot be read or written: {error}") from error


def _folder(folder: Path, wanted: Callable[[Path], bool]) -> Tree:
    return pack(folder, lambda path: path.is_dir() or wanted(path)) if folder.is_dir() else Tree()
