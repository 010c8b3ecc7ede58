"""One student: what the ref is at, the snapshot, the choice, and the files into `submitted/`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from autograder.collect.choose import Choice, Standing, choose
from autograder.collect.git import Git, GitError
from autograder.collect.placing import Placed, Placing, as_placed, place
from autograder.collect.remotes import committed, fetch, grew_out_of, has_snapshot
from autograder.collect.roster import Row
from autograder.collect.seen import COMPARED, DROPPED, FETCHED, UNFETCHED, Shelf, Sight
from autograder.collect.trees import Wanted, choose_files, list_tree, write_files
from autograder.evidence import record
from autograder.intake.findings import shown
from autograder.intake.names import refuse_folder
from autograder.layout import Layout

_MOST_NAMED = 20
"""Files of one student that a summary names: a repository may hold any number that cannot be taken."""


class Result(Enum):
    """What became of a student's pull request."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    LOOKED = "only looked at"
    PROBLEM = "not collected"


@dataclass(frozen=True)
class Outcome:
    """What became of it, in words.

    Attributes:
        row: whose.
        result: in short.
        text: a clause that goes on from the student's name.
        notes: further clauses that a person should read.
    """

    row: Row
    result: Result
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """What a run is to do.

    Attributes:
        layout: of the course.
        assignment: its name.
        wanted: which files are the assignment's.
        due: the due time; None if there is none.
        late: take the last commit, whenever it came.
        force: replace whatever lies in `submitted/`.
        only_look: put nothing there.
    """

    layout: Layout
    assignment: str
    wanted: Wanted
    due: datetime | None = None
    late: bool = False
    force: bool = False
    only_look: bool = False


@dataclass(frozen=True)
class Look:
    """What a remote has answered.

    Attributes:
        time: when.
        commits: what its refs are at.
        failure: why there is no answer, or "".
    """

    time: datetime
    commits: dict[str, str]
    failure: str = ""


class _ProblemError(Exception):
    """Nothing is put into `submitted/`; the text says why."""


def collect_one(git: Git, task: Task, row: Row, look: Look, now: Callable[[], datetime]) -> Outcome:
    """Do for one student what a run is to do.

    Args:
        git: how.
        task: what.
        row: for whom.
        look: what the remote has answered.
        now: gives the time.

    Raises:
        OSError: the course's folder cannot be written.
        StoppedError: the run is being ended.
    """
    shelf = Shelf(task.layout.root, task.assignment, row.student)
    shelf.tidy()
    failure = _note(git, shelf, row, look, now, is_patient=not task.only_look)
    choice = choose(shelf.sights(row.link), task.due, shelf.first_look(), late=task.late)
    if choice is None:
        return Outcome(row, Result.PROBLEM, failure)
    if shelf.commits.is_dir():
        needed = {choice.sight.commit, shelf.sights(row.link)[-1].commit}
        for commit in shelf.make_room(needed, git.limits.kept):
            shelf.append(DROPPED, now(), row.link, commit=commit)
    notes = _about_choice(git, shelf, row, choice, task, is_there=not failure, now=now)
    if failure and not (shelf.commits / choice.sight.commit).is_dir():
        text = f"{choice.sight.commit[:10]}, first seen {minutes(choice.sight.time)}: {failure}"
        return Outcome(row, Result.PROBLEM, text, tuple(notes))
    if failure:
        notes.insert(0, f"{failure}; what was seen of it before is what counts")
    if task.only_look:
        latest = shelf.sights(row.link)[-1]
        text = f"at {latest.commit[:10]}, first seen {minutes(latest.time)}"
        return Outcome(row, Result.LOOKED, text, tuple(notes))
    try:
        return _put(git, shelf, row, choice, task, notes)
    except (_ProblemError, GitError) as error:
        return Outcome(row, Result.PROBLEM, str(error), tuple(notes))


