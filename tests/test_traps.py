"""Known traps of grading notebooks with nbgrader, each as a submission through real `nbgrader autograde`.

Formgrader and export are looked at in the same course.
"""

import csv
import html
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.cli import main
from autograder.course import CONFIG, run_nbgrader
from autograder.evidence.seeds import SECRET_FILE
from autograder.gradebook.hand_grades import LOOKS
from autograder.gradebook.ungraded import note_looks_at
from autograder.report.class_report import class_report
from autograder.report.status import as_text, course_status
from tests.courses import ASSIGNMENT, TRAP_LIMIT, SmallCourse, autograde, submit, trap_course
from tests.grading_courses import Outcome, outcome, without_chance
from tests.traps.broken import BROKEN, NAME, NOT_IDS, OUTSIDE, SECRET
from tests.traps.edits import FULL, TRAPS


def test_grading_in_parallel_gives_the_same_in_everything(
    traps: SmallCourse, traps_as_graded: Outcome, tmp_path: Path
) -> None:
    """Gradebook and folders, once by each way, bit for bit."""
    course = tmp_path / "course"
    trap_course(course)
    shutil.copy(traps.folder / SECRET_FILE, course)
    assert (
        main(["grade", ASSIGNMENT, "--course", str(course), "--workers", "2", "--set", TRAP_LIMIT])
        == 1
    )
    here = outcome(course)
    assert here.gradebook == traps_as_graded.gradebook
    assert here.submitted == traps_as_graded.submitted
    assert sorted(here.autograded) == sorted(traps_as_graded.autograded)
    for name, (mode, content) in here.autograded.items():
        assert mode == traps_as_graded.autograded[name][0], name
        assert without_chance(content) == without_chance(traps_as_graded.autograded[name][1]), name


@pytest.mark.parametrize("student", TRAPS)
def test_each_trap_gets_its_grade(traps: SmallCourse, student: str) -> None:
    assert traps.scores(student) == TRAPS[student].scores


@pytest.mark.parametrize("student", [name for name, trap in TRAPS.items() if trap.told])
def test_the_feedback_says_what_was_wrong(traps: SmallCourse, student: str) -> None:
    page = html.unescape(re.sub(r"<[^>]+>", "", traps.feedback(student)))
    assert TRAPS[student].told in page


def test_right_work_gets_no_hint_and_no_note(traps: SmallCourse) -> None:
    page = traps.feedback("right")
    assert "6 of 6 points" in page
    assert "✗" not in page
    assert "Before grading" not in page


def test_every_submission_was_graded(traps: SmallCourse) -> None:
    assert "There was an error processing assignment" not in traps.log


def test_the_probe_leaves_no_trace(traps: SmallCourse) -> None:
    cells = traps.graded("right").cells
    assert [cell.execution_count for cell in cells if cell.cell_type == "code"] == [1, 2, 3, 4, 5]
    assert not any("serve" in cell.source for cell in cells)


def test_the_seed_is_recorded_and_a_second_grading_gives_the_same(traps: SmallCourse) -> None:
    def records(student: str) -> list[object]:
        cells = traps.graded(student).cells
        return [cell.metadata["autograder"] for cell in cells if "autograder" in cell.metadata]

    before = records("not_normalised")
    assert all(int(record["seed"]) > 0 for record in before if "seed" in record)
    autograde(traps.folder, "--force", "--student=not_normalised")
    assert records("not_normalised") == before
    assert traps.scores("not_normalised") == {**FULL, "check_similarity": 5.0}


