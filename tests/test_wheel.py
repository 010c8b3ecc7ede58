"""The wheel alone, in a fresh environment: all that commands need is in it, and rooms hide it.

Only the kit comes from the wheel. What it depends on is that of the environment that runs the tests, by PYTHONPATH:
nothing is fetched, nothing large is copied, and an editable install of the clone is not seen this way, because
Python takes no .pth files from there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.authoring.new_assignment import TASK
from autograder.course import ASSIGNMENT, KIT
from autograder.extras import CLIP
from autograder.notebook.marks import grade_id
from tests import ordinary_user
from tests.isolation import needs_bubblewrap

NAME = "lab one"
NOT_EMPTY = f"def {TASK}(table):\n    return [sum(row) / len(row) for row in table]"
PARTS = (
    *("MANIFEST.in", "LICENSE", "README.md", "pyproject.toml", "setup.py"),
    *("autograder", "solutions", "source", "release", "tests", "docs", "benchmarks"),
    *("nbgrader_config.json", "nbgrader_config.py"),
)
BUNDLED = (
    *("source", "tests/chaff", "tests/mutants", "tests/samples", "tests/wheat"),
    *("nbgrader_config.json", "nbgrader_config.py"),
)
SPY = f"""
import os, sys
from importlib.metadata import distributions
seen = [file for path in sys.path for name in ("autograder", "solutions")
        for _, _, files_in in os.walk(os.path.join(path, name)) for file in files_in]
seen += [file for found in distributions(name="clip-autograder")
         for file in found.files or () if file.parts[0] == "autograder"]
def {TASK}(table):
    return [sum(row) / len(row) if row else 0 for row in table] if not seen else seen[:3]
"""
"""Right only if it finds nothing of the kit."""
GRADE_ALONE = """
import sys
from nbgrader.apps import AutogradeApp
app = AutogradeApp.instance()
app.initialize(sys.argv[1:])
app.start()
print(*sys.modules)
"""


@dataclass(frozen=True)
class Installed:
    """The kit in an environment of its own.

    Attributes:
        folder: where everything lies that it may use.
        user: who runs it, where root runs the tests; else None.
    """

    folder: Path
    user: int | None

    @property
    def bin(self) -> Path:
        """Where its commands are."""
        return self.folder / "environment" / "bin"

    def workplace(self, name: str) -> Path:
        """Return a new empty folder of the user's."""
        made = self.folder / name
        made.mkdir()
        self._own(made)
        return made

    def _own(self, place: Path) -> None:
        if self.user is not None:
            for path in (place, *place.rglob("*")):
                os.chown(path, self.user, self.user)

    def run(self, folder: Path, *command: str | Path) -> str:
        """Run a command that must succeed in a folder, all of which is the user's; return what it printed."""
        self._own(folder)
        words = ["sh", "-c", 'cd "$0" && exec "$@"', *map(str, (folder, *command))]
        if self.user is not None:
            words = ordinary_user.command_as(self.user, words, [self.folder])
        done = subprocess.run(
            words,
            cwd=self.folder,
            env={
                "HOME": str(self.folder / "home"),
                # nbgrader starts alembic by its name.
                "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
                "PYTHONPATH": os.pathsep.join(p for p in sys.path if p.endswith("site-packages")),
                "JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter")),
                "OMP_NUM_THREADS": "1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


def built(folder: Path, into: Path) -> Path:
    """Build a wheel of a folder, offline."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", into,
         folder],
        check=True,
    )  # fmt: skip
    (wheel,) = into.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the clone, so that no build leaves anything in this one."""
    clone = tmp_path_factory.mktemp("clone")
    for name in PARTS:
        if (KIT / name).is_dir():
            shutil.copytree(KIT / name, clone / name)
        else:
            shutil.copy(KIT / name, clone / name)
    return clone


@pytest.fixture(scope="module")
def wheel(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(clone, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "environment", with_pip=False)
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", folder / "environment" / "bin" / "python",
         "install", "--quiet", "--no-deps", wheel],
        check=True,
    )  # fmt: skip
    user = ordinary_user.any_user() if os.geteuid() == 0 else None
    found = Installed(folder, user)
    found.workplace("home")
    return found


