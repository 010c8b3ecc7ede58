"""nbgrader's own example course, as `nbgrader quickstart` makes it: graded with this kit, and by nbgrader alone.

Its assignment `ps1` has two notebooks, tests that students see, texts and code graded by hand, and a task. Nothing in
it knows the kit. Every score has to be the one that stock nbgrader gives, but for what `BY_DESIGN` lists.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import nbformat
import nbgrader
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from autograder.cli import main
from autograder.course import CONFIG, assignments_in, copy_configs, nbgrader_command
from autograder.notebook.marks import grade_id
from autograder.notebook.own_tests import PLACE, warning
from tests.courses import output_of, run_without_assets
from tests.isolation import needs_bubblewrap

PS1 = "ps1"
NOTEBOOKS = ("problem1", "problem2")
BUNDLED = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"
DUE = "2015-02-02 15:00:00 UTC"
"""Before one of the two submissions that nbgrader brings along, and after the other."""
SECONDS = 10
"""For a cell. The one that loops is called by three."""
LATE = """
from nbgrader.plugins import LateSubmissionPlugin

class HalfAPoint(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 0.5 if total_seconds_late > 0 else None
"""
CONFIGURED = f"""
import os, sys
sys.path.insert(0, ".")
# nbgrader starts `alembic` by name.
os.environ["PATH"] = {str(Path(sys.executable).parent)!r} + os.pathsep + os.environ["PATH"]
c.IncludeHeaderFooter.header = "source/header.ipynb"
c.AssignLatePenalties.plugin_class = "late.HalfAPoint"
"""

SQUARES = "def squares(n):\n    if n < 1:\n        raise ValueError(n)\n    return [i * i for i in range(1, n + 1)]"
SUM = "def sum_of_squares(n):\n    return sum(squares(n))"
Edit = Callable[[NotebookNode], None]


def written(**answers: str) -> Edit:
    """Return an edit that writes answers into cells, by their ids."""

    def edit(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            cell.source = answers.get(str(grade_id(cell)), cell.source)

    return edit


def with_an_error_first(notebook: NotebookNode) -> None:
    written(squares=SQUARES.replace("n < 1", "n < 0"), sum_of_squares=SUM)(notebook)
    notebook.cells.insert(0, new_code_cell("import no_such_module_of_mine", id="own"))


def with_changed_tests(notebook: NotebookNode) -> None:
    """One passes always, one is not to be run, and the last value of one would be partial credit to nbgrader."""
    tests = {"correct_squares": "assert True", "correct_sum_of_squares": "0.25"}
    written(squares="def squares(n):\n    return [n]", sum_of_squares=SUM, **tests)(notebook)
    for cell in notebook.cells:
        if grade_id(cell) == "squares_invalid_input":
            cell.metadata.tags = ["skip-execution"]


def that_prints_to_stderr(notebook: NotebookNode) -> None:
    """What a test's cell prints to the standard error costs its points, as with nbgrader."""
    noisy = SQUARES.replace(
        "    return", "    import sys; print('hm', file=sys.stderr)\n    return"
    )
    repeats = "def sum_of_squares(n):\n    return sum(i * i for i in range(n + 1))"
    written(squares=noisy, sum_of_squares=repeats)(notebook)


def that_does_not_end(notebook: NotebookNode) -> None:
    endless = "def sum_of_squares(n):\n    while True:\n        pass"
    written(squares=SQUARES, sum_of_squares=endless)(notebook)


def that_ends_the_kernel(notebook: NotebookNode) -> None:
    written(squares="import os\nos._exit(0)", sum_of_squares=SUM)(notebook)


def untouched(notebook: NotebookNode) -> None:
    pass


WORK: dict[str, Edit] = {
    "solves": written(
        squares=SQUARES,
        sum_of_squares=SUM,
        sum_of_squares_equation=r"$\sum_{i=1}^n i^2$",
        sum_of_squares_application="def pyramid(n):\n    return sum_of_squares(n)",
    ),
    "errs": with_an_error_first,
    "prints": that_prints_to_stderr,
    "leaves_it": untouched,
    "changes_tests": with_changed_tests,
    "loops": that_does_not_end,
    "ends_the_kernel": that_ends_the_kernel,
    "one_of_two": written(squares=SQUARES, sum_of_squares=SUM),
}
"""By student: what was done in `problem1`. The other notebook is handed in as it was released, but for `one_of_two`."""

NOT_GRADED, NOTHING = (None, True), (0.0, False)
TESTS = (
    "correct_squares",
    "squares_invalid_input",
    "correct_sum_of_squares",
    "sum_of_squares_uses_squares",
)
BLANK = ("sum_of_squares_equation", "sum_of_squares_application")
BY_DESIGN = {
    # nbgrader counts a notebook that was not handed in as 0, and tells nobody to look.
    **{("one_of_two", "problem2", part): (NOTHING, NOT_GRADED) for part in ("part-a", "part-b")},
    # nbgrader takes a test that was not run for passed.
    ("changes_tests", "problem1", "squares_invalid_input"): ((1.0, False), NOTHING),
    # nbgrader gives up a submission whose kernel ends, and grades neither notebook.
    **{("ends_the_kernel", "problem1", cell): (NOT_GRADED, NOTHING) for cell in (*TESTS, *BLANK)},
    **{
        ("ends_the_kernel", "problem2", part): (NOT_GRADED, NOTHING)
        for part in ("part-a", "part-b")
    },
}
"""By student, notebook and cell: stock nbgrader's score and whether a person has to grade it, and this kit's."""


def scores(course: Path) -> dict[tuple[str, str, str], tuple[float | None, bool]]:
    """Return the automatic score of each cell of each submission, and whether a person has to grade it."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            (submission.student.id, notebook.name, grade.name): (
                grade.auto_score,
                bool(grade.needs_manual_grade),
            )
            for submission in gradebook.find_assignment(PS1).submissions
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def penalties(course: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submissions = gradebook.find_assignment(PS1).submissions
        return {one.student.id: float(one.late_submission_penalty or 0) for one in submissions}


def hand_in(course: Path) -> None:
    """Hand in what nbgrader brings along, and what `WORK` says."""
    shutil.copytree(
        BUNDLED / "submitted", course / "submitted", ignore=shutil.ignore_patterns("__pycache__")
    )
    for student, edit in WORK.items():
        place = course / "submitted" / student / PS1
        place.mkdir(parents=True)
        for name in NOTEBOOKS if student != "one_of_two" else NOTEBOOKS[:1]:
            notebook = nbformat.read(course / "release" / PS1 / f"{name}.ipynb", as_version=4)
            if name == NOTEBOOKS[0]:
                edit(notebook)
            nbformat.write(notebook, place / f"{name}.ipynb")
        (place / "timestamp.txt").write_text("2015-02-01 12:00:00 UTC", encoding="utf-8")


def release(course: Path) -> None:
    run_without_assets(course, *nbgrader_command("generate_assignment", PS1))
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        due = datetime.strptime(DUE, "%Y-%m-%d %H:%M:%S %Z")
        gradebook.find_assignment(PS1).duedate = due
        gradebook.db.commit()
    (course / "late.py").write_text(LATE, encoding="utf-8")


@pytest.fixture(scope="module")
def quickstart(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course that `nbgrader quickstart` makes, as it comes."""
    folder = tmp_path_factory.mktemp("quickstart")
    output_of(folder, nbgrader_command("quickstart", "course101"))
    return folder / "course101"


@pytest.fixture(scope="module")
def stock(quickstart: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Graded by nbgrader alone, without a room: what is handed in here is our own, and harmless."""
    course = Path(shutil.copytree(quickstart, tmp_path_factory.mktemp("stock") / "course101"))
    with (course / CONFIG).open("a", encoding="utf-8") as config:
        config.write(CONFIGURED)
    release(course)
    hand_in(course)
    limits = (f"--Execute.timeout={SECONDS}", "--Execute.interrupt_on_timeout=True")
    # It ends with an error, for the one who ends the kernel.
    subprocess.run(
        nbgrader_command("autograde", PS1, *limits), cwd=course, capture_output=True, check=False
    )
    return course


@pytest.fixture(scope="module")
def taken(quickstart: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same course with this kit's configuration; handed in, and not yet graded."""
    course = Path(shutil.copytree(quickstart, tmp_path_factory.mktemp("taken") / "course101"))
    copy_configs(course)
    with (course / CONFIG).open("a", encoding="utf-8") as config:
        config.write(f"{CONFIGURED}c.RunAndJudge.cell_timeout = {SECONDS}\n")
    release(course)
    hand_in(course)
    return course


@pytest.fixture(scope="module")
def at_once(taken: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Graded in parallel; and what was said."""
    course = Path(shutil.copytree(taken, tmp_path_factory.mktemp("at once") / "course101"))
    grade = (sys.executable, "-m", "autograder.cli", "grade", "--workers", "2")
    return course, run_without_assets(course, *grade)


@pytest.fixture(scope="module")
def one_by_one(taken: Path, at_once: tuple[Path, str]) -> tuple[Path, str]:
    """Graded by `nbgrader autograde`; and what was said."""
    return taken, run_without_assets(taken, *nbgrader_command("autograde", PS1))


@pytest.fixture(params=["autograder grade", "nbgrader autograde"])
def graded(request: pytest.FixtureRequest) -> tuple[Path, str]:
    """Graded in either way; and what was said."""
    name = "at_once" if request.param == "autograder grade" else "one_by_one"
    found: tuple[Path, str] = request.getfixturevalue(name)
    return found


def differences(one: Path, other: Path) -> Iterator[tuple[tuple[str, str, str], tuple]]:
    here, there = scores(one), scores(other)
    for cell in sorted(here.keys() | there.keys()):
        if here.get(cell) != there.get(cell):
            yield cell, (here.get(cell), there.get(cell))


@needs_bubblewrap
def test_every_score_is_stock_nbgraders(stock: Path, graded: tuple[Path, str]) -> None:
    course, _ = graded
    assert len(scores(stock)) == 9 * (2 + len(WORK))
    assert dict(differences(stock, course)) == BY_DESIGN


@needs_bubblewrap
def test_late_penalties_are_stock_nbgraders(stock: Path, graded: tuple[Path, str]) -> None:
    expected = penalties(stock)
    assert (
        expected["bitdiddle"] == 0.5
    )  # of each notebook, and one of them has no points to take off
    assert expected["solves"] == expected["hacker"] == 0.0
    assert penalties(graded[0]) == expected


@needs_bubblewrap
def test_it_is_said_once_that_the_asserts_run_where_the_students_code_runs(
    graded: tuple[Path, str],
) -> None:
    course, said = graded
    assert said.count(warning(PS1)) == said.count(PLACE) == 1
    logs = [path.read_text(encoding="utf-8") for path in course.glob(".grading/*/grading.log")]
    assert not any(PLACE in text for text in logs)


@needs_bubblewrap
def test_status_says_it_once_more_and_names_the_notebook_that_is_missing(
    at_once: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    course, _ = at_once
    assert assignments_in(course) == (PS1,)
    assert main(["status", str(course)]) == 0
    told = capsys.readouterr().out
    assert told.count(PLACE) == 1
    assert told.startswith("1 of 10 submissions need a person for more than grading by hand.")
    assert "one_of_two\n  not graded: `problem2.ipynb` was not handed in\n" in told
    assert "`problem1/sum_of_squares_equation` (10)" not in told  # a blank one has its 0 points
    assert "`problem1/cell-938593c4a215c6cc` (10)" in told


@needs_bubblewrap
def test_the_run_says_whose_work_was_not_judged(at_once: tuple[Path, str]) -> None:
    *_, last = at_once[1].strip().splitlines()
    assert last.startswith("Not judged, and left to a person: something of one_of_two.")


@needs_bubblewrap
def test_report_feedback_and_export_know_both_notebooks(
    at_once: tuple[Path, str],
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    course, _ = at_once
    assert main(["report", str(course)]) == 0
    assert (
        not caplog.records
    )  # every autograded notebook is valid, although the release is of an older format
    table = capsys.readouterr().out
    assert PLACE not in table
    assert "not graded: `problem2.ipynb` was not handed in" in table
    page = (course / f"class_report-{PS1}.html").read_text(encoding="utf-8")
    assert "problem1/<br>correct<br>squares" in page
    assert "problem2/<br>part-a" in page

    said = run_without_assets(course, *nbgrader_command("generate_feedback", PS1))
    assert "not recognized" not in said
    assert PLACE not in said
    for student in (*WORK, "hacker", "bitdiddle"):
        for name in NOTEBOOKS:
            page = (course / "feedback" / student / PS1 / f"{name}.html").read_text("utf-8")
            assert f"{name} (Score: " in page
    page = (course / "feedback" / "solves" / PS1 / "problem1.html").read_text(encoding="utf-8")
    assert '<a href="#cell-938593c4a215c6cc">Part E (4 points)</a>' in page  # a task gives points

    assert PLACE not in run_without_assets(course, *nbgrader_command("export"))
    rows = (course / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + 2 + len(WORK)
    (row,) = [row for row in rows if ",bitdiddle," in row]
    assert ",1.5,0.5,1.0,13.0,partly graded,4,0" in row


@needs_bubblewrap
def test_a_second_run_has_nothing_to_do_and_nothing_to_say(at_once: tuple[Path, str]) -> None:
    course, _ = at_once
    grade = (sys.executable, "-m", "autograder.cli", "grade", PS1, "--workers", "1")
    said = run_without_assets(course, *grade)
    assert said.startswith("0 graded")
    assert PLACE not in said