def test_a_persons_grade_survives_grading_again(traps: SmallCourse) -> None:
    with Gradebook(f"sqlite:///{traps.folder / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("reflection", ASSIGNMENT, ASSIGNMENT, "redefined_later")
        grade.manual_score, grade.needs_manual_grade = 3.0, False
        gradebook.db.commit()
    autograde(traps.folder, "--force", "--student=redefined_later")
    with Gradebook(f"sqlite:///{traps.folder / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("reflection", ASSIGNMENT, ASSIGNMENT, "redefined_later")
        assert (grade.manual_score, grade.auto_score) == (3.0, None)
        assert not grade.needs_manual_grade


def test_export_tells_what_is_not_graded_from_zero(traps: SmallCourse) -> None:
    run_nbgrader(traps.folder, "export", "--to=grades.csv")
    with (traps.folder / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) >= {*TRAPS, *BROKEN}
    # Whom nbgrader could not be given is no less handed in.
    refused = [row for name, row in rows.items() if name not in {*TRAPS, *BROKEN}]
    assert len(refused) == len(NOT_IDS)
    assert {(row["score"], row["state"]) for row in refused} == {("", "not graded")}
    assert [rows["untouched"][key] for key in ("score", "state")] == ["0.0", "graded"]
    assert [rows["right"][key] for key in ("score", "state")] == ["11.0", "partly graded"]
    for student in NOT_GRADED:
        assert [rows[student][key] for key in ("score", "state")] == ["", "not graded"]


# --- broken and hostile folders and files ----------------------------------------------------------

NOT_GRADED = [name for name, broken in BROKEN.items() if broken.scores is None]


def words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize("student", BROKEN)
def test_each_broken_submission_gets_its_verdict(traps: SmallCourse, student: str) -> None:
    broken = BROKEN[student]
    assert traps.scores(student) == (broken.scores or dict.fromkeys(FULL))
    assert broken.told in words(traps.feedback(student))


@pytest.mark.parametrize("student", NOT_GRADED)
def test_what_is_not_graded_is_not_zero_anywhere(traps: SmallCourse, student: str) -> None:
    with Gradebook(f"sqlite:///{traps.folder / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
        assert all(grade.needs_manual_grade for grade in notebook.grades)
        comments = [comment.auto_comment for comment in notebook.comments]
        assert comments
        assert all(BROKEN[student].told in comment for comment in comments)
    page = words(traps.feedback(student))
    assert "Score: not graded yet / 15.0" in page
    assert "not the same as 0 points" in page
    assert "0.0 /" not in page


def test_the_page_of_graded_work_says_what_is_still_open(traps: SmallCourse) -> None:
    page = words(traps.feedback("right"))
    assert "Score: 11.0 / 15.0; 1 not graded yet" in page
    assert "Score: not graded yet / 4.0" in page
    assert "Score: 0.0 / 15.0)" in words(traps.feedback("untouched"))


def test_status_and_report_name_each_with_its_reason(traps: SmallCourse) -> None:
    statuses = course_status(traps.folder, ASSIGNMENT)
    status = {entry.student: entry.open for entry in statuses}
    report = {entry.student: entry for entry in class_report(traps.folder, ASSIGNMENT).submissions}
    for student in NOT_GRADED:
        (entry,) = status[student]
        assert BROKEN[student].told in entry.reason
        assert f'--student="{student}" --force' in entry.way_out
        assert report[student].score is None
        assert BROKEN[student].told in (report[student].not_graded or "")
    for name in NOT_IDS:
        assert "no name that a student's folder can have" in status[name][0].reason
    assert status["untouched"] == ()
    assert [s.by_hand for s in statuses if s.student == "right"] == [("reflection",)]
    assert status["right"] == ()
    assert "quarantine" in status["junk"][-1].way_out
    text = as_text(statuses)
    assert "\nlines" not in text
    assert text.count("to be graded by hand") + text.count("To be graded by hand") == 1


def test_no_link_was_followed(traps: SmallCourse) -> None:
    assert (traps.folder / OUTSIDE).read_text(encoding="utf-8") == SECRET
    for step in ("autograded", "feedback"):
        for path in (traps.folder / step).rglob("*"):
            assert not path.is_symlink()
            assert path.is_dir() or SECRET.encode() not in path.read_bytes()


def test_only_what_is_safe_was_copied(traps: SmallCourse) -> None:
    copied = {path.name for path in (traps.folder / "autograded" / "junk" / ASSIGNMENT).iterdir()}
    assert copied == {"own_module.py", f"{ASSIGNMENT}.ipynb"}
    assert not [path for path in traps.folder.rglob("*") if path.name == "evil.py"]


def test_what_was_set_aside_is_kept(traps: SmallCourse) -> None:
    aside = traps.folder / "quarantine"
    assert (aside / "a_linked_notebook" / ASSIGNMENT / "1" / "files" / NAME).is_symlink()
    assert (aside / "a_huge_file" / ASSIGNMENT / "1" / "files" / NAME).is_file()
    assert len(list((aside / "many_files").rglob("*.txt"))) == 2_100
    assert len(list(aside.rglob("bottom.txt"))) == 1


def test_honest_submissions_keep_every_byte(traps: SmallCourse, tmp_path: Path) -> None:
    shutil.copytree(traps.folder / "release", tmp_path / "release")
    submit(tmp_path, "right", TRAPS["right"].edit)
    handed_in = tmp_path / "submitted" / "right" / ASSIGNMENT / NAME
    kept = traps.folder / "submitted" / "right" / ASSIGNMENT
    assert [path.name for path in kept.iterdir()] == [NAME]
    assert (kept / NAME).read_bytes() == handed_in.read_bytes()


def test_a_breakdown_is_told_in_escaped_words_and_logged_in_full(traps: SmallCourse) -> None:
    assert "<b>here" not in traps.feedback("crashed")
    assert "broke down &lt;b&gt;here&lt;/b&gt;" in traps.feedback("crashed")
    assert "and said more" in traps.log


def test_when_grading_again_breaks_down_then_no_old_score_is_left(traps: SmallCourse) -> None:
    """By formgrader's button, which calls this interface."""
    with Gradebook(f"sqlite:///{traps.folder / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "crashed")
        for grade in notebook.grades:
            grade.auto_score, grade.extra_credit, grade.needs_manual_grade = 3.0, 1.0, False
        gradebook.db.commit()
    before = traps.scores("right")
    answer = json.loads(in_course(traps, "api.autograde", "crashed"))
    assert answer["success"]
    assert traps.scores("crashed") == dict.fromkeys(FULL)
    assert traps.scores("right") == before
    report = {entry.student: entry for entry in class_report(traps.folder, ASSIGNMENT).submissions}
    assert "RuntimeError: the grader broke down" in (report["crashed"].not_graded or "")


def in_course(course: SmallCourse, call: str, *arguments: str) -> str:
    """Call nbgrader's interface in a process of its own, as formgrader does in the Jupyter server's."""
    code = (
        "import json, sys\n"
        "from nbgrader.apps import NbGraderAPI\n"
        "from nbgrader.apps.nbgraderapp import NbGraderApp\n"
        "app = NbGraderApp()\n"
        "app.load_config_file()\n"
        "api = NbGraderAPI(config=app.config)\n"
        f"print(json.dumps({call}({ASSIGNMENT!r}, *sys.argv[1:])))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=course.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_when_a_person_has_graded_it_then_it_is_graded(traps: SmallCourse) -> None:
    with Gradebook(f"sqlite:///{traps.folder / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "a_list")
        for grade in notebook.grades:
            grade.manual_score, grade.needs_manual_grade = 1.0, False
        gradebook.db.commit()
        status = {entry.student: entry.open for entry in course_status(traps.folder, ASSIGNMENT)}
        report = {one.student: one for one in class_report(traps.folder, ASSIGNMENT).submissions}
        # Others expect that nobody has graded it.
        for grade in notebook.grades:
            grade.manual_score, grade.needs_manual_grade = None, True
        gradebook.db.commit()
    assert status["a_list"] == ()
    assert (report["a_list"].score, report["a_list"].not_graded) == (3.0, None)


def test_feedback_is_made_again_where_a_person_has_graded_since_and_only_there(
    traps: SmallCourse,
) -> None:
    def pages() -> dict[str, int]:
        found = (traps.folder / "feedback").glob("*/*/*.html")
        return {path.parts[-3]: path.stat().st_mtime_ns for path in found}

    with Gradebook(f"sqlite:///{traps.folder / 'gradebook.db'}") as gradebook:
        where = ("reflection", ASSIGNMENT, ASSIGNMENT, "transposed")
        grade = gradebook.find_grade(*where)
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.find_comment(*where).manual_comment = "Which rows?"
        gradebook.db.commit()
    run_nbgrader(traps.folder, "generate_feedback", ASSIGNMENT)
    before = pages()
    assert "Which rows?" in words(traps.feedback("transposed"))
    assert "1.5 / 4.0" in words(traps.feedback("transposed"))
    with Gradebook(f"sqlite:///{traps.folder / 'gradebook.db'}") as gradebook:
        gradebook.find_comment(*where).manual_comment = "Which columns?"
        gradebook.db.commit()
    run_nbgrader(traps.folder, "generate_feedback", ASSIGNMENT)
    assert {name for name, time in pages().items() if time != before[name]} == {"transposed"}
    assert "Which columns?" in words(traps.feedback("transposed"))


# --- formgrader ------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def formgrader(traps: SmallCourse) -> Iterator[str]:
    """A real Jupyter server in the course, with nbgrader's formgrader."""
    port = free_port()
    settings = traps.folder / "jupyter"
    settings.mkdir()
    extensions = ("nbgrader.server_extensions.formgrader",)
    enabled = {"ServerApp": {"jpserver_extensions": dict.fromkeys(extensions, True)}}
    (settings / "jupyter_server_config.json").write_text(json.dumps(enabled), encoding="utf-8")
    (settings / CONFIG).write_bytes((traps.folder / CONFIG).read_bytes())
    with subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}",
         "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"],
        cwd=traps.folder,
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(settings)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        try:
            deadline = time.monotonic() + 180
            while time.monotonic() < deadline:
                try:
                    fetch(f"{url}/api/status")
                    break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.5)
            yield url
        finally:
            server.terminate()


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return str(answer.read().decode())


def test_formgrader_lists_assignment_and_submissions(formgrader: str) -> None:
    assert "formgrader" in fetch(f"{formgrader}/formgrader/manage_assignments").lower()
    assignments = json.loads(fetch(f"{formgrader}/formgrader/api/assignments"))
    assert [assignment["name"] for assignment in assignments] == [ASSIGNMENT]
    assert assignments[0]["max_score"] == 15
    submissions = json.loads(fetch(f"{formgrader}/formgrader/api/submissions/{ASSIGNMENT}"))
    by_student = {submission["student"]: submission for submission in submissions}
    assert by_student["right"]["autograded"]
    assert by_student["right"]["score"] == 11


def test_formgrader_says_why_a_submission_is_not_graded(formgrader: str) -> None:
    notebooks = json.loads(
        fetch(f"{formgrader}/formgrader/api/submitted_notebooks/{ASSIGNMENT}/{ASSIGNMENT}")
    )
    wanted = next(notebook for notebook in notebooks if notebook["student"] == "a_picture")
    assert wanted["needs_manual_grade"]
    assert "is not a text file" in fetch(f"{formgrader}/formgrader/submissions/{wanted['id']}")
    grades = json.loads(fetch(f"{formgrader}/formgrader/api/grades?submission_id={wanted['id']}"))
    assert {grade["auto_score"] for grade in grades} == {None}


def test_a_score_given_in_formgrader_counts_as_a_look_at_the_work(
    traps: SmallCourse, formgrader: str
) -> None:
    """Formgrader is nbgrader's own; all that the kit hears of it is what stands in the gradebook."""
    database = f"sqlite:///{traps.folder / 'gradebook.db'}"
    with Gradebook(database) as gradebook:
        grade = gradebook.find_grade("reflection", ASSIGNMENT, ASSIGNMENT, "partial").id
    put = urllib.request.Request(
        f"{formgrader}/formgrader/api/grade/{grade}",
        json.dumps({"manual_score": "2.5", "extra_credit": None}).encode(),
        method="PUT",
    )
    with urllib.request.urlopen(put, timeout=60) as answer:
        assert json.load(answer)["manual_score"] == 2.5
    note_looks_at(database, ["partial"], ASSIGNMENT)
    with Gradebook(database) as gradebook:
        row = gradebook.db.execute(LOOKS.select().where(LOOKS.c.id == grade)).one()
    assert (row.seen, row.manual_score) == (row.work, 2.5)


def test_formgrader_shows_a_submission_with_points_and_hints(formgrader: str) -> None:
    notebooks = json.loads(
        fetch(f"{formgrader}/formgrader/api/submitted_notebooks/{ASSIGNMENT}/{ASSIGNMENT}")
    )
    wanted = next(notebook for notebook in notebooks if notebook["student"] == "not_normalised")
    page = fetch(f"{formgrader}/formgrader/submissions/{wanted['id']}")
    assert "5 of 6 points" in page
    assert "the rows were not brought to length 1" in page
    assert "def test_" not in page
