"""Every hostile submission, graded beside honest ones by real nbgrader: what must hold for each, and afterwards.

Where root runs the tests, each is graded by root and by an ordinary user, and a few in cold rooms and in containers as
well (see `tests.hostile.batch`).
"""

from __future__ import annotations

import pytest

from autograder.course import KIT
from tests.hostile.batch import (
    EARLIER,
    GRADERS,
    HONEST,
    IN_CONTAINERS,
    JUDGED_OUTSIDE,
    Batch,
    cases,
    distinct,
)
from tests.hostile.corpus import ATTACKS
from tests.hostile.findings import FULL, faults_of, faults_of_the_host, table
from tests.isolation import needs_bubblewrap
from tests.ordinary_user import why_no_rooms

pytestmark = needs_bubblewrap

Batches = dict[tuple[str, str], Batch]


def test_the_corpus_is_large_enough_and_each_says_what_must_happen() -> None:
    assert len(ATTACKS) >= 136
    assert all(attack.tries and attack.must for attack in ATTACKS.values())


def test_the_threat_model_names_every_attack() -> None:
    text = (KIT / "docs" / "threat_model.md").read_text(encoding="utf-8")
    assert [name for name in ATTACKS if f"`{name}`" not in text] == []


def test_every_grader_grades_every_attack_that_a_room_stands_against() -> None:
    graded = list(cases())
    assert {name for _, name in graded} == set(ATTACKS)
    in_rooms = [name for name in ATTACKS if not name.startswith(JUDGED_OUTSIDE)]
    assert {(grader, name) for grader in GRADERS for name in in_rooms} <= set(graded)


@pytest.mark.parametrize(("grader", "name"), list(cases()))
def test_an_attack_earns_what_it_earned_honestly_and_learns_nothing(
    hostile_batches: Batches, grader: str, name: str
) -> None:
    assert list(faults_of(batch_of(hostile_batches, grader, name), ATTACKS[name])) == []


@pytest.mark.parametrize("grader", list(dict(cases())))
@pytest.mark.parametrize("name", [EARLIER, *HONEST])
def test_an_honest_neighbour_gets_and_keeps_all_its_points(
    hostile_batches: Batches, grader: str, name: str
) -> None:
    for batch in batches_of(hostile_batches, grader):
        scores = batch.course.scores(name)
        assert {cell: scores[cell] for cell in FULL} == FULL


@pytest.mark.parametrize("grader", list(dict(cases())))
def test_course_gradebook_and_host_are_as_before(hostile_batches: Batches, grader: str) -> None:
    batches = batches_of(hostile_batches, grader)
    assert [fault for batch in batches for fault in faults_of_the_host(batch)] == []


def test_the_table_has_a_line_for_every_attack(hostile_batches: Batches) -> None:
    tables = [table(batch).splitlines()[2:] for batch in distinct(hostile_batches)]
    lines = [line for lines in tables for line in lines]
    assert len(lines) == len(hostile_batches)
    assert all("| held: must " in line for line in lines)


def batch_of(batches: Batches, grader: str, name: str) -> Batch:
    """Return the batch in which somebody graded an attack; skips where this machine keeps such users from it."""
    if (grader, name) not in batches:
        pytest.skip(why_none(grader))
    return batches[grader, name]


def batches_of(batches: Batches, grader: str) -> list[Batch]:
    """Return the batches that somebody graded, with the same exception."""
    graded = [batch for batch in distinct(batches) if batch.grader == grader]
    if not graded:
        pytest.skip(why_none(grader))
    return graded


def why_none(grader: str) -> str:
    """Say why somebody graded nothing."""
    if grader.endswith(IN_CONTAINERS):
        return "no container engine works here"
    return f"an ordinary user cannot make rooms here: {why_no_rooms()}"
