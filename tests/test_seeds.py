"""Seeds: the same for the same submission, and foreseeable by nobody."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import CourseError
from autograder.evidence import record
from autograder.evidence.record import RECORD
from autograder.evidence.seeds import (
    SECRET_FILE,
    check_generator,
    course_secret,
    draw_anew,
    fingerprint,
    submission_seed,
)

SECRET = bytes(32)


@given(st.text(), st.text())
def test_a_submission_graded_again_gets_the_same_seed(student, text):
    seed = submission_seed(SECRET, "assignment_2", student, text)
    assert seed == submission_seed(SECRET, "assignment_2", student, text)
    assert 0 <= seed < 2**64


def test_secret_assignment_student_and_text_each_change_the_seed():
    seeds = {
        submission_seed(SECRET, "a2", "ada", "text"),
        submission_seed(b"\1" * 32, "a2", "ada", "text"),
        submission_seed(SECRET, "a3", "ada", "text"),
        submission_seed(SECRET, "a2", "bo", "text"),
        submission_seed(SECRET, "a2", "ada", "text "),
    }
    assert len(seeds) == 5


def test_the_seed_of_a_known_submission_stays_what_it_is():
    # HMAC-SHA256 under 32 zero bytes, made once with openssl: the first 8 of its bytes.
    assert submission_seed(SECRET, "assignment_2", "ada", "text") == 0x8D4A3F79317CFCBD


def test_half_a_surrogate_pair_in_a_notebook_is_no_error():
    assert submission_seed(SECRET, "a2", "ada", "\ud800") != submission_seed(
        SECRET, "a2", "ada", "?"
    )


def test_each_check_draws_its_own_inputs_whatever_else_has_drawn():
    first = check_generator(7, "test_one").integers(2**60, size=4)
    check_generator(7, "test_two").normal(size=100)
    again = check_generator(7, "test_one").integers(2**60, size=4)
    assert (first == again).all()
    others = [check_generator(7, "test_two"), check_generator(8, "test_one")]
    assert not any((first == other.integers(2**60, size=4)).any() for other in others)


@given(st.integers(0, 2**64 - 1))
def test_every_seed_makes_a_generator(seed):
    assert isinstance(check_generator(seed, "test_one"), np.random.Generator)


def test_the_secret_is_drawn_once_and_readable_by_its_owner_alone(tmp_path):
    secret = course_secret(tmp_path)
    assert len(secret) == 32
    assert course_secret(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / SECRET_FILE).stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == [SECRET_FILE, RECORD]
    (event,) = record.read(tmp_path)
    assert (event["event"], event["secret"]) == (record.SECRET_DRAWN, fingerprint(secret))
    assert secret.hex() not in (tmp_path / RECORD).read_text()


def test_two_courses_have_different_secrets(tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    assert course_secret(folders[0]) != course_secret(folders[1])


def test_processes_that_start_at_once_agree_on_one_secret(tmp_path):
    start = tmp_path / "start"
    course = tmp_path / "course"
    course.mkdir()
    program = (
        "import sys, time; from pathlib import Path; from autograder.evidence.seeds import course_secret\n"
        "while not Path(sys.argv[1]).exists(): time.sleep(0.001)\n"
        "print(course_secret(Path(sys.argv[2])).hex())"
    )
    command = [sys.executable, "-c", program, str(start), str(course)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    start.touch()
    secrets = {process.communicate(timeout=60)[0] for process in processes}
    assert all(process.returncode == 0 for process in processes)
    assert secrets == {course_secret(course).hex() + "\n"}
    assert sorted(path.name for path in course.iterdir()) == [SECRET_FILE, RECORD]
    assert len(list(record.read(course))) == 1


@pytest.mark.parametrize("content", ["", "00", "no hex", "0" * 62])
def test_a_damaged_secret_is_refused_with_the_way_out(tmp_path: Path, content):
    (tmp_path / SECRET_FILE).write_text(content)
    with pytest.raises(CourseError, match=r"is damaged\. Nothing is graded.*\n.*backup.* --new"):
        course_secret(tmp_path)


def test_a_secret_that_is_gone_is_said_and_not_replaced(tmp_path: Path):
    secret = course_secret(tmp_path)
    (tmp_path / SECRET_FILE).unlink()
    for _ in range(2):
        with pytest.raises(CourseError, match=f"is gone.*secret {fingerprint(secret)}"):
            course_secret(tmp_path)
    assert not (tmp_path / SECRET_FILE).exists()
    (tmp_path / SECRET_FILE).write_text(secret.hex())  # as from a backup
    assert course_secret(tmp_path) == secret


def test_another_secret_than_the_one_graded_with_is_refused(tmp_path: Path):
    used = fingerprint(course_secret(tmp_path))
    (tmp_path / SECRET_FILE).write_text("ab" * 32)
    with pytest.raises(CourseError, match=f"another secret.*{used}"):
        course_secret(tmp_path)


def graded_with(course: Path, own: dict, cell: dict, *, grade: bool = True) -> None:
    """Write an autograded notebook as the kit would, but for its cells' content."""
    place = course / "autograded" / "ada" / "task"
    place.mkdir(parents=True)
    about = {"nbgrader": {"grade": grade, "grade_id": "f"}, "autograder": cell}
    notebook = {"metadata": {"autograder": own}, "cells": [{"metadata": about}]}
    (place / "task.ipynb").write_text(json.dumps(notebook))


JUDGED = {"seed": "7", "verdicts": []}


@pytest.mark.parametrize("own", [{}, {"grading": {"secret": fingerprint(SECRET)}}])
def test_without_a_record_autograded_notebooks_tell_that_a_secret_was_used(tmp_path: Path, own):
    graded_with(tmp_path, own, JUDGED)
    with pytest.raises(CourseError, match="is gone"):
        course_secret(tmp_path)
    assert not (tmp_path / SECRET_FILE).exists()
    (tmp_path / SECRET_FILE).write_text(SECRET.hex())
    assert course_secret(tmp_path) == SECRET
    (tmp_path / SECRET_FILE).write_text("ab" * 32)
    if own:
        with pytest.raises(CourseError, match="another secret"):
            course_secret(tmp_path)
    else:  # older than the fingerprints: nothing tells
        assert course_secret(tmp_path) == bytes.fromhex("ab" * 32)


@pytest.mark.parametrize("about", [{"seed": "7"}, "seed", ["seed"], 5, {"verdicts": 3, "seed": 1}])
def test_what_a_student_writes_into_an_ungraded_cell_is_no_sign_of_a_secret(tmp_path: Path, about):
    graded_with(tmp_path, {}, about, grade=False)
    assert len(course_secret(tmp_path)) == 32


def test_a_new_secret_is_drawn_when_asked_for_and_recorded_and_the_old_one_stays(tmp_path: Path):
    assert draw_anew(tmp_path) is None
    first = course_secret(tmp_path)
    old = draw_anew(tmp_path)
    second = course_secret(tmp_path)
    assert second != first
    assert old is not None
    assert bytes.fromhex(old.read_text()) == first
    assert old.stat().st_mode & 0o077 == 0
    assert draw_anew(tmp_path) != old
    assert len({event["secret"] for event in record.read(tmp_path)}) == 3
