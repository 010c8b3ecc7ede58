"""What is written into a sheet is what arrives on the platform, and nothing else changes there.

The platforms are simulated. Names, ids, scores and the way a file is written are drawn.
"""

from __future__ import annotations

import copy
import time
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sheets.filling import Fate, Rules
from autograder.sheets.grades import Grade, Grades
from autograder.sheets.numbers import exact, rounded
from tests.importers import NOON, Brightspace, Canvas, Moodle, Person, Platform, Style
from tests.sheets import Filled, fill, grades_of

LETTERS = "abÄäéŁ ,;\"'\t\n\r=+-@#|İß"
NAMES = st.text(LETTERS, max_size=8).flatmap(
    lambda name: st.sampled_from([name, *(unicodedata.normalize(f, name) for f in ("NFC", "NFD"))])
)
LOGINS = st.text("abc0189._@+-éä", min_size=1, max_size=6)
SCORES = st.one_of(
    st.none(),
    st.sampled_from([0.0, 100.0, 87.5, 0.1 + 0.2, 100.00000000000001, 1 / 3, 100.25, -1.0, -0.0]),
    st.floats(-5, 130, allow_nan=False),
)
OLD = st.one_of(st.none(), st.decimals(0, 62, places=2))
STYLES = st.builds(
    Style,
    delimiter=st.sampled_from(",;"),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.booleans(),
    quote_all=st.booleans(),
    comma=st.booleans(),
    last_end=st.booleans(),
)


@st.composite
def people(draw: st.DrawFn) -> list[Person]:
    logins = draw(st.lists(LOGINS, min_size=1, max_size=6, unique_by=lambda x: x.strip()))
    found = []
    for index, login in enumerate(logins):
        excused = draw(st.booleans()) and draw(st.booleans())
        found.append(
            Person(
                draw(NAMES),
                1000 + index,
                login,
                f"s{index}",
                None if excused else draw(OLD),
                excused=excused,
                locked=draw(st.booleans()) and draw(st.booleans()),
                graded=draw(st.sampled_from([None, NOON])),
            )
        )
    return found


@st.composite
def classes(
    draw: st.DrawFn, platform: Callable[..., Platform], name: str
) -> tuple[Platform, Grades]:
    """Draw a platform, and grades of those on it: not of all, and of some more; ids are `name` of each."""
    made = platform(
        draw(people()),
        style=draw(STYLES),
        points=draw(st.sampled_from([Decimal(100), Decimal("62.5")])),
    )
    # What tells the locale: without such a number a sheet does not say how it is read.
    made.people.append(Person("Tell, The Locale", 999, "tell", "s-tell", Decimal("0.5")))
    graded = {}
    for one in made.people[:-1]:
        if draw(st.integers(0, 5)):
            student = unicodedata.normalize("NFC", str(getattr(one, name)))
            score = draw(SCORES)
            graded[student] = Grade(student, None if score is None else exact(score))
    if draw(st.booleans()):
        graded["elsewhere"] = Grade("elsewhere", Decimal(5))
    return made, Grades("task", Decimal(100), graded)


RULES = st.builds(Rules, scale=st.booleans(), allow_above=st.booleans(), comments=st.booleans())


def expect_only_what_was_said(
    platform: Platform, grades: Grades, rules: Rules, filled: Filled
) -> None:
    """Import, and compare each person with what was said of the row."""
    before = copy.deepcopy(platform.people)
    points = platform.points
    platform.take(filled.data)
    assert platform.points == points
    assert len(filled.plan.rows) == len(before)
    there = set()
    for row, old, new in zip(filled.plan.rows, before, platform.people, strict=True):
        there.add(row.student)
        if row.fate is not Fate.SET:
            assert new == old, row.sentence
            continue
        assert row.student is not None
        grade = grades.by_student[row.student]
        assert grade.score is not None
        ratio = points / 100 if rules.scale else 1
        assert new.grade == rounded(grade.score * ratio)
        assert row.sentence.startswith(f"will be set to {row.text} (was ")
        old.grade = new.grade
        assert new == old
    # Nobody is dropped: who has no row is listed.
    listed = {one.student for one in filled.plan.missing}
    assert listed == grades.by_student.keys() - there
    # A score that no row got is not kept quiet.
    told = {row.student: row.fate for row in filled.plan.rows if row.student}
    lost = [
        s for s, g in grades.by_student.items()
        if g.score is not None and told.get(s) not in (Fate.SET, Fate.EQUAL, Fate.KEPT)
    ]  # fmt: skip
    refused = [row for row in filled.plan.rows if row.fate is Fate.REFUSED]
    unplaced = [one for one in filled.plan.missing if one.score is not None]
    assert filled.plan.status == bool(refused or unplaced) >= bool(lost)


