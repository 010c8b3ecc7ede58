"""nbgrader's own commands and pages, on courses made from the kit."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder.authoring.command import SOURCE_NOTEBOOK
from autograder.authoring.release import RELEASE
from autograder.course import ASSIGNMENT, CONFIG, KIT, make_course, nbgrader_command
from autograder.errors import CourseError
from tests.courses import ASSIGNMENT as SMALL
from tests.courses import make_small_course, output_of, submit


def run(folder: Path, *arguments: str, **variables: str) -> str:
    return output_of(folder, nbgrader_command(*arguments), **variables)


@pytest.mark.kernel
def test_a_course_is_made_by_one_command_and_needs_no_activated_environment(tmp_path: Path) -> None:
    make_course(tmp_path / "course")
    done = subprocess.run(
        nbgrader_command("generate_assignment", ASSIGNMENT),
        cwd=tmp_path / "course",
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "course" / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").is_file()
    with pytest.raises(CourseError, match="not empty"):
        make_course(tmp_path / "course")


@pytest.mark.kernel
def test_release_fetch_submit_and_collect(tmp_path: Path) -> None:
    course, exchange, student = (tmp_path / name for name in ("course", "exchange", "student"))
    make_small_course(course)
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    student.mkdir()
    at = (f"--Exchange.root={exchange}", "--CourseDirectory.course_id=clip_fashion_mnist")
    home = {"HOME": str(tmp_path)}
    run(course, "release_assignment", SMALL, *at, **home)
    run(student, "fetch_assignment", SMALL, *at, **home)
    assert (student / SMALL / f"{SMALL}.ipynb").is_file()
    run(student, "submit", SMALL, *at, **home)
    run(course, "collect", SMALL, *at, **home)
    collected = list(course.glob(f"submitted/*/{SMALL}/{SMALL}.ipynb"))
    assert len(collected) == 1


@pytest.mark.kernel
def test_zip_collect(tmp_path: Path) -> None:
    course = tmp_path / "course"
    make_small_course(course)
    downloaded = course / "downloaded" / SMALL / "archive"
    downloaded.mkdir(parents=True)
    released = course / "release" / SMALL / f"{SMALL}.ipynb"
    with zipfile.ZipFile(downloaded / "class.zip", "w") as archive:
        for name in ("ann", "ben"):
            archive.write(released, f"{name}_{SMALL}.ipynb")
    regexp = rf".*/(?P<student_id>\w+?)_(?P<file_id>{SMALL})\.ipynb"
    run(course, "zip_collect", SMALL, f"--FileNameCollectorPlugin.named_regexp={regexp}")
    found = sorted(path.parts[-3] for path in course.glob(f"submitted/*/{SMALL}/{SMALL}.ipynb"))
    assert found == ["ann", "ben"]


@pytest.mark.kernel
def test_validate_names_what_is_open_and_passes_what_is_done(tmp_path: Path) -> None:
    """The Validate button runs the same code as this command."""
    course = tmp_path / "course"
    make_small_course(course)
    submit(course, "open", lambda notebook: None, solved=False)
    submit(course, "done", lambda notebook: None)

    def validate(student: str) -> str:
        return run(course, "validate", f"submitted/{student}/{SMALL}/{SMALL}.ipynb")

    said = validate("open")
    assert "VALIDATION FAILED ON 3 CELL(S)" in said  # two tasks, and the written answer
    assert "Task 2.3: return the (N, M) table of cosines" in said
    assert "You did not provide a response." in said
    assert "Success! Your notebook passes all the tests." in validate("done")


def test_nothing_but_notebook_weights_configuration_and_preflight_is_released() -> None:
    assert sorted(path.name for path in RELEASE.iterdir()) == [
        "assignment_1_cnn.safetensors",
        f"{ASSIGNMENT}.ipynb",
        "handing_in.json",
        "nbgrader_config.py",
        "preflight.py",
    ]


def test_validate_has_time_for_a_pass_over_the_test_split() -> None:
    config = (KIT / CONFIG).read_text(encoding="utf-8")
    assert int(re.findall(r"c\.Execute\.timeout = (\d+)", config)[0]) >= 600


def test_metadata_survives_the_way_from_text_to_release() -> None:
    source = nbformat.read(SOURCE_NOTEBOOK, as_version=4)
    released = nbformat.read(RELEASE / SOURCE_NOTEBOOK.name, as_version=4)
    assert [cell.id for cell in source.cells] == [cell.id for cell in released.cells]
