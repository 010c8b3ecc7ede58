"""The whole way, on the samples: release, submissions, autograde, feedback, export, report."""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path

import nbformat
import pytest

from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.course import ASSIGNMENT, SAMPLES, run_nbgrader
from autograder.demo import MARKER, clear, run_demo
from autograder.errors import CourseError
from autograder.report.class_report import class_report
from autograder.report.pages import as_html
from tests.browser import needs_browser, opened, title, without_policy

EXPECTED = json.loads((SAMPLES / "expected_points.json").read_text(encoding="utf-8"))
STUDENTS = sorted(path.stem for path in SAMPLES.glob("*.py"))


@pytest.fixture(scope="module")
def scores(demo_course: Path) -> dict[str, dict[str, float | None] | None]:
    return {
        submission.student: {item.cell: item.score for item in submission.items} or None
        for submission in class_report(demo_course).submissions
    }


def feedback(course: Path, student: str) -> str:
    path = course / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
    return path.read_text(encoding="utf-8")


def plain(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_every_sample_has_its_expected_points_written_down() -> None:
    assert sorted(EXPECTED) == STUDENTS
    assert len(STUDENTS) >= 12


@pytest.mark.parametrize("student", STUDENTS)
def test_a_sample_gets_the_points_that_are_written_down(
    scores: dict[str, dict[str, float | None] | None], student: str
) -> None:
    assert scores[student] == EXPECTED[student]


PROGRESS = r" +(\d+/\d+)  (\w+): (.*?) +(done|about (?:\d+ h )?(?:\d+ min )?(?:\d+ s )?left)"
SAID = {
    "emil": "60,000 images: that is the training split",
    "fay": "rescaled twice",
    "gus": "only a part of the test split was measured",
    "hana": "a variable of the notebook is read instead of the argument",
    "ida": "not among each image's own",
    "jon": "the best guess stands last",
    "kim": "as if they were a rectangle",
    "lea": "the texts were embedded 2 times while 2 batches were classified",
    "max": "CLASS_NAMES was changed",
    "nora": "clip_model or clip_processor was overwritten by another one",
    "olga": "the output object of transformers 5 was taken for a tensor",
    "rosa": "was missing and has been put back",
}


@pytest.mark.parametrize("student", SAID)
def test_the_feedback_names_the_mistake(demo_course: Path, student: str) -> None:
    assert SAID[student].casefold() in plain(feedback(demo_course, student)).casefold()


@pytest.mark.parametrize("student", [name for name in STUDENTS if EXPECTED[name] is not None])
def test_no_feedback_shows_the_source_of_a_hidden_check(demo_course: Path, student: str) -> None:
    page = plain(feedback(demo_course, student))
    for module in ASSIGNMENT_2.checks.glob("*.py"):
        for line in module.read_text(encoding="utf-8").splitlines():
            code = line.strip()
            # Sentences in quotes are the titles, messages and hints, which students are meant to read.
            if len(code) > 24 and not re.match(
                r"""^(f?["'#]|title=|hint=|points=|import|from)""", code
            ):
                assert code not in page, f"{module.name}: {code}"


def test_progress_says_points_and_the_time_left(demo_course: Path) -> None:
    lines = demo_course.with_name("progress.txt").read_text(encoding="utf-8").splitlines()
    total = len(STUDENTS)
    told = [found for line in lines if (found := re.fullmatch(PROGRESS, line))]
    assert [found[1] for found in told] == [f"{number}/{total}" for number in range(1, total + 1)]
    points = {
        name: scores and sum(s or 0.0 for s in scores.values()) for name, scores in EXPECTED.items()
    }
    assert {found[2]: found[3] for found in told} == {
        name: "needs a person" if given is None else f"{given:g} points"
        for name, given in points.items()
    }
    assert [found[4] for found in told].count("done") == 1


def test_what_could_not_be_graded_is_not_zero(demo_course: Path) -> None:
    broken = next(s for s in class_report(demo_course).submissions if s.student == "quin")
    assert broken.score is None
    assert broken.not_graded is not None
    assert "not valid JSON (line" in broken.not_graded
    assert "not graded: " in as_html(class_report(demo_course))


def test_the_grades_are_exported(demo_course: Path) -> None:
    with (demo_course / "grades.csv").open(encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert float(rows["ada"]["score"]) == sum(value or 0.0 for value in EXPECTED["ada"].values())
    assert (rows["quin"]["score"], rows["quin"]["state"]) == ("", "not graded")
    assert set(rows) == set(STUDENTS)


def test_the_seed_is_recorded_with_every_judged_grade(demo_course: Path) -> None:
    path = demo_course / "autograded" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    judged = [c for c in cells if "verdicts" in c.metadata.get("autograder", {})]
    assert len(judged) == 10
    assert len({cell.metadata.autograder.seed for cell in judged}) == 1


def test_the_demo_does_not_touch_a_folder_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(CourseError, match="was not made by the demo"):
        run_demo(tmp_path)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_an_earlier_demo_is_replaced_although_nbgrader_left_it_read_only(tmp_path: Path) -> None:
    course = tmp_path / "demo"
    (course / "autograded").mkdir(parents=True)
    (course / MARKER).touch()
    (course / "autograded" / "grade.ipynb").touch(mode=0o444)
    (course / "autograded").chmod(0o555)
    clear(course)
    assert not course.exists()


def test_a_failing_nbgrader_command_names_its_log(demo_course: Path) -> None:
    with pytest.raises(CourseError, match=r"nbgrader\.log"):
        run_nbgrader(demo_course, "generate_assignment", "no_such_assignment")


WIDTHS = """<script>
const within = document.getElementById("notebook-container").getBoundingClientRect().right;
const pictures = [...document.images], texts = [...document.querySelectorAll("div.output_subarea pre")];
const wide = pictures.filter(picture => picture.getBoundingClientRect().right > within)
    .concat(texts.filter(text => text.scrollWidth > text.clientWidth));
document.title = `${pictures.length > 3}, ${texts.length > 3}, ${wide.length} too wide`;
</script>"""


@needs_browser
def test_pictures_and_messages_of_a_feedback_page_keep_within_it(
    demo_course: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text(without_policy(feedback(demo_course, "fay")) + WIDTHS, encoding="utf-8")
    assert title(opened(page.as_uri(), tmp_path / "browser")) == "true, true, 0 too wide"
