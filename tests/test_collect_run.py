"""Collecting with real git from bare repositories of this machine, hostile ones included."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.collect import run as running
from autograder.collect.git import Git, GitError, Limits
from autograder.collect.links import Link, parse_link
from autograder.collect.remotes import fetch, look
from autograder.collect.roster import Roster, Row
from autograder.collect.run import one_pass, summary, watch
from autograder.collect.seen import FOLDER, Shelf, one_run
from autograder.collect.student import Outcome, Result, Task
from autograder.collect.trees import Wanted
from autograder.course import KIT
from autograder.errors import CourseError
from autograder.evidence import record
from autograder.intake.folder import check_folder
from autograder.layout import Layout, read_layout
from autograder.operation.forget import forget, search
from tests.pull_requests import (
    ASSIGNMENT,
    DUE,
    LINK,
    NOTEBOOK,
    SUBMODULE,
    Clock,
    Repository,
    git,
    make_course,
    make_repository,
    notebook,
    write_links,
)

PULL = "refs/pull/1/head"
COMMAND = (
    sys.executable,
    "-c",
    "import sys; from autograder.cli import main; sys.exit(main(sys.argv[1:]))",
)
LIMITS = Limits(
    seconds=60, repository=8 * 2**20, file=2**20, total=2 * 2**20, files=50, entries=5_000
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A course's layout; nbgrader is slow to be asked for it."""
    return read_layout(make_course(tmp_path_factory.mktemp("made") / "course"))


@pytest.fixture
def course(made: Layout, tmp_path: Path) -> Layout:
    """An empty course of its own for each test."""
    root = make_course(tmp_path / "course")
    return Layout(root, f"sqlite:///{root / 'gradebook.db'}", "", made.steps, None)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return make_repository(tmp_path / "lab.git", with_filters=True)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    clock.set(-10)
    monkeypatch.setattr(running, "now", clock)
    return clock


def row(repository: Repository, student: str = "ada", ref: str = PULL, number: int = 2) -> Row:
    return Row(number, student, Link(repository.url, ref))


def task(course: Layout, **more: object) -> Task:
    return Task(course, ASSIGNMENT, Wanted((NOTEBOOK,)), **{"due": DUE, **more})  # type: ignore[arg-type]


def collect(doing: Task, *rows: Row, limits: Limits = LIMITS, workers: int = 2) -> list[Outcome]:
    done = one_pass(Git(limits, allow_local=True), doing, rows, workers, lambda line: None)
    assert not done.stopped
    return list(done.outcomes)


def submission(course: Layout, student: str = "ada") -> Path:
    return course.root / "submitted" / student / ASSIGNMENT


