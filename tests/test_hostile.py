"""Every hostile submission, graded beside honest ones by real nbgrader: what must hold for each, and afterwards."""

from __future__ import annotations

import pytest

from autograder.course import KIT
from tests.hostile.batch import EARLIER, HONEST, Batch, distinct
from tests.hostile.corpus import ATTACKS
from tests.hostile.findings import FULL, faults_of, faults_of_the_host, table
from tests.isolation import needs_bubblewrap

pytestmark = needs_bubblewrap


def test_the_corpus_is_large_enough_and_each_says_what_must_happen() -> None:
    assert len(ATTACKS) >= 40
    assert all(attack.tries and attack.must for attack in ATTACKS.values())


def test_the_threat_model_names_every_attack() -> None:
    text = (KIT / "docs" / "threat_model.md").read_text(encoding="utf-8")
    assert [name for name in ATTACKS if f"`{name}`" not in text] == []


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_earns_what_it_earned_honestly_and_learns_nothing(
    hostile_batches: dict[str, Batch], name: str
) -> None:
    assert list(faults_of(hostile_batches[name], ATTACKS[name])) == []


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_neighbour_gets_all_its_points(
    hostile_batches: dict[str, Batch], name: str
) -> None:
    for batch in distinct(hostile_batches):
        scores = batch.course.scores(name)
        assert {cell: scores[cell] for cell in FULL} == FULL


def test_work_that_was_graded_before_keeps_its_grades(hostile_batches: dict[str, Batch]) -> None:
    for batch in distinct(hostile_batches):
        scores = batch.course.scores(EARLIER)
        assert {cell: scores[cell] for cell in FULL} == FULL


def test_course_gradebook_and_host_are_as_before(hostile_batches: dict[str, Batch]) -> None:
    faults = [list(faults_of_the_host(batch)) for batch in distinct(hostile_batches)]
    assert faults == [[], []]


def test_the_table_has_a_line_for_every_attack(hostile_batches: dict[str, Batch]) -> None:
    tables = [table(batch).splitlines()[2:] for batch in distinct(hostile_batches)]
    lines = [line for lines in tables for line in lines]
    assert len(lines) == len(ATTACKS)
    assert all("| held: must " in line for line in lines)
