"""The record: appended to by many at once, whole after a kill, and it shows where somebody has changed it."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.evidence import record
from autograder.evidence.record import RECORD, append, breaks, forget, last_fact, read


def filled(folder: Path) -> Path:
    """Note three events of two people."""
    for student, cell in (("ada", "ä\n"), ("bo", "\ud800"), ("ada", "c")):
        append(folder, record.GRADED, student=student, cell=cell, secret="f")
    return folder / RECORD


def test_an_event_says_who_and_when_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = filled(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    events = list(read(tmp_path))
    assert [(event["student"], event["cell"]) for event in events] == [
        ("ada", "ä\n"), ("bo", "\ud800"), ("ada", "c"),
    ]  # fmt: skip
    assert all(event["time"].endswith("Z") and "@" in event["who"] for event in events)
    assert path.read_bytes().count(b"\n") == 3
    assert breaks(tmp_path) == ()


def test_processes_and_threads_write_whole_lines_in_one_chain(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from autograder.evidence.record import append\n"
        "for number in range(40): append(Path(sys.argv[1]), 'x', text='y' * 5000, number=number)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    processes = [subprocess.Popen(command) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: append(tmp_path, "t", number=number), range(40)))
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    events = list(read(tmp_path))
    assert len(events) == 160
    assert sorted(event["number"] for event in events if event["event"] == "t") == list(range(40))
    assert breaks(tmp_path) == ()


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda lines: [lines[0].replace(b"ada", b"bob"), *lines[1:]], (2,)),
        (lambda lines: [lines[0], lines[2]], (2,)),
        (lambda lines: [lines[1], lines[0], lines[2]], (1, 2, 3)),
        (lambda lines: [lines[0], lines[0], *lines[1:]], (2,)),
    ],
)
def test_a_line_that_was_changed_taken_out_or_put_in_shows(tmp_path: Path, change, broken) -> None:
    path = filled(tmp_path)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    assert breaks(tmp_path) == broken


def test_a_line_that_a_kill_has_cut_off_costs_only_itself(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    append(tmp_path, "after")
    assert [event["event"] for event in read(tmp_path)] == ["graded", "graded", "after"]
    assert breaks(tmp_path) == ()


def test_the_last_fact_is_read_from_the_end_over_many_blocks(tmp_path: Path) -> None:
    assert last_fact(tmp_path, "secret") is None
    append(tmp_path, "x", secret="old")
    append(tmp_path, "x", secret="new")
    for _ in range(3):
        append(tmp_path, "x", text="y" * 70_000)
    assert last_fact(tmp_path, "secret") == "new"
    assert last_fact(tmp_path, "nothing") is None


def test_forgetting_leaves_the_chain_whole_and_nothing_of_the_person(tmp_path: Path) -> None:
    path = filled(tmp_path)
    before = path.read_bytes().splitlines()
    assert forget(tmp_path, "ad") == 0
    assert path.read_bytes().splitlines() == before
    assert forget(tmp_path, "ada") == 2
    after = path.read_bytes().splitlines()
    assert b"ada" not in path.read_bytes()
    assert after[1] == before[1]
    assert set(json.loads(after[0])) == {"event", "time", "previous", "secret", "was"}
    append(tmp_path, "after")
    assert breaks(tmp_path) == ()
    assert last_fact(tmp_path, "secret") == "f"


def test_a_writer_that_waits_while_somebody_is_forgotten_writes_into_the_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path)
    real = record.write_durably

    with ThreadPoolExecutor(1) as pool:

        def slowly(path: Path, data: bytes) -> None:
            waiting.append(pool.submit(append, tmp_path, "meanwhile"))
            assert not waiting[0].done()
            real(path, data)

        waiting: list = []
        monkeypatch.setattr(record, "write_durably", slowly)
        forget(tmp_path, "ada")
        waiting[0].result(30)
    assert [event["event"] for event in read(tmp_path)][-1] == "meanwhile"
    assert breaks(tmp_path) == ()


def test_a_link_is_no_record(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / RECORD).symlink_to(other)
    with pytest.raises(OSError, match="symbolic links"):
        append(tmp_path, "x")
    assert other.read_text() == "mine"