def files(course: Layout, student: str = "ada") -> dict[str, str]:
    """Return the files of a submission, and what they hold."""
    folder = submission(course, student)
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_pull_request_becomes_a_submission(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    commit = repository.point(
        PULL, repository.commit({"work": {NOTEBOOK: notebook()}, "big.csv": "1"})
    )
    (outcome,) = collect(task(course), row(repository))
    assert (outcome.result, outcome.notes) == (Result.NEW, ())
    assert outcome.text.startswith(f"collected {commit[:10]}, first seen 2026-11-30 12:59:00 UTC")
    # The date that its maker chose is shown, and nothing goes by it.
    assert "its own date: 2001-09-09T02:46:40+01:00" in outcome.text
    assert files(course) == {NOTEBOOK: notebook(), "timestamp.txt": "2026-11-30 12:59:00 UTC\n"}
    (event,) = record.read(course.root)
    assert (event["event"], event["student"], event["commit"]) == (record.COLLECTED, "ada", commit)
    # The bare repository has neither a working tree nor hooks, and would not fetch by itself.
    kept = Shelf(course.root, ASSIGNMENT, "ada").commits / commit
    assert {path.name for path in kept.iterdir()} <= {
        "HEAD",
        "config",
        "objects",
        "refs",
        "shallow",
        "limits.json",
    }
    assert "remote" not in (kept / "config").read_text(encoding="utf-8")


@pytest.mark.parametrize("with_filters", [True, False])
@pytest.mark.parametrize("ref", ["refs/merge-requests/12/head", "refs/heads/main"])
def test_refs_of_gitlab_and_branches_are_fetched_from_any_server(
    course: Layout, tmp_path: Path, clock: Clock, ref: str, with_filters: bool
) -> None:
    repository = make_repository(tmp_path / "other.git", with_filters=with_filters)
    repository.point(ref, repository.commit({NOTEBOOK: notebook()}))
    (outcome,) = collect(task(course), row(repository, ref=ref))
    assert outcome.result is Result.NEW


def test_a_second_run_asks_the_remote_and_does_nothing_else(
    course: Layout, repository: Repository, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.point(
        PULL,
        repository.commit({NOTEBOOK: notebook()}, extra=[(LINK, "x.ipynb", repository.blob("/"))]),
    )
    collect(task(course), row(repository))
    before = (submission(course) / NOTEBOOK).stat()
    asked: list[str] = []
    run = Git.run

    def counted(self: Git, *arguments: str, **more: object) -> bytes:
        asked.append(arguments[0])
        return run(self, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Git, "run", counted)
    clock.set(-9)
    (outcome,) = collect(task(course), row(repository))
    assert outcome.result is Result.UNCHANGED
    assert asked == ["ls-remote"]
    assert (submission(course) / NOTEBOOK).stat() == before


def test_a_newer_commit_replaces_the_older_one_which_is_kept(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    first = repository.point(PULL, repository.commit({NOTEBOOK: notebook("first")}))
    collect(task(course), row(repository))
    clock.set(-5)
    repository.point(PULL, repository.commit({NOTEBOOK: notebook("second")}, first))
    (outcome,) = collect(task(course), row(repository))
    assert outcome.result is Result.REPLACED
    assert files(course)[NOTEBOOK] == notebook("second")
    kept = Shelf(course.root, ASSIGNMENT, "ada").kept / "1"
    assert (kept / NOTEBOOK).read_text(encoding="utf-8") == notebook("first")


def test_what_is_pushed_after_the_due_time_does_not_count_and_is_told(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    first = repository.point(PULL, repository.commit({NOTEBOOK: notebook("first")}))
    collect(task(course, only_look=True), row(repository))
    assert not submission(course).exists()
    clock.set(-0.1)
    collect(task(course, only_look=True), row(repository))
    clock.set(1)
    collect(task(course), row(repository))
    clock.set(2)
    # Its own date, 2001, is before the due time.
    later = repository.point(PULL, repository.commit({NOTEBOOK: notebook("later")}, first))
    (outcome,) = collect(task(course), row(repository))
    assert files(course)[NOTEBOOK] == notebook("first")
    (note,) = outcome.notes
    assert note.startswith(
        f"changed after the due time: at {later[:10]} since 2026-12-01 00:59:00 UTC"
    )
    assert "force" not in note
    # On demand it counts, and its time says that it is late.
    (outcome,) = collect(task(course, late=True), row(repository))
    assert files(course) == {
        NOTEBOOK: notebook("later"),
        "timestamp.txt": "2026-12-01 00:59:00 UTC\n",
    }


@pytest.mark.parametrize("with_filters", [True, False])
def test_a_force_push_after_the_due_time_is_noticed_and_takes_nothing_back(
    course: Layout, tmp_path: Path, clock: Clock, with_filters: bool
) -> None:
    repository = make_repository(tmp_path / "other.git", with_filters=with_filters)
    base = repository.commit({"README": "x"})
    first = repository.point(PULL, repository.commit({NOTEBOOK: notebook("first")}, base))
    collect(task(course, only_look=True), row(repository))
    clock.set(-0.1)
    collect(task(course, only_look=True), row(repository))
    clock.set(1)
    rewritten = repository.point(PULL, repository.commit({NOTEBOOK: notebook("better")}, base))
    for path in (repository.path / "objects" / first[:2]).glob(first[2:]):
        path.unlink()  # as when the server has cleared up
    for _ in range(2):
        (outcome,) = collect(task(course), row(repository))
        assert files(course)[NOTEBOOK] == notebook("first")
        assert any(
            note.startswith(f"force-pushed after the due time: {first[:10]} was taken back")
            and rewritten[:10] in note
            for note in outcome.notes
        )
    # Two hours later it grows, and the force-push is still told.
    clock.set(3)
    repository.point(PULL, repository.commit({NOTEBOOK: notebook("even better")}, rewritten))
    (outcome,) = collect(task(course), row(repository))
    assert any("force-pushed" in note for note in outcome.notes)


def test_a_moved_due_time_moves_what_counts(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    parent: tuple[str, ...] = ()
    for hours, says in ((-5, "first"), (1, "second"), (5, "third")):
        clock.set(hours)
        parent = (repository.point(PULL, repository.commit({NOTEBOOK: notebook(says)}, *parent)),)
        collect(task(course, only_look=True), row(repository))
    clock.set(6)
    collect(task(course), row(repository))
    assert files(course)[NOTEBOOK] == notebook("first")
    moved = Clock().set(2)
    (outcome,) = collect(task(course, due=moved), row(repository))
    assert outcome.result is Result.REPLACED
    assert files(course)[NOTEBOOK] == notebook("second")
    # Moved back, what is there is newer than what counts: a person says so.
    (outcome,) = collect(task(course), row(repository))
    assert outcome.result is Result.PROBLEM
    assert "was handed in later than" in outcome.text
    assert files(course)[NOTEBOOK] == notebook("second")
    (outcome,) = collect(task(course, force=True), row(repository))
    assert files(course)[NOTEBOOK] == notebook("first")


def test_who_was_not_looked_at_before_the_due_time_has_no_time(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    clock.set(1)
    (outcome,) = collect(task(course), row(repository))
    assert outcome.result is Result.NEW
    assert outcome.notes[0].startswith("nobody looked before the due time")
    assert files(course) == {NOTEBOOK: notebook()}


def test_who_could_not_be_read_until_the_due_time_is_late(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    (outcome,) = collect(task(course), row(repository))
    assert outcome.result is Result.PROBLEM
    assert f"the repository has no {PULL}" in outcome.text
    clock.set(1)
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    (outcome,) = collect(task(course), row(repository))
    assert outcome.notes[0].startswith("late:")
    assert files(course)["timestamp.txt"] == "2026-11-30 23:59:00 UTC\n"


def test_a_request_that_is_gone_still_counts_as_it_was_seen(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    collect(task(course, only_look=True), row(repository))
    repository.path.rename(repository.path.with_name("gone.git"))
    (outcome,) = collect(task(course), row(repository))
    assert outcome.result is Result.NEW
    assert "there is no such repository" in outcome.notes[0]


def test_a_link_that_was_changed_is_told(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    for ref in (PULL, "refs/pull/2/head"):
        repository.point(ref, repository.commit({NOTEBOOK: notebook(ref)}))
        (outcome,) = collect(task(course), row(repository, ref=ref))
        clock.set(1)
    assert "had another link before" in outcome.notes[0]
    assert outcome.notes[1].startswith("late:")
    # Late or not, what lies there is the student's own, and older: it is replaced, and kept.
    assert files(course)[NOTEBOOK] == notebook("refs/pull/2/head")


def test_snapshots_are_bounded_and_what_counts_is_never_dropped(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    """A student who pushes something large every few minutes must not fill the disk."""
    limits = replace(LIMITS, kept=300_000)
    commits = []
    for number, hours in enumerate((-5, -4, -3, 1, 2, 3)):
        clock.set(hours)
        data = {NOTEBOOK: notebook(str(number)), "data.bin": os.urandom(100_000)}
        commits.append(repository.point(PULL, repository.commit(data)))
        collect(task(course, only_look=True), row(repository), limits=limits)
    left = {path.name for path in Shelf(course.root, ASSIGNMENT, "ada").commits.iterdir()}
    assert left == {commits[2], commits[5]}
    collect(task(course), row(repository), limits=limits)
    assert files(course)[NOTEBOOK] == notebook("2")
    # The due time is moved: the host still has what was dropped.
    collect(task(course, due=Clock().set(1.5)), row(repository), limits=limits)
    assert files(course)[NOTEBOOK] == notebook("3")


@pytest.mark.parametrize("changed", [False, True], ids=["by hand", "changed since"])
def test_what_was_put_there_by_hand_stays_without_force_and_is_kept_with_it(
    course: Layout, repository: Repository, clock: Clock, changed: bool
) -> None:
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    if changed:
        collect(task(course), row(repository))
        repository.point(PULL, repository.commit({NOTEBOOK: notebook("more")}))
    submission(course).mkdir(parents=True, exist_ok=True)
    (submission(course) / NOTEBOOK).write_text("mended by hand", encoding="utf-8")
    (outcome,) = collect(task(course), row(repository))
    assert outcome.result is Result.PROBLEM
    assert "--force replaces them and keeps them" in outcome.text
    assert files(course)[NOTEBOOK] == "mended by hand"
    (outcome,) = collect(task(course, force=True), row(repository))
    assert outcome.result is Result.REPLACED
    kept = Shelf(course.root, ASSIGNMENT, "ada").kept / "1" / NOTEBOOK
    assert kept.read_text(encoding="utf-8") == "mended by hand"
    # Put back, it is a person's again.
    (submission(course) / NOTEBOOK).write_text("mended by hand", encoding="utf-8")
    (outcome,) = collect(task(course), row(repository))
    assert outcome.result is Result.PROBLEM


def test_a_submission_that_is_a_link_is_left_alone(
    course: Layout, repository: Repository, clock: Clock, tmp_path: Path
) -> None:
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    submission(course).parent.mkdir(parents=True)
    submission(course).symlink_to(elsewhere)
    (outcome,) = collect(task(course, force=True), row(repository))
    assert outcome.result is Result.PROBLEM
    assert "is a link to another place" in outcome.text
    assert list(elsewhere.iterdir()) == []


def test_a_renamed_notebook_is_left_to_intake_and_two_keep_their_folders(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    copies = {"lab (1).ipynb": notebook(), ".ipynb_checkpoints": {"x.ipynb": "x"}, "notes.txt": "x"}
    repository.point(PULL, repository.commit({"work": copies}))
    (outcome,) = collect(task(course), row(repository))
    assert list(files(course)) == ["timestamp.txt", "work/lab (1).ipynb"]
    assert "every notebook was taken: `work/lab (1).ipynb`" in outcome.notes[0]
    two = {"release": {NOTEBOOK: "{}"}, "work": {NOTEBOOK: notebook()}}
    repository.point("refs/pull/2/head", repository.commit(two))
    collect(task(course), row(repository, "ben", "refs/pull/2/head"))
    assert {f"release/{NOTEBOOK}", f"work/{NOTEBOOK}"} <= files(course, "ben").keys()


def test_further_files_are_taken_by_pattern(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    work = {NOTEBOOK: notebook(), "figures": {"a.png": "a", "b.txt": "b"}, "data.csv": "1"}
    repository.point(PULL, repository.commit({"work": work, "data.csv": "2", "other.py": "3"}))
    doing = Task(course, ASSIGNMENT, Wanted((NOTEBOOK,), ("*.csv", "work/figures/*.png")), DUE)
    (outcome,) = collect(doing, row(repository))
    # Both tables would be `data.csv`: the notebook's neighbour and the one above it.
    assert files(course).keys() == {NOTEBOOK, "figures/a.png", "data.csv", "timestamp.txt"}
    assert sum("another file would have the same place" in note for note in outcome.notes) == 1


def hostile_tree(repository: Repository) -> str:
    """Return a commit of all that a tree can hold against whoever checks it out."""
    blob = repository.blob
    evil = repository.blob("evil")
    up = repository._tree({"up.ipynb": "up"})
    extra = [
        (LINK, "link.ipynb", blob("/etc/passwd")),
        (SUBMODULE, "sub.ipynb", "1" * 40),
        ("100644", "two\nlines.ipynb", evil),
        ("100644", "\x1b[31mred.ipynb", evil),
        ("100644", b"\xff\xfe.ipynb".decode("utf-8", "surrogateescape"), evil),
        ("100644", "-rf.ipynb", evil),
        ("100644", "..", evil),
        ("40000", "..", up),
        (
            "40000",
            ".git",
            repository._tree(
                {"hooks": {"post-checkout": "#!/bin/sh\ntouch /tmp/x"}, "h.ipynb": "h"}
            ),
        ),
        ("40000", ".gi\u200dT", repository._tree({"h.ipynb": "h"})),
        ("100644", "twice.ipynb", evil),
        ("100644", "twice.ipynb", blob("other")),
        ("100644", "both.ipynb", evil),
        ("40000", "both.ipynb", repository._tree({"inner.ipynb": "x"})),
        ("160000", "absent", "2" * 40),
    ]
    return repository.commit(
        {
            NOTEBOOK: notebook(),
            ".gitattributes": "*.ipynb filter=evil text eol=crlf working-tree-encoding=UTF-16\n",
            ".gitmodules": '[submodule "x"]\n\tpath = sub\n\turl = ext::sh -c "touch /tmp/x"\n',
            "lfs.ipynb": "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
            "large.ipynb": b"\0" * (2**20 + 1),
            "timestamp.txt": "1999-01-01 00:00:00 UTC\n",
        },
        extra=extra,
    )


@pytest.mark.parametrize("with_filters", [True, False])
def test_a_hostile_tree_gives_its_sound_files_and_a_word_for_each_other(
    course: Layout, tmp_path: Path, clock: Clock, with_filters: bool
) -> None:
    repository = make_repository(tmp_path / "evil.git", with_filters=with_filters)
    repository.point(PULL, hostile_tree(repository))
    doing = Task(course, ASSIGNMENT, Wanted((NOTEBOOK,), ("*.ipynb", "..", "timestamp.txt")), DUE)
    (outcome,) = collect(doing, row(repository))
    assert outcome.result is Result.NEW
    assert files(course) == {
        NOTEBOOK: notebook(),  # byte for byte: no filter, no line ends, no encoding
        "-rf.ipynb": "evil",
        "both.ipynb": "evil",
        "twice.ipynb": "evil",
        "timestamp.txt": "2026-11-30 12:59:00 UTC\n",
    }
    # What every submission goes through before it is graded has nothing to set aside.
    assert check_folder(submission(course), tmp_path / "quarantine") == ()
    said = "\n".join(outcome.notes)
    for words in (
        "`link.ipynb` is not taken: it is a symbolic link",
        "`sub.ipynb` is not taken: it is a submodule",
        "`two\N{REPLACEMENT CHARACTER}lines.ipynb` is not taken: its name leads elsewhere",
        "[31mred.ipynb` is not taken: its name",
        "`..` is not taken: its name leads elsewhere",
        "`.git/h.ipynb` is not taken: its path is that of a repository's own folder",
        "`.gi�T/h.ipynb` is not taken: its path is",
        "`../up.ipynb` is not taken: its name leads elsewhere",
        "`twice.ipynb` is not taken: another file would have the same place",
        "`both.ipynb/inner.ipynb` is not taken: a file lies where its folder is",
        "`lfs.ipynb` is not taken: it is a pointer of Git LFS",
        "`large.ipynb` is not taken: it is larger than ",
        "`timestamp.txt` is not taken: its name is that of the time",
    ):
        assert words in said
    assert said.isprintable() or "\x1b" not in said
    assert [path.name for path in (course.root / "submitted").iterdir()] == ["ada"]


def test_a_notebook_that_is_only_a_pointer_of_lfs_is_a_line_and_replaces_nothing(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    collect(task(course), row(repository))
    clock.set(-5)
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
    repository.point(PULL, repository.commit({NOTEBOOK: pointer}))
    (outcome,) = collect(task(course), row(repository))
    assert outcome.result is Result.PROBLEM
    assert "pointer of Git LFS" in outcome.text
    assert files(course)[NOTEBOOK] == notebook()


@pytest.mark.parametrize("with_filters", [True, False])
def test_a_notebook_of_300_mb_is_a_line(
    course: Layout, tmp_path: Path, clock: Clock, with_filters: bool
) -> None:
    """Zeros, which are small when they are packed: what counts is what they would be on the disk."""
    repository = make_repository(tmp_path / "large.git", with_filters=with_filters)
    commit = repository.point(PULL, repository.commit({NOTEBOOK: b"\0" * (300 * 2**20)}))
    (outcome,) = collect(task(course), row(repository), limits=Limits(seconds=60))
    assert outcome.result is Result.PROBLEM
    words = "larger than what was fetched" if with_filters else "larger than a file may be (128 MiB"
    assert words in outcome.text
    kept = Shelf(course.root, ASSIGNMENT, "ada").commits / commit
    size = sum(path.stat().st_size for path in kept.rglob("*") if path.is_file())
    # It is not even fetched, where the host can leave it out.
    assert size < (100_000 if with_filters else 10 * 2**20)


@pytest.mark.parametrize("with_filters", [True, False])
def test_a_repository_that_is_too_large_is_a_line_and_leaves_nothing(
    course: Layout, tmp_path: Path, clock: Clock, with_filters: bool
) -> None:
    repository = make_repository(tmp_path / "large.git", with_filters=with_filters)
    data = {f"{n}.bin": os.urandom(2**19) for n in range(6)}
    repository.point(PULL, repository.commit({NOTEBOOK: notebook(), **data}))
    limits = Limits(seconds=60, repository=2**20, file=2**20)
    (outcome,) = collect(task(course), row(repository), limits=limits)
    assert outcome.result is Result.PROBLEM
    assert "the repository has more than 1 MiB" in outcome.text
    shelf = Shelf(course.root, ASSIGNMENT, "ada")
    assert list(shelf.commits.iterdir()) == []
    # Seen it was all the same: with a larger limit it is collected, with that time.
    clock.set(1)
    (outcome,) = collect(task(course), row(repository))
    assert outcome.result is Result.NEW
    assert files(course)["timestamp.txt"] == "2026-11-30 12:59:00 UTC\n"


def test_a_notebook_beside_too_much_data_is_collected_without_the_data(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    data = os.urandom(9 * 2**20)
    repository.point(PULL, repository.commit({NOTEBOOK: notebook(), "data.bin": data}))
    limits = Limits(seconds=60, repository=2**22)
    doing = Task(course, ASSIGNMENT, Wanted((NOTEBOOK,), ("*.bin",)), DUE)
    (outcome,) = collect(doing, row(repository), limits=limits)
    assert outcome.result is Result.NEW
    assert files(course).keys() == {NOTEBOOK, "timestamp.txt"}
    assert outcome.notes[0].startswith(
        "`data.bin` is not taken: it is larger than what was fetched"
    )


def test_thousands_of_files_are_looked_through_and_too_many_are_a_line(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    many = {f"{n}.txt": "x" for n in range(4_000)}
    repository.point(PULL, repository.commit({NOTEBOOK: notebook(), "many": many}))
    # A few objects that stand for four million files.
    layer = repository._tree({f"{n}": "x" for n in range(20)})
    for _ in range(4):
        layer = repository.store(
            "tree",
            b"".join(f"40000 {n:02}\0".encode() + bytes.fromhex(layer) for n in range(20)),
        )
    bomb = repository.commit({NOTEBOOK: notebook()}, extra=[("40000", "bomb", layer)])
    repository.point("refs/pull/2/head", bomb)
    fine, bad = collect(
        Task(course, ASSIGNMENT, Wanted((NOTEBOOK,), ("*.txt",)), DUE),
        row(repository),
        row(repository, "mallory", "refs/pull/2/head", 3),
    )
    assert fine.result is Result.NEW
    assert len(files(course)) == LIMITS.files + 1
    # However many there are, a summary stays one that can be read.
    assert len(fine.notes) == 21
    assert "there are more than 50 files" in fine.notes[0]
    assert fine.notes[-1] == "3931 more files are not taken"
    assert bad.result is Result.PROBLEM
    assert "the repository holds more" in bad.text


def silent_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program in the place of git that starts another one and waits; return the file of that one's number."""
    programs, pid = folder / "bin", folder / "pid"
    programs.mkdir()
    program = f"#!/bin/sh\nsleep 300 & echo $! > {shlex.quote(str(pid))}\nwait\n"
    (programs / "git").write_text(program, encoding="utf-8")
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    return pid


def has_ended(pid: Path) -> bool:
    """Return whether a process is gone, or waits only for its parent to take notice, within some seconds."""
    status = Path("/proc", pid.read_text(encoding="utf-8").strip(), "stat")
    for _ in range(100):
        try:
            if status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


def test_what_takes_too_long_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that never answers, in the place of git: it starts a process that would outlive it."""
    pid = silent_git(tmp_path, monkeypatch)
    start = time.monotonic()
    with pytest.raises(GitError, match="longer than 1 seconds"):
        look(Git(Limits(seconds=1)), "https://h.example/a.git", [PULL])
    assert time.monotonic() - start < 30
    assert has_ended(pid)


def test_no_configuration_hook_or_password_of_this_machine_takes_part(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration that leads every address elsewhere, in all the places where git looks for one."""
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    settings = tmp_path / ".gitconfig"
    settings.write_text(f'[url "/nowhere"]\n\tinsteadOf = {repository.url}\n', encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "url./nowhere.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", repository.url)
    assert PULL in look(Git(LIMITS, allow_local=True), repository.url, [PULL])
    with pytest.raises(GitError, match="'file' not allowed"):
        look(Git(LIMITS), repository.url, [PULL])


def test_an_unreachable_host_is_a_line_in_words() -> None:
    with pytest.raises(GitError, match=r"could not be reached|was not found"):
        look(Git(Limits(seconds=20)), "https://127.0.0.1:9/a/b.git", [PULL])


def test_many_students_one_of_each_kind_and_nothing_is_lost(
    course: Layout, repository: Repository, clock: Clock, tmp_path: Path
) -> None:
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    rows = (
        row(repository, "ada"),
        Row(3, "ben", Link((tmp_path / "none.git").as_uri(), PULL)),
        row(repository, "kim", "refs/pull/404/head", 4),
        row(repository, "zoë", PULL, 5),
    )
    done = one_pass(Git(LIMITS, allow_local=True), task(course), rows, 2, lambda line: None)
    lines, problems = summary(Roster(rows, (), ()), done, len(rows))
    assert problems == 2
    assert lines[0].startswith("2 of 4 collected in ")
    assert lines[-2].startswith("  row 3, ben: there is no such repository")
    assert lines[-1].startswith("  row 4, kim: the repository has no refs/pull/404/head")
    assert files(course, "zoë")[NOTEBOOK] == notebook()


def test_an_error_that_nobody_has_foreseen_costs_one_student_only(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    (course.root / "submitted").mkdir()
    (course.root / "submitted" / "ada").write_text(
        "a file, where a folder should be", encoding="utf-8"
    )
    bad, fine = collect(task(course), row(repository), row(repository, "ben", PULL, 3))
    assert bad.result is Result.PROBLEM
    assert fine.result is Result.NEW


def test_a_watch_looks_until_the_due_time_and_then_collects(
    course: Layout, repository: Repository, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.point(PULL, repository.commit({NOTEBOOK: notebook("first")}))
    clock.set(-0.5)
    waits: list[float] = []

    def wait(self: Git, seconds: float) -> None:
        waits.append(seconds)
        assert not submission(course).exists()
        if len(waits) == 2:
            repository.point(PULL, repository.commit({NOTEBOOK: notebook("second")}))
        clock.set(-0.5 + len(waits) / 4)

    monkeypatch.setattr(Git, "wait", wait)
    said: list[str] = []
    done = watch(
        Git(LIMITS, allow_local=True), task(course), [row(repository)], 2, 900, said.append
    )
    assert len(waits) == 3
    assert files(course)[NOTEBOOK] == notebook("second")
    assert files(course)["timestamp.txt"] == "2026-11-30 22:59:00 UTC\n"
    assert [one.result for one in done.outcomes] == [Result.NEW]


def test_a_watch_outlives_another_run(
    course: Layout, repository: Repository, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    held = ExitStack()
    held.enter_context(one_run(course.root, ASSIGNMENT))

    def wait(self: Git, seconds: float) -> None:
        held.close()

    monkeypatch.setattr(Git, "wait", wait)
    said: list[str] = []
    clock.set(1)
    done = watch(
        Git(LIMITS, allow_local=True), task(course), [row(repository)], 2, 900, said.append
    )
    assert "Another run is collecting" in said[0]
    assert [one.result for one in done.outcomes] == [Result.NEW]


def test_a_repository_is_asked_by_ssh_with_a_command_that_holds_no_option_of_a_link(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in the place of ssh, which runs what it is told here."""
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    programs, told = tmp_path / "bin", tmp_path / "told"
    programs.mkdir()
    (programs / "ssh").write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" >> {shlex.quote(str(told))}\nfor last; do :; done\nexec sh -c "$last"\n',
        encoding="utf-8",
    )
    (programs / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    link = parse_link(f"git@git.example.org:{repository.path}#{PULL}")
    commit = look(Git(LIMITS), link.remote, [link.ref])[PULL]
    assert fetch(Git(LIMITS), link.remote, link.ref, commit, tmp_path / "commits") == commit
    words = told.read_text(encoding="utf-8").splitlines()
    assert {"-oBatchMode=yes", "-oForwardAgent=no", "git@git.example.org"} <= {*words}
    assert f"git-upload-pack '{repository.path}'" in words


def many_repositories(folder: Path, count: int) -> Path:
    """Make repositories with a request each, and the list of them."""
    rows = []
    for number in range(count):
        repository = make_repository(folder / f"{number}.git", with_filters=number % 2 == 0)
        kind = ("pull", "merge-requests")[number % 2]
        ref = f"refs/{kind}/{number + 1}/head"
        base = repository.commit({"README": "x"})
        repository.point(
            ref, repository.commit({"work": {NOTEBOOK: notebook(f"work {number}")}}, base)
        )
        rows.append((f"student-{number:03}", str(repository.path), ref))
    return write_links(folder / "links.csv", *rows)


def test_two_hundred_repositories_in_one_run_and_again(
    course: Layout, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    links = many_repositories(tmp_path, 200)
    command = [
        "collect",
        "--course",
        str(course.root),
        "--pull-requests",
        str(links),
        ASSIGNMENT,
        "--allow-local",
    ]
    for again in (False, True):
        start = time.monotonic()
        assert main(command) == 0
        took = time.monotonic() - start
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].startswith("No due time (as the gradebook says)")
        assert sum(line.startswith("[") for line in lines) == 200
        assert lines[-1].startswith("200 of 200 collected in")
        assert lines[-1].endswith("200 unchanged" if again else "200 new")
        with capsys.disabled():
            print(f"\n200 repositories, {'again' if again else 'anew'}: {took:.1f} s")
    assert files(course, "student-199")[NOTEBOOK] == notebook("work 199")
    assert (course.root / "submitted").stat().st_mode & 0o077 == 0


@pytest.fixture
def killed(course: Layout, tmp_path: Path) -> tuple[list[str], int]:
    """A run over forty repositories that was killed in the middle; its command, and how many it had served."""
    links = many_repositories(tmp_path, 40)
    arguments = ["collect", "--course", str(course.root), "--pull-requests", str(links), ASSIGNMENT]
    arguments += ["--allow-local", "--workers", "2"]
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=KIT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    count = 0
    for line in process.stdout:
        count += line.startswith("[")
        if count == 10:
            break
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    process.wait()
    return arguments, count


def test_a_run_that_was_killed_is_resumed(
    course: Layout, killed: tuple[list[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, served = killed
    assert main(arguments) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("40 of 40 collected")
    # What it had served is not done again.
    assert int(last.split(" unchanged")[0].rpartition(" ")[2]) >= served
    for number in range(40):
        assert files(course, f"student-{number:03}")[NOTEBOOK] == notebook(f"work {number}")
    left = [path for path in (course.root / FOLDER).rglob("*") if path.name.startswith(".partial-")]
    assert left == []


def test_ctrl_c_ends_it_and_says_what_is_left(
    course: Layout,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    links = many_repositories(tmp_path, 6)

    def interrupted(waiting: object) -> Iterator[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "as_completed", interrupted)
    command = [
        "collect",
        "--course",
        str(course.root),
        "--pull-requests",
        str(links),
        ASSIGNMENT,
        "--allow-local",
    ]
    assert main([*command, "--workers", "1"]) == 130
    assert "Run it again: what is done stays done" in capsys.readouterr().out


def test_a_kill_ends_what_git_has_started_too(
    course: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = silent_git(tmp_path, monkeypatch)
    links = write_links(tmp_path / "links.csv", ("ada", "https://h.example/a/b/pull/1", ""))
    process = subprocess.Popen(
        [*COMMAND, "collect", "--course", str(course.root), "--pull-requests", str(links), ASSIGNMENT],
        cwd=KIT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for _ in range(600):
        if pid.exists() and pid.read_text(encoding="utf-8").strip():
            break
        time.sleep(0.05)
    process.terminate()
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped; 1 were not served" in out
    assert has_ended(pid)


def test_the_command_names_each_bad_row_and_collects_the_others(
    course: Layout, repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    path = tmp_path / "links.csv"
    path.write_text(
        "\ufeffStudent;Link;Ref\n"
        f"ada;{repository.path};{PULL}\n"
        f"ben;{repository.path};{PULL}\n"
        f"ben;{repository.path};refs/pull/2/head\n"
        "eve;https://eve:hunter2@github.com/a/b/pull/1;\n"
        "kim;https://evil.example/a/b/pull/1;\n"
        "=1+1;https://github.com/a/b/pull/1;\n",
        encoding="utf-8",
    )
    command = ["collect", "--course", str(course.root), "--pull-requests", str(path), ASSIGNMENT]
    command += ["--allow-local", "--host", "github.com"]
    command += ["--due", "2040-11-30T23:59", "--zone", "Europe/Berlin"]
    assert main(command) == 1
    out = capsys.readouterr().out
    assert "hunter2" not in out
    assert out.startswith("Due 2040-11-30 22:59:00 UTC, as given\n")
    _, _, last = out.partition("Not collected, 4:\n")
    assert [line.split(":")[0] for line in last.splitlines()] == [
        "  row 3, ben", "  row 5, eve", "  row 6, kim", "  row 7, =1+1",
    ]  # fmt: skip
    assert files(course).keys() == {NOTEBOOK, "timestamp.txt"}
    assert main([*command, "--student", "ada"]) == 0
    assert "1 of 1 collected" in capsys.readouterr().out
    assert main([*command, "--student", "nobody"]) == 2
    assert "the list has nobody of that id" in capsys.readouterr().err
    assert main([*command, "--file", "../x.ipynb"]) == 2
    assert main([*command[:5], "../x"]) == 2


def test_forgetting_a_person_takes_along_what_was_collected(
    course: Layout, repository: Repository, clock: Clock
) -> None:
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    collect(task(course), row(repository), row(repository, "ben", PULL, 3))
    shelf = Shelf(course.root, ASSIGNMENT, "ada")
    found = search(course.root, ["ada"])
    with one_run(course.root, ASSIGNMENT), pytest.raises(CourseError, match="Another run is coll"):
        forget(found)
    assert shelf.folder in found.people[0].files
    assert forget(found) == ()
    assert not shelf.folder.exists()
    assert not submission(course).exists()
    assert Shelf(course.root, ASSIGNMENT, "ben").folder.exists()
    events = [
        event.get("student")
        for event in record.read(course.root)
        if event["event"] == record.COLLECTED
    ]
    assert events == ["ben"]


def test_git_itself_finds_the_repositories_of_these_tests_sound(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "lab.git")
    commit = repository.point(PULL, repository.commit({"work": {NOTEBOOK: notebook()}}))
    git("--git-dir", str(repository.path), "fsck", "--strict")
    assert git("ls-remote", str(repository.path), PULL).split() == [commit, PULL]
