"""`autograder export` on a course whose gradebook was made by hand: files, words, exit statuses, feedback pages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder.cli import main
from autograder.course import copy_configs
from autograder.errors import CourseError
from autograder.report.class_report import class_report
from autograder.sheets.downloaded import given_out
from autograder.sheets.grades import grades_of
from tests.courses import opened_gradebook
from tests.releases import release

TASK = "task"
SCORES: dict[str, tuple[float | None, float | None]] = {
    "ada": (1.5, 2.75),
    "late": (2.0, 3.0),
    "nil": (0.0, 0.0),
    "open": (None, None),
    "part": (2.0, None),
}
"""The automatic scores of each student's two cells; 5 points can be had."""
PENALTY = 1.25
HEAD = "Student,ID,SIS Login ID,Section,task (17),lab (18)\r\n    Points Possible,,,,5,5\r\n"
SHEET = (
    "\ufeff"
    + HEAD
    + "".join(
        f'"Person, {name}",{number},{name},A,{grade},\r\n'
        for number, (name, grade) in enumerate(
            {"ada": "4", "late": "", "nil": "", "open": "-", "part": "", "eve": "1.5"}.items(),
            start=11,
        )
    )
)
PAGES = ("ada", "late", "part")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = tmp_path_factory.mktemp("made") / "course"
    course.mkdir()
    copy_configs(course)
    # By the course's own policy: the report asks for what it comes to now.
    (course / "policy.py").write_text(
        "from nbgrader.plugins import LateSubmissionPlugin\n"
        "class Fixed(LateSubmissionPlugin):\n"
        "    def late_submission_penalty(self, student, score, seconds):\n"
        f"        return {PENALTY}\n",
        encoding="utf-8",
    )
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(
            f"\nimport sys\nsys.path.insert(0, {str(course)!r})\n"
            "c.AssignLatePenalties.plugin_class = 'policy.Fixed'\n"
        )
    for place in (
        f"release/{TASK}", *(f"{s}/{n}/{TASK}" for s in ("submitted", "autograded") for n in SCORES)
    ):  # fmt: skip
        (course / place).mkdir(parents=True)
        nbformat.write(release(), course / place / f"{TASK}.ipynb")
    for name in PAGES:
        (course / "feedback" / name / TASK).mkdir(parents=True)
        (course / "feedback" / name / TASK / f"{TASK}.html").write_text(name, encoding="utf-8")
    with opened_gradebook(course) as gradebook:
        gradebook.add_assignment(TASK, duedate="2026-03-01 12:00:00 UTC")
        gradebook.add_notebook(TASK, TASK)
        for cell, points in (("check_f", 2), ("answer", 3)):
            gradebook.add_grade_cell(cell, TASK, TASK, max_score=points, cell_type="code")
        for student, scores in SCORES.items():
            gradebook.add_student(student)
            came = f"2026-03-01 {15 if student == 'late' else 11}:00:00 UTC"
            gradebook.add_submission(TASK, student, timestamp=came)
            for cell, score in zip(("check_f", "answer"), scores, strict=True):
                grade = gradebook.find_grade(cell, TASK, TASK, student)
                grade.auto_score, grade.needs_manual_grade = score, score is None
        gradebook.db.commit()
    return course


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "course"))


@pytest.fixture
def sheet(tmp_path: Path, course: Path) -> Path:
    path = tmp_path / "2026-03 grades.csv"
    path.write_bytes(SHEET.encode())
    return path


def export(course: Path, sheet: Path, *more: str) -> int:
    return main(["export", TASK, "--course", str(course), "--into", str(sheet), *more])


def late_of(course: Path) -> float:
    (one,) = [s for s in class_report(course, TASK).submissions if s.student == "late"]
    assert one.score is not None
    return one.score