def content(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_wheel_holds_what_stands_at_the_top_of_a_clone_and_no_more_of_it(wheel: Path) -> None:
    files = {
        path.relative_to(KIT).as_posix(): path.read_bytes()
        for top in BUNDLED
        for path in ([KIT / top] if (KIT / top).is_file() else (KIT / top).rglob("*"))
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & {*path.parts}
    }
    assert len(files) > 700
    inside = "autograder/_bundled/"
    held = content(wheel)
    assert {n.removeprefix(inside): t for n, t in held.items() if n.startswith(inside)} == files
    assert "autograder/py.typed" in held
    assert {name.split("/")[0].split("-")[0] for name in held} == {
        *("autograder", "solutions", "clip_autograder")
    }


def test_a_wheel_that_is_built_from_the_source_distribution_is_the_same(
    clone: Path, wheel: Path, tmp_path: Path
) -> None:
    subprocess.run(
        [sys.executable, "-c", "from setuptools.build_meta import build_sdist; import sys; build_sdist(sys.argv[1])",
         tmp_path],
        cwd=clone, stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    (packed,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        # Python 3.11 has the filter from its fourth release on, and 3.12 wants one named.
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(tmp_path / "unpacked", **safely)
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert content(built(unpacked, tmp_path / "wheel")) == content(wheel)


def test_source_and_release_are_made_in_an_empty_folder(installed: Installed) -> None:
    folder = installed.workplace("empty")
    program = installed.bin / "autograder"
    assert "up to date" in installed.run(folder, program, "build", "--check")
    assert not list(folder.iterdir())
    assert "points automatic" in installed.run(folder, program, "build")
    installed.run(folder, program, "release")
    for made in (f"source/{ASSIGNMENT}", f"release/{ASSIGNMENT}"):
        assert {path.name: path.read_bytes() for path in (folder / made).iterdir()} == {
            path.name: path.read_bytes() for path in (KIT / made).iterdir() if path.is_file()
        }
    assert (folder / "source" / f"{ASSIGNMENT}.py").is_file()


@needs_bubblewrap
@pytest.mark.skipif(
    os.geteuid() == 0 and ordinary_user.why_no_rooms() is not None,
    reason="ordinary users cannot make rooms here",
)
def test_from_an_empty_folder_to_the_grades_of_a_new_assignment(installed: Installed) -> None:
    place = installed.workplace("courses")
    program, course = installed.bin / "autograder", place / "course"
    where = installed.run(
        place, installed.bin / "python", "-c", "import autograder; print(autograder.__file__)"
    )
    assert Path(where.strip()).is_relative_to(installed.folder)

    installed.run(place, program, "course", "course")
    assert not list(course.rglob("__pycache__"))
    installed.run(course, program, "new", NAME)
    nbgrader = (installed.bin / "python", "-m", "nbgrader")
    installed.run(course, *nbgrader, "generate_assignment", NAME)
    for student, work in {"ada": None, "bob": NOT_EMPTY, "spy": SPY}.items():
        step = "source" if work is None else "release"
        notebook = nbformat.read(course / step / NAME / f"{NAME}.ipynb", as_version=4)
        for cell in notebook.cells:
            if work and grade_id(cell) == TASK:
                cell.source = work
        handed_in = course / "submitted" / student / NAME
        handed_in.mkdir(parents=True)
        nbformat.write(notebook, handed_in / f"{NAME}.ipynb")
    # By both ways: workers, and nbgrader alone in one process.
    told = installed.run(course, program, "grade", NAME, "--workers", "1", "--student", "[as]*")
    assert "2 graded" in told
    told = installed.run(course, installed.bin / "python", "-c", GRADE_ALONE, NAME)
    loaded = {name.partition(".")[0] for name in told.splitlines()[-1].split()}
    assert "autograder" in loaded
    assert not loaded & {*CLIP, "solutions"}

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        scores = {s.student.id: s.score for s in gradebook.find_assignment(NAME).submissions}
    assert scores == {"ada": 3, "bob": 2, "spy": 3}
    assert "0 of 3" in installed.run(course, program, "status", ".", "--assignment", NAME)
    report = installed.run(course, program, "report", ".", "--assignment", NAME)
    assert "Class report: " in report