def expect_other_bytes_kept(data: bytes, filled: Filled) -> None:
    assert filled.sheet.filled({}) == data
    again = fill(filled.data, Grades("task", Decimal(100), {})).sheet
    assert (again.mark, again.delimiter) == (filled.sheet.mark, filled.sheet.delimiter)
    changed = filled.plan.changes
    for index, (old, new) in enumerate(zip(filled.sheet.rows, again.rows, strict=True)):
        assert old.end == new.end
        for column, raw in enumerate(old.raw):
            if (index, column) in changed:
                assert new.cells[column] == changed[index, column]
            else:
                assert new.raw[column] == raw


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["login", "sis", "number"]).flatmap(lambda name: classes(Canvas, name)), RULES
)
def test_canvas_gets_what_was_said(made: tuple[Canvas, Grades], rules: Rules) -> None:
    platform, grades = made
    data = platform.give_out()
    filled = fill(data, grades, rules)
    expect_other_bytes_kept(data, filled)
    expect_only_what_was_said(platform, grades, rules, filled)
    assert platform.made == []


@settings(max_examples=100, deadline=None)
@given(classes(Moodle, "number"), RULES, st.data())
def test_moodle_gets_what_was_said(
    made: tuple[Moodle, Grades], rules: Rules, data: st.DataObject
) -> None:
    platform, grades = made
    by_number = {
        f"Participant {student}": Grade(f"Participant {student}", grade.score)
        for student, grade in grades.by_student.items()
    }
    grades = Grades("task", Decimal(100), by_number)
    given_out = platform.give_out()
    filled = fill(given_out, grades, rules)
    expect_other_bytes_kept(given_out, filled)
    # Within the minute that Moodle forgives.
    for one in platform.people:
        if one.graded is not None:
            one.graded += timedelta(seconds=data.draw(st.integers(0, 60)))
    expect_only_what_was_said(platform, grades, rules, filled)


@settings(max_examples=100, deadline=None)
@given(
    classes(Brightspace, "login"),
    RULES,
    st.booleans(),
    st.sampled_from([("Username",), ("OrgDefinedId", "Username")]),
)
def test_brightspace_gets_what_was_said(
    made: tuple[Brightspace, Grades], rules: Rules, sign: bool, ids: tuple[str, ...]
) -> None:
    platform, grades = made
    platform.number_sign, platform.ids = sign, ids
    # Whoever allows more than the maximum has allowed it there, too.
    platform.may_exceed = rules.allow_above
    for one in platform.people:
        one.excused = one.locked = False
    data = platform.give_out()
    filled = fill(data, grades, rules)
    expect_other_bytes_kept(data, filled)
    expect_only_what_was_said(platform, grades, rules, filled)


def test_moodle_leaves_out_whom_somebody_has_graded_since() -> None:
    """The sheet cannot know; that Moodle does so is said."""
    people = [Person("Ada", 1, "ada", grade=Decimal(10), graded=NOON), Person("Bob", 2, "bob")]
    platform = Moodle(people)
    filled = fill(platform.give_out(), grades_of({"Participant 1": 50, "Participant 2": 60}))
    people[0].graded = NOON + timedelta(seconds=61)
    platform.take(filled.data)
    assert [one.grade for one in people] == [10, 60]
    assert any("has graded there since" in note for note in filled.plan.notes)


def test_brightspace_cuts_what_is_above_unless_the_item_may_exceed_it() -> None:
    """What was said of such a row holds either way."""
    for may_exceed, arrives in ((False, 100), (True, 105)):
        person = Person("Ada", 1, "ada")
        platform = Brightspace([person], may_exceed=may_exceed)
        filled = fill(platform.give_out(), grades_of({"ada": 105}), Rules(allow_above=True))
        assert filled.row("Ada") == (
            "will be set to 105 (was blank), or cut down to 100 unless the item may exceed its maximum"
        )
        platform.take(filled.data)
        assert person.grade == arrives


@pytest.mark.parametrize("platform", [Canvas, Moodle, Brightspace])
def test_a_large_course_takes_a_moment(platform: Callable[..., Platform]) -> None:
    made = platform([Person(f"Person, {i}", 10_000 + i, f"p{i}", f"s{i}") for i in range(5000)])
    data = made.give_out()
    prefix = "Participant 1" if platform is Moodle else "p"
    scores = {
        f"{prefix}{i:04}" if platform is Moodle else f"{prefix}{i}": i / 50 for i in range(5000)
    }
    began = time.perf_counter()
    filled = fill(data, grades_of(scores))
    took = time.perf_counter() - began
    print(f"5,000 rows of {platform.__name__}: {took:.2f} s")
    assert filled.plan.status == 0
    assert len(filled.plan.changes) == 5000
    assert took < 20  # a second here; quadratic time would be minutes