def minutes(time: datetime) -> str:
    """Return a time as it is shown."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _note(
    git: Git, shelf: Shelf, row: Row, look: Look, now: Callable[[], datetime], *, is_patient: bool
) -> str:
    """Note what was seen and fetch it; return what went wrong, or ""."""
    link = row.link
    failure = look.failure
    commit = look.commits.get(link.ref)
    if not failure and commit is None:
        failure = (
            f"the repository has no {link.ref}: there is no such request or branch, or not any more"
        )
    if failure or commit is None:
        shelf.note_failure(link, failure, look.time)
        return failure
    shelf.note_sight(link, commit, look.time)
    if has_snapshot(git, shelf.commits, commit):
        return ""
    limits = asdict(git.limits)
    known = shelf.fact(link, UNFETCHED, commit=commit, limits=limits)
    if known is not None and not is_patient:
        return str(known.get("reason"))
    try:
        fetched = fetch(git, link.remote, link.ref, commit, shelf.commits)
    except GitError as error:
        if known is None or known.get("reason") != str(error):
            shelf.append(UNFETCHED, now(), link, commit=commit, limits=limits, reason=str(error))
        return str(error)
    date = committed(git, shelf.commits / fetched, fetched)
    shelf.append(
        FETCHED, now(), link, commit=fetched, committed=None if date is None else date.isoformat()
    )
    if fetched != commit:
        shelf.note_sight(link, fetched, now())
    return ""


def _about_choice(
    git: Git,
    shelf: Shelf,
    row: Row,
    choice: Choice,
    task: Task,
    *,
    is_there: bool,
    now: Callable[[], datetime],
) -> list[str]:
    """Return what a person should know of the commit that counts, and of those that came later."""
    notes = [
        f"the list had another link before, and what was seen there does not count: {shown(place)}"
        for place in shelf.other_places(row.link)
    ]
    counts = choice.sight.commit[:10]
    if choice.standing is Standing.LATE:
        notes.append(f"late: {counts} was first seen at {minutes(choice.sight.time)}")
    elif choice.standing is Standing.UNKNOWN:
        notes.append(
            "nobody looked before the due time, so whether it came in time is not known, and no time is written; "
            f"{counts} was first seen at {minutes(choice.sight.time)}"
        )
    if choice.perhaps is not None and choice.perhaps.before is not None:
        notes.append(
            f"{choice.perhaps.commit[:10]} came between {minutes(choice.perhaps.before)} and "
            f"{minutes(choice.perhaps.time)}, perhaps in time; {counts} counts; to take the later one: --late "
            f"--student '{row.student}'"
        )
    if not choice.later or task.due is None:
        return notes
    latest = choice.later[-1]
    if is_there:
        _compare(git, shelf, row, choice.sight, latest, now)
    rewritten = [
        one for one in choice.later if _comparison(shelf, row, choice.sight, one) == "rewritten"
    ]
    if rewritten:
        notes.append(
            f"force-pushed after the due time: {counts} was taken back and is no part of {rewritten[0].commit[:10]}, "
            f"first seen at {minutes(rewritten[0].time)}; {counts} counts all the same, and is kept"
        )
    elif choice.perhaps is not latest:
        known = _comparison(shelf, row, choice.sight, latest)
        how = "" if known == "grown" else "; whether by a force-push could not be found out"
        notes.append(
            f"changed after the due time: at {latest.commit[:10]} since {minutes(latest.time)}{how}; {counts} counts"
        )
    return notes


def _compare(
    git: Git, shelf: Shelf, row: Row, old: Sight, new: Sight, now: Callable[[], datetime]
) -> None:
    if _comparison(shelf, row, old, new) in ("grown", "rewritten"):
        return
    link = row.link
    grew = grew_out_of(git, link.remote, link.ref, new.commit, old.commit, shelf.commits)
    found = {True: "grown", False: "rewritten", None: "unknown"}[grew]
    if _comparison(shelf, row, old, new) != found:
        shelf.append(COMPARED, now(), link, old=old.commit, new=new.commit, found=found)


def _comparison(shelf: Shelf, row: Row, old: Sight, new: Sight) -> str | None:
    if old.commit == new.commit:
        return "grown"
    line = shelf.fact(row.link, COMPARED, old=old.commit, new=new.commit)
    return None if line is None else str(line.get("found"))


def _put(git: Git, shelf: Shelf, row: Row, choice: Choice, task: Task, notes: list[str]) -> Outcome:
    commit, link = choice.sight.commit, row.link
    target = task.layout.submission(row.student, task.assignment)
    if (refusal := refuse_folder(target)) is not None:
        raise _ProblemError(refusal.sentence)
    facts = {
        "place": link.place, "commit": commit,
        "files": list(task.wanted.files), "also": list(task.wanted.also), "limits": asdict(git.limits),
    }  # fmt: skip
    placing = Placing(target, choice.time, facts, task.force)
    line = shelf.fact(link, FETCHED, commit=commit) or {}
    when = f"{commit[:10]}, first seen {minutes(choice.sight.time)}"
    if line.get("committed"):
        when += f" (its own date: {line['committed']})"
    said = as_placed(shelf, placing)
    if said is not None:
        return Outcome(row, Result.UNCHANGED, f"unchanged, {when}", (*notes, *said))
    if not has_snapshot(git, shelf.commits, commit):
        fetched = fetch(git, link.remote, link.ref, commit, shelf.commits)
        if fetched != commit:
            raise _ProblemError(
                f"{commit[:10]} counts, first seen {minutes(choice.sight.time)}, but is no longer to be had; "
                "ask the student for it"
            )
    repository = shelf.commits / commit
    chosen = choose_files(list_tree(git, repository, commit), task.wanted, git)
    about: list[str] = []

    def write(folder: Path) -> list[str]:
        refused = [*chosen.refused, *write_files(git, repository, chosen, folder)]
        more = len(refused) - _MOST_NAMED
        about.extend([*chosen.notes, *refused[:_MOST_NAMED]])
        about.extend([f"{more} more files are not taken"] * (more > 0))
        if not any(path.is_file() for path in folder.rglob("*")):
            raise _ProblemError(_nothing(commit, task.wanted, about))
        return about

    placed = place(shelf, placing, write)
    if placed is Placed.OTHERS:
        raise _ProblemError(
            f"{shown(str(target))} holds files that were not collected from here, or were changed since; --force "
            f"replaces them and keeps them in {shown(str(shelf.kept))}"
        )
    if placed is Placed.NEWER:
        raise _ProblemError(
            f"{shown(str(target))} was handed in later than {when}; --force replaces it and keeps it in "
            f"{shown(str(shelf.kept))}"
        )
    record.append(
        task.layout.root, record.COLLECTED, student=row.student, assignment=task.assignment, commit=commit,
        place=link.place, first_seen=choice.sight.time.isoformat(), standing=choice.standing.value,
    )  # fmt: skip
    result = Result.NEW if placed is Placed.NEW else Result.REPLACED
    verb = "collected" if result is Result.NEW else "replaced by"
    return Outcome(row, result, f"{verb} {when}", (*notes, *about))


def _nothing(commit: str, wanted: Wanted, about: list[str]) -> str:
    names = ", ".join(wanted.files)
    reasons = f": {'; '.join(about[:5])}" if about else ""
    return f"{commit[:10]} holds no {names} and no other notebook that could be taken{reasons}"


def failed(row: Row, error: Exception) -> Outcome:
    """Return the outcome of an error that nobody has foreseen, which is to cost one student's work only."""
    reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
    return Outcome(
        row, Result.PROBLEM, f"could not be collected: {type(error).__name__}: {shown(reason)}"
    )