def test_each_row_is_told_and_a_copy_is_filled(
    course: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    late = late_of(course)
    assert late == 3.75
    assert export(course, sheet) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[:7] == [
        "Canvas: “task (17)”, 6 rows",
        "row 3  Person, ada (ada): will be set to 4.25 (was 4)",
        "row 4  Person, late (late): will be set to 3.75 (was blank)",
        "row 5  Person, nil (nil): will be set to 0 (was blank)",
        "row 6  Person, open (open): stays blank: not graded (no cell has points yet)",
        "row 7  Person, part (part): will be set to 2 (was blank); 1 of its cells wait for a person",
        "row 8  Person, eve: stays 1.5: nobody who has handed in has its ids",
    ]
    assert "\n4 set, 1 not graded, 1 nobody's\n" in out
    filled = sheet.with_name("2026-03 grades.filled.csv")
    assert out.endswith(f"The sheet to import: {filled}\n")
    assert sheet.read_bytes() == SHEET.encode()
    expected = SHEET
    for name, was, now in (
        ("ada", "4", "4.25"),
        ("late", "", "3.75"),
        ("nil", "", "0"),
        ("part", "", "2"),
    ):
        expected = expected.replace(f",{name},A,{was},", f",{name},A,{now},")
    assert filled.read_bytes() == expected.encode()
    # Grades are the course's alone, wherever they are written to.
    assert filled.stat().st_mode & 0o077 == 0
    # The same once more: nothing is left to do.
    assert export(course, filled) == 0
    assert "stays 4.25: it is the same" in capsys.readouterr().out


def test_who_waits_for_a_person_can_be_left_out(course: Path, sheet: Path) -> None:
    grades = grades_of(class_report(course, TASK), complete=True)
    assert grades.by_student["part"].score is None
    assert export(course, sheet, "--complete") == 0
    assert b",part,A,,\r\n" in sheet.with_name("2026-03 grades.filled.csv").read_bytes()


def test_a_comment_tells_of_lateness(course: Path) -> None:
    grades = grades_of(class_report(course, TASK))
    assert grades.by_student["late"].comment == "Handed in late: 1.25 points less."
    assert grades.by_student["ada"].comment == ""


def test_the_sheet_itself_is_written_only_where_that_is_said(
    course: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link = sheet.with_name("link.csv")
    link.symlink_to(sheet)
    for same in (sheet, link):
        assert export(course, sheet, "--out", str(same)) == 1
        assert (
            "is the sheet itself; name another file, or say --in-place" in capsys.readouterr().err
        )
    assert export(course, sheet, "--out", str(sheet.parent / "none" / "x.csv")) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert sheet.read_bytes() == SHEET.encode()
    assert export(course, sheet, "--in-place") == 0
    assert b"4.25" in sheet.read_bytes()


def test_a_student_whom_the_sheet_lacks_is_listed(
    course: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet.write_text(
        SHEET.replace(",late,", ",tardy,").replace(",open,", ",closed,"),
        encoding="utf-8",
        newline="",
    )
    assert export(course, sheet) == 1
    out = capsys.readouterr().out
    assert "no row  late: 3.75 points; the sheet has no row that is certainly this student's" in out
    assert "no row  open: not graded; the sheet" in out
    assert "2 without a row" in out


def test_an_unclear_choice_ends_with_2(
    course: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet.write_text(SHEET.replace("task (17)", "quiz (17)"), encoding="utf-8", newline="")
    assert export(course, sheet) == 2
    assert "name one with --title: “quiz (17)”, “lab (18)”" in capsys.readouterr().err
    assert not sheet.with_name("2026-03 grades.filled.csv").exists()
    assert export(course, sheet, "--column", "quiz (17)") == 0
    assert "make sure that it is the same" in capsys.readouterr().out


def test_a_sheet_that_is_older_than_the_grades_says_so(
    course: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(course, sheet) == 0
    assert "is older than" not in capsys.readouterr().out
    os.utime(sheet, (0, 1_000_000_000))
    assert export(course, sheet) == 0
    assert "Note: the sheet (2001-09-" in capsys.readouterr().out


def test_a_course_or_sheet_that_is_not_there_is_told_in_words(
    course: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(course / "none", sheet) == 1
    assert "gradebook.db is not there" in capsys.readouterr().err
    assert export(course, sheet.with_name("none.csv")) == 1
    assert "none.csv cannot be read" in capsys.readouterr().err
    assert main(["export", "lab", "--course", str(course), "--into", str(sheet)]) == 1
    assert "holds no submission of lab" in capsys.readouterr().err


def test_a_sheet_is_filled_in_without_nbgrader(course: Path, sheet: Path) -> None:
    """It takes seconds to load, and is asked for late penalties only."""
    shutil.rmtree(course / "submitted" / "late")
    given = ["export", TASK, "--course", str(course), "--into", str(sheet)]
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; from autograder.cli import main; assert main({given!r}) == 0; print(*sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert "sqlalchemy" in loaded
    assert not loaded & {
        "nbgrader",
        "nbconvert",
        "nbformat",
        "numpy",
        "pytest",
        "torch",
        "traitlets",
    }


# Feedback pages


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return path


def content(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def pages(course: Path, sheet: Path, *more: str) -> int:
    return export(course, sheet, "--feedback-zip", str(sheet.with_name("pages.zip")), *more)


def test_canvas_gets_pages_under_the_names_that_it_gave_out(
    course: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = (
        "personada_11_501_task.ipynb",
        "personlate_LATE_12_502_my_13_9_task.ipynb",
        "x/personnil_13_503_task-1.ipynb",
    )
    given = zipped(sheet.with_name("submissions.zip"), *names)
    assert pages(course, sheet, "--downloaded", str(given)) == 1
    assert content(sheet.with_name("pages.zip")) == {
        "personada_11_501_task.html": "ada",
        "personlate_LATE_12_502_task.html": "late",
    }
    out = capsys.readouterr().out
    assert "no page  nil: no page is there; run: nbgrader generate_feedback" in out
    assert "no page  part: nothing of what was given out is clearly this student's" in out
    assert "2 pages of 2 students are in" in out
    assert pages(course, sheet) == 1
    assert "--downloaded" in capsys.readouterr().err
    for other in (sheet, given, sheet.with_name("2026-03 grades.filled.csv")):
        before = other.read_bytes()
        more = ("--feedback-zip", str(other), "--downloaded", str(given))
        assert export(course, sheet, *more) == 1
        assert "name another file for the pages" in capsys.readouterr().err
        assert other.read_bytes() == before


MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments,Username\n"
    "Participant 21,Person / Ada,a@b,,,5.00,Yes,-,-,,ada\n"
    "Participant 22,Person Late,l@b,,,5.00,Yes,-,-,,late\n"
)


def test_moodle_gets_a_folder_for_each_participant(course: Path, sheet: Path) -> None:
    sheet.write_text(MOODLE, encoding="utf-8")
    assert pages(course, sheet) == 1  # the others have no row
    assert content(sheet.with_name("pages.zip")) == {
        "Person _ Ada_21_assignsubmission_file_/task.html": "ada",
        "Person Late_22_assignsubmission_file_/task.html": "late",
    }
    given = sheet.with_name("downloaded")
    # What a student has called a folder of another's name lies within the student's own.
    place = given / "Person Ada_21_assignsubmission_file" / "Person Late_22_assignsubmission_file_"
    place.mkdir(parents=True)
    (place / "task.ipynb").touch()
    assert pages(course, sheet, "--downloaded", str(given)) == 1
    assert content(sheet.with_name("pages.zip")) == {
        "Person Ada_21_assignsubmission_file/task.html": "ada"
    }


BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,task Points Grade <Numeric MaxPoints:5>,End-of-Line Indicator\n"
    "#1,#ada,Lovelace,Ada,,#\n#2,#late,Byron,Jo,,#\n#3,#part,Byron,Jo,,#\n"
)


def test_brightspace_gets_its_folders_and_a_name_tells_only_where_one_bears_it(
    course: Path, sheet: Path
) -> None:
    sheet.write_text(BRIGHTSPACE, encoding="utf-8")
    folders = (
        "101-7 - Ada Lovelace - Mar 1, 2026 1015 AM",
        "101-7 - Ada Lovelace - Mar 2, 2026 1015 AM",
        "102-7 - Jo Byron - Mar 1, 2026 1015 AM",
        "103-7 - part - Mar 1, 2026 1015 AM",
    )
    given = zipped(
        sheet.with_name("given.zip"), "index.html", *(f"{f}/task.ipynb" for f in folders)
    )
    assert pages(course, sheet, "--downloaded", str(given)) == 1
    assert content(sheet.with_name("pages.zip")) == {f"{folders[3]}/task.html": "part"}
    assert pages(course, sheet, "--downloaded", str(given), "--by-name") == 1
    assert content(sheet.with_name("pages.zip")) == {
        f"{folders[i]}/task.html": name for i, name in ((0, "ada"), (1, "ada"), (3, "part"))
    }


def test_a_download_that_is_not_the_platforms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        CourseError, match="holds nothing that is called as Canvas calls submissions"
    ):
        given_out(zipped(tmp_path / "a.zip", "task.ipynb", "..\\a_1_2_x"), "Canvas")
    (tmp_path / "b.zip").write_bytes(b"no zip")
    with pytest.raises(CourseError, match=r"b\.zip cannot be read as a zip"):
        given_out(tmp_path / "b.zip", "Canvas")
