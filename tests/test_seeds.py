"""Seeds: the same for the same submission, and foreseeable by nobody."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import CourseError
from autograder.seeds import SECRET_FILE, check_generator, course_secret, submission_seed

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
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_FILE]


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
        "import sys, time; from pathlib import Path; from autograder.seeds import course_secret\n"
        "while not Path(sys.argv[1]).exists(): time.sleep(0.001)\n"
        "print(course_secret(Path(sys.argv[2])).hex())"
    )
    command = [sys.executable, "-c", program, str(start), str(course)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    start.touch()
    secrets = {process.communicate(timeout=60)[0] for process in processes}
    assert all(process.returncode == 0 for process in processes)
    assert secrets == {course_secret(course).hex() + "\n"}
    assert [path.name for path in course.iterdir()] == [SECRET_FILE]


@pytest.mark.parametrize("content", ["", "00", "no hex", "0" * 62])
def test_a_damaged_secret_is_refused_with_the_way_out(tmp_path: Path, content):
    (tmp_path / SECRET_FILE).write_text(content)
    with pytest.raises(CourseError, match="is damaged; remove it"):
        course_secret(tmp_path)
