"""Which commit counts, by what the collector has seen and when; nothing here asks git."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.collect.choose import Standing, choose
from autograder.collect.due import read_due, recorded_due
from autograder.collect.links import Link
from autograder.collect.run import next_look
from autograder.collect.seen import FAILED, SEEN, Shelf, Sight, folders_of, one_run
from autograder.errors import ChoiceError, CourseError
from autograder.layout import read_layout
from tests.courses import opened_gradebook
from tests.pull_requests import ASSIGNMENT, DUE, make_course

LINK = Link("https://h.example/lab.git", "refs/pull/1/head")


def at(hours: float) -> datetime:
    return DUE + timedelta(hours=hours)


def sight(commit: str, hours: float, before: float | None = None) -> Sight:
    return Sight(at(hours), commit, None if before is None else at(before))


def test_the_last_one_seen_before_the_due_time_counts() -> None:
    sights = [sight("a", -5), sight("b", -1, -2), sight("c", 2, 1)]
    choice = choose(sights, DUE, at(-5))
    assert choice is not None
    assert (choice.sight.commit, choice.standing, choice.time) == ("b", Standing.IN_TIME, at(-1))
    assert [one.commit for one in choice.later] == ["c"]
    assert choice.perhaps is None


def test_a_moved_due_time_moves_the_choice() -> None:
    sights = [sight("a", -5), sight("b", -1, -2), sight("c", 2, 1)]
    for hours, commit in ((-3, "a"), (0, "b"), (3, "c")):
        choice = choose(sights, at(hours), at(-5))
        assert choice is not None
        assert choice.sight.commit == commit


def test_what_came_between_two_looks_around_the_due_time_is_told() -> None:
    choice = choose([sight("a", -5), sight("b", 0.5, -0.5)], DUE, at(-5))
    assert choice is not None
    assert choice.sight.commit == "a"
    assert choice.perhaps is not None
    assert choice.perhaps.commit == "b"
    taken = choose([sight("a", -5), sight("b", 0.5, -0.5)], DUE, at(-5), late=True)
    assert taken is not None
    assert (taken.sight.commit, taken.standing) == ("b", Standing.LATE)


def test_a_commit_that_comes_back_counts_from_when_it_came_back() -> None:
    choice = choose([sight("a", -5), sight("b", -3), sight("a", -1)], DUE, at(-5))
    assert choice is not None
    assert choice.time == at(-1)


def test_whoever_was_hidden_until_the_due_time_is_late() -> None:
    choice = choose([sight("a", 1)], DUE, first_look=at(-5))
    assert choice is not None
    assert (choice.standing, choice.time) == (Standing.LATE, at(1))


def test_where_nobody_looked_nobody_is_late() -> None:
    """A collector that is started after the due time must not cost the whole class a penalty."""
    choice = choose([sight("a", 1), sight("b", 5)], DUE, first_look=at(1))
    assert choice is not None
    assert (choice.sight.commit, choice.standing, choice.time) == ("a", Standing.UNKNOWN, None)


def test_without_a_due_time_the_last_one_counts() -> None:
    choice = choose([sight("a", 1), sight("b", 5)], None, at(1))
    assert choice is not None
    assert (choice.sight.commit, choice.time) == ("b", at(5))
    assert choose([], DUE, None) is None


def test_the_log_has_a_line_for_each_change_and_not_for_each_look(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, ASSIGNMENT, "ada")
    for hours, commit in ((-5, "a"), (-4, "a"), (-3, "b"), (-2, "b"), (-1, "a")):
        shelf.note_sight(LINK, commit, at(hours))
    assert [(s.commit, s.time, s.before) for s in shelf.sights(LINK)] == [
        ("a", at(-5), None),
        ("b", at(-3), at(-4)),
        ("a", at(-1), at(-2)),
    ]
    assert shelf.last_look(LINK) == at(-1)
    for hours in (1, 2):
        shelf.note_failure(LINK, "private", at(hours))
    assert [line["event"] for line in shelf.lines()] == [SEEN, SEEN, SEEN, FAILED]
    assert all(line["student"] == "ada" for line in shelf.lines())
    assert shelf.first_look() == at(-5)


def test_a_failed_look_is_a_look(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, ASSIGNMENT, "ada")
    shelf.note_failure(LINK, "private", at(-3))
    shelf.note_sight(LINK, "a", at(1))
    assert shelf.first_look() == at(-3)


def test_each_link_of_a_student_has_its_own_sights(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, ASSIGNMENT, "ada")
    other = Link(LINK.remote, "refs/pull/2/head")
    shelf.note_sight(LINK, "a", at(-3))
    shelf.note_sight(other, "b", at(-2))
    assert [one.commit for one in shelf.sights(LINK)] == ["a"]
    assert [one.commit for one in shelf.sights(other)] == ["b"]


def test_a_line_that_a_kill_has_cut_off_costs_no_other(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, ASSIGNMENT, "ada")
    shelf.note_sight(LINK, "a", at(-3))
    log = shelf.folder / "seen.jsonl"
    log.write_bytes(log.read_bytes() + b'{"event": "seen", "time": "20')
    shelf.note_sight(LINK, "b", at(-2))
    assert [one.commit for one in shelf.sights(LINK)] == ["a", "b"]


def test_what_is_kept_is_the_owners_alone_and_found_by_the_student(tmp_path: Path) -> None:
    with one_run(tmp_path, ASSIGNMENT):
        shelf = Shelf(tmp_path, ASSIGNMENT, "ada")
        shelf.note_sight(LINK, "a", at(-3))
        with (
            pytest.raises(CourseError, match="Another run is collecting"),
            one_run(tmp_path, ASSIGNMENT),
        ):
            pass
    assert (tmp_path / ".autograder-collect").stat().st_mode & 0o077 == 0
    assert folders_of(tmp_path, "ada") == (shelf.folder,)
    assert folders_of(tmp_path, "Ada") == ()


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-11-30T23:59", "Europe/Berlin", "2026-11-30T22:59"),
        ("2026-07-30 23:59:30", "Europe/Berlin", "2026-07-30T21:59:30"),
        ("2026-11-30T23:59+01:00", None, "2026-11-30T22:59"),
        ("2026-11-30T23:59Z", None, "2026-11-30T23:59"),
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T01:30"),
    ],
    ids=["winter", "summer", "offset", "UTC", "twice: the later one"],
)
def test_a_due_time_is_one_of_a_zone(text: str, zone: str | None, utc: str) -> None:
    assert read_due(text, zone) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "word"),
    [
        ("tomorrow", "Europe/Berlin", "is no time"),
        ("2026-11-30", "Europe/Berlin", "says no hour"),
        ("2026-11-30T23:59", None, "in which zone"),
        ("2026-11-30T23:59", "Europe/Nowhere", "no zone"),
        ("2026-11-30T23:59", "../../etc/passwd", "no zone"),
        ("2026-11-30T23:59Z", "Europe/Berlin", "an offset already"),
        ("2026-03-29T02:30", "Europe/Berlin", "does not exist"),
    ],
)
def test_a_due_time_that_leaves_something_open_is_refused(
    text: str, zone: str | None, word: str
) -> None:
    with pytest.raises(ChoiceError, match=word):
        read_due(text, zone)


def test_the_gradebook_knows_the_due_time(tmp_path: Path) -> None:
    layout = read_layout(make_course(tmp_path / "course"))
    assert recorded_due(layout, ASSIGNMENT) is None
    with opened_gradebook(layout.root) as gradebook:
        gradebook.add_assignment(ASSIGNMENT, duedate="2026-11-30 23:59 CET")
        gradebook.add_assignment("other")
    assert recorded_due(layout, ASSIGNMENT) == DUE
    assert recorded_due(layout, "other") is None
    assert recorded_due(layout, "unknown") is None


def test_a_watch_looks_shortly_before_the_due_time_and_right_after_it() -> None:
    def wait(minutes: float) -> float:
        return next_look(at(minutes / 60), at(minutes / 60), DUE, 300, 20)

    assert wait(-60) == 300
    assert wait(-4) == 4 * 60 - 25
    assert 10 < wait(-1 / 6) < 11
    assert wait(1) == 0
    assert next_look(at(1), at(1) + timedelta(seconds=100), None, 300, 20) == 200
