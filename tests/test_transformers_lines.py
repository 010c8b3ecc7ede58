"""Notebooks run on the line of transformers that they were written for, each in a kernel of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.any_notebook.versions import (
    NAMED,
    Named,
    libraries_for,
    named_version,
    said_of,
)
from autograder.course import CONFIG
from autograder.errors import AssetError
from autograder.evidence.noted import EVIDENCE
from autograder.kernel.libraries import Libraries, in_front, libraries_named, with_libraries
from autograder.kernel.surroundings import Surroundings
from autograder.notebook.marks import KIT_METADATA, grade_id
from tests.checked_notebooks import DATA, FOR_VERSION_4, MODEL, PROJECTED_AGAIN, Ran, check
from tests.courses import SmallCourse, autograde, make_small_course, printing, submit

OLDER = Path(sys.prefix) / "transformers-4"
needs_older = pytest.mark.skipif(
    not OLDER.is_dir(), reason="`make test` installs transformers 4 beside the newer one"
)
INSTALLED = "Found existing installation\nSuccessfully installed torch-2.4.0 transformers-4.41.2\n"
IS_OLDER = "import transformers\nassert transformers.__version__.startswith('4.57'), transformers"
IS_NEWER = "import transformers\nassert transformers.__version__.startswith('5.'), transformers"
FOR_VERSION_5 = FOR_VERSION_4.replace("(**inputs)", "(**inputs).pooler_output")
IMAGES = PROJECTED_AGAIN.replace(
    "clip_model.visual_projection(out.pooler_output)", "out.pooler_output"
)


@pytest.mark.parametrize(
    ("source", "output", "version"),
    [
        ("!pip install -q transformers==4.41.2 torch", "", "4.41.2"),
        ("%pip install 'transformers[torch]<5'", "", "4"),
        ("!python3 -m pip install 'transformers>=4.40,<5.0'", "", "4"),
        ("!pip install transformers>=4.40", "", None),
        ("!pip install sentence-transformers==2.2", "", None),
        ("# pip had 4.41\nprint('transformers==4.41')", "", None),
        ("!pip install transformers==5.1", INSTALLED, "4.41.2"),
        ("1", "Requirement already satisfied: transformers in /usr/lib (4.44.2)\n", "4.44.2"),
        ("print(transformers.__version__, '')", "4.38.0\n", "4.38.0"),
        ("print(accuracy)", "0.62.40\n", None),
        ("1", "transformers: 5.0.1, torch: 2.9.0\n", "5.0.1"),
        ("1", "AttributeError: 'Tensor' object has no attribute 'pooler_output'", "4"),
        ("1", "'BaseModelOutputWithPooling' object has no attribute 'norm'", "5"),
    ],
)
def test_outputs_and_lines_of_pip_name_a_version(
    source: str, output: str, version: str | None
) -> None:
    notebook = new_notebook(cells=[new_code_cell("1"), new_code_cell(source)])
    named = named_version(notebook, ["", output])
    assert (named.version if named else None) == version
    assert named is None or named.cell == 2


def test_a_line_that_is_not_here_is_said_with_the_way_out(tmp_path: Path) -> None:
    own = libraries_named()
    assert libraries_named(own.line) == own
    with pytest.raises(AssetError, match=r"transformers 3\.1 is not here.*\n.*\n.*pip install"):
        libraries_named("3.1")
    with pytest.raises(AssetError, match="holds no transformers"):
        libraries_named(str(tmp_path))


def make_libraries(folder: Path, version: str) -> Path:
    (folder / "transformers").mkdir(parents=True)
    (folder / "transformers" / "__init__.py").touch()
    about = folder / f"transformers-{version}.dist-info"
    about.mkdir()
    about.joinpath("METADATA").write_text(f"Name: transformers\nVersion: {version}\n")
    return folder


def test_a_folder_that_holds_what_students_may_not_see_is_refused(tmp_path: Path) -> None:
    folder = make_libraries(tmp_path / "own", "4.50.1")
    assert libraries_named(str(folder)) == Libraries("4.50.1", folder)
    (folder / "gradebook.db").touch()
    with pytest.raises(AssetError, match=r"also holds gradebook\.db"):
        libraries_named(str(folder))


def test_a_kernel_finds_them_in_front_of_its_own(tmp_path: Path) -> None:
    other = Libraries("4.50.1", make_libraries(tmp_path / "own", "4.50.1"))
    plain = Surroundings({"A": "1"}, {})
    assert with_libraries(plain, Libraries("5.0"), hides_this_machine=True) is plain
    shown = with_libraries(plain, other, hides_this_machine=True)
    assert shown.folders == {other.folder: shown.environment["PYTHONPATH"]}
    here = with_libraries(plain, other, hides_this_machine=False)
    assert here.environment == {"A": "1", "PYTHONPATH": str(other.folder)}
    assert in_front("/a", "/b", "") == "/a:/b"
    assert in_front(None, "/b") == "/b"


def test_what_served_and_what_was_named_are_said() -> None:
    own = libraries_named()
    older = Named("4.41.2", 2, "!pip install transformers==4.41.2")
    assert said_of(own, None) is None
    assert said_of(own, Named(own.version, 2, "x")) is None
    said = said_of(own, older) or ""
    assert "cell 2 names transformers 4.41.2 (`!pip install transformers==4.41.2`)" in said
    assert "`--transformers 4`" in said
    assert (said_of(Libraries("4.57.6", OLDER), None) or "") == "run on transformers 4.57.6"
    assert libraries_for(NAMED, None) == own
    assert libraries_for(NAMED, Named("3.0", 1, "x")) == own


@pytest.fixture(scope="module")
def ran(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("lines")
    books = {
        "older": (INSTALLED, (IS_OLDER + MODEL, FOR_VERSION_4 + IMAGES, DATA)),
        "newer_work": (INSTALLED, (IS_OLDER + MODEL, FOR_VERSION_5 + IMAGES)),
        "newer_there": ("", (IS_NEWER + MODEL, FOR_VERSION_5 + IMAGES)),
        "silent": ("", (IS_NEWER + MODEL, FOR_VERSION_4 + IMAGES)),
    }
    paths = []
    for name, (output, sources) in books.items():
        cells = [new_code_cell(source) for source in sources]
        if output:
            cells[0].outputs = [new_output("stream", text=output)]
        paths.append(folder / f"{name}.ipynb")
        nbformat.write(new_notebook(cells=cells), paths[-1])
    return check(folder, "--transformers", "named", *paths)


@needs_older
def test_a_notebook_runs_on_the_line_that_it_names(ran: Ran) -> None:
    assert ran.cells("older", "error") == {}
    assert ran.points("older") == {"Setup": "2/2", "Loading": "6/6", "Embeddings": "9/9"}
    assert ran.found["older"]["transformers"].startswith("4.57")
    assert any(
        note.startswith("run on transformers 4.57") and "cell 1 names transformers 4.41.2" in note
        for note in (c["text"] for c in ran.found["older"]["cells"])
    )
    assert ran.cells("silent", "error") == {}
    assert ran.found["silent"]["transformers"] == libraries_named().version


@needs_older
def test_what_the_other_line_would_need_is_said_on_both(ran: Ran) -> None:
    for name, right, other in (
        ("older", "4", "version 5"),
        ("silent", "4", "version 5"),
        ("newer_work", "5", "version 4"),
    ):
        assert ran.points(name)["Embeddings"] == "9/9"
        remarks = ran.exercise(name, "Embeddings")["remarks"]
        assert len(remarks) == 1, (name, remarks)
        (remark,) = remarks
        assert remark.startswith(f"right on transformers {right}"), name
        assert other in remark
    assert ran.points("newer_there")["Embeddings"] == "9/9"
    assert ran.exercise("newer_there", "Embeddings")["remarks"] == []


@pytest.mark.kernel
@needs_older
def test_a_course_grades_each_student_on_the_line_that_it_says(tmp_path: Path) -> None:
    make_small_course(tmp_path)
    with (tmp_path / CONFIG).open("a", encoding="utf-8") as config:
        config.write('\nc.RunAndJudge.transformers_of = {"ada": "4"}\n')
    for student in ("ada", "ben"):
        submit(
            tmp_path, student, printing("\nimport transformers\nprint(transformers.__version__)\n")
        )
    course = SmallCourse(tmp_path, autograde(tmp_path))
    own = libraries_named().version
    for student, version in (("ada", "4.57"), ("ben", own)):
        graded = course.graded(student)
        (cell,) = (cell for cell in graded.cells if grade_id(cell) == "predictions")
        assert cell.outputs[0].text.startswith(version), student
        settings = graded.metadata[KIT_METADATA][EVIDENCE]["settings"]
        assert settings["transformers"].startswith(version)
        assert "transformers_of" not in settings
    assert course.scores("ada") == course.scores("ben")
    assert course.scores("ada")["check_predictions"] == 5
