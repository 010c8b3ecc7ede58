"""`autograder check`: notebooks that hurried students wrote, from the assignment's text alone, run for real."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.any_notebook.allowances import Allowance
from autograder.any_notebook.as_asked import NOT_FOUND, AsAsked, not_found
from autograder.any_notebook.beside import MOST_BYTES, Beside, Reason, hand_over
from autograder.any_notebook.run import content_seed
from autograder.any_notebook.search import letter_of, search
from autograder.any_notebook.table import plain
from autograder.assignment import judged_cells
from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.assignments.assignment_2.interface import EXERCISES, INTERFACE
from autograder.cli import main, make_parser
from autograder.clip.assets.models import REFERENCE_MODEL
from autograder.clip.stand_ins import named_models
from autograder.kernel.isolation import NONE
from autograder.notebook.cells import read_cell
from autograder.seam.student import StudentError, in_process
from tests.checked_notebooks import NOTEBOOKS, Ran, check, write, write_cells

LONG_RUNS = "AUTOGRADER_LONG_CHECKS"


@pytest.fixture(scope="module")
def evening(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Most of the notebooks, in one call; the broken ones first."""
    folder = tmp_path_factory.mktemp("check")
    names = (
        *("disk_full", "old_server", "another_course", "second_thoughts"),
        *("from_colab", "my_gpu", "windows_laptop", "one_evening"),
    )
    return check(folder, *(write(folder, name) for name in names))


# --- what students hand in --------------------------------------------------------------------------


def unwrapped(text: str) -> str:
    """Return a text on one line: where its lines break depends on what stands before."""
    return " ".join(text.split())


def test_a_broken_file_does_not_stop_the_others(evening: Ran) -> None:
    assert evening.status == 2
    assert "ends in the middle" in evening.found["disk_full"]["problem"]
    assert "could not run: `disk_full.ipynb` ends in the middle" in unwrapped(evening.text)
    statuses = {name: found["status"] for name, found in evening.found.items()}
    assert statuses.pop("disk_full") == 2
    right = {name for name, status in statuses.items() if status == 0}
    assert right == {"one_evening", "windows_laptop"}
    assert [statuses[name] for name in statuses if name not in right] == [1] * 5


def test_a_whole_notebook_is_graded_with_the_model_that_stands_in(evening: Ran) -> None:
    assert evening.cells("one_evening", "error") == {}
    assert evening.points("one_evening") == {
        "Setup": "2/2",
        "Loading": "6/6",
        "Embeddings": "9/9",
        "Similarity": "6/6",
        "Predictions": "5/5",
        "Loop": "6/6",
        "Baseline": "4/4",
        "Prompts": "6/6",
        "UMAP": "3/3",
        "Experiment": "10/10",
    }
    # It relies on rows that were normalised before, as the hand-out says.
    assert evening.exercise("one_evening", "Similarity")["remarks"] == [Allowance.UNIT_ROWS]
    assert evening.exercise("one_evening", "Prompts")["bonus"] == 2
    assert evening.found["one_evening"]["models"] == {"openai/clip-vit-base-patch32": "small"}
    assert "for openai/clip-vit-base-patch32 the model small stood in" in unwrapped(evening.text)
    assert "./data" in evening.cells("one_evening", "note")[3]


def test_what_is_absent_is_not_found_and_no_failure(evening: Ran) -> None:
    states = {
        part["check"]: part["state"] for part in evening.exercise("one_evening", "UMAP")["parts"]
    }
    assert sorted(states.values()) == ["not found", "not found", "passed", "passed"]
    nothing = evening.found["another_course"]
    assert nothing["points"] == 0
    assert all(not exercise["parts"] for exercise in nothing["exercises"])
    assert nothing["status"] == 1  # there was nothing to grade


def test_shell_lines_missing_packages_and_a_syntax_error_cost_what_depends_on_them(
    evening: Ran,
) -> None:
    notes = evening.cells("from_colab", "note")
    assert "`nvidia-smi` failed" in notes[1] or "pip install" in notes[1]
    assert "the command `pip install -q transformers==4.44 umap-learn wandb` failed" in unwrapped(
        evening.text
    )
    assert notes[2] == "ModuleNotFoundError: No module named 'wandb'; the cell goes on without it"
    assert "google.colab" in notes[3]
    errors = evening.cells("from_colab", "error")
    # What the student's machine has and this one has not is no mistake.
    assert evening.cells("from_colab", "elsewhere") == {
        2: "ModuleNotFoundError: No module named 'wandb'"
    }
    assert errors[6].startswith("SyntaxError: ")
    assert errors[6].endswith("(line 2)")
    assert evening.points("from_colab") == {
        "Setup": "2/2",
        "Loading": "6/6",
        "Embeddings": "4/9",
        "Similarity": "6/6",
        "Predictions": "5/5",
        "Baseline": "0/4",
    }
    failed = [
        part
        for part in evening.exercise("from_colab", "Embeddings")["parts"]
        if part["state"] == "failed"
    ]
    assert all("because cell 6 stopped with SyntaxError: " in p["message"] for p in failed)


def test_cuda_by_hand_is_named_and_the_rest_is_graded(evening: Ran) -> None:
    cells = evening.found["my_gpu"]["cells"]
    assert {c["cell"]: c["mistake"] for c in cells if c["kind"] == "error"} == {
        2: "hard-coded-cuda",
        7: "hard-coded-cuda",
    }
    assert evening.mistakes("my_gpu", "Setup") == {"hard-coded-cuda"}
    assert evening.mistakes("my_gpu", "Embeddings") == {"hard-coded-cuda"}
    assert evening.points("my_gpu") == {
        "Setup": "1/2",
        "Loading": "6/6",
        "Embeddings": "0/9",
        "Similarity": "6/6",
        "Predictions": "5/5",
    }


def test_paths_of_windows_are_said_and_stood_in_for(evening: Ran) -> None:
    notes = evening.cells("windows_laptop", "note")
    assert r"C:\\Users\\Anna\\Documents\\DeepLearning\\Assignment2" in notes[2]
    assert "the kit's own copy stands in" in notes[4]
    assert evening.cells("windows_laptop", "error") == {}
    assert evening.points("windows_laptop")["Loading"] == "6/6"


def test_predictions_with_k_earn_the_points_of_predictions_and_of_top_k(evening: Ran) -> None:
    assert evening.points("windows_laptop")["Predictions"] == "5/5"
    experiment = evening.exercise("windows_laptop", "Experiment")
    assert experiment["earned"] == experiment["points"] == 4
    assert experiment["found"] == {"get_predictions(similarity, k)": [6]}
    choice = experiment["parts"][0]
    assert (choice["state"], choice["message"]) == ("not found", not_found("experiment"))


def test_of_several_definitions_the_last_one_counts(evening: Ran) -> None:
    similarity = evening.exercise("second_thoughts", "Similarity")
    assert similarity["found"] == {"get_cosine_similarity": [2, 4]}
    assert evening.mistakes("second_thoughts", "Similarity") == {"transposed"}
    assert "get_cosine_similarity 4 (also 2)" in unwrapped(evening.text)
    # A lambda with an argument more, a lambda with other names, an object that can be called.
    assert evening.points("second_thoughts") == {
        "Similarity": "0/6",
        "Predictions": "5/5",
        "Experiment": "7/7",
    }


def test_an_older_format_is_read(evening: Ran) -> None:
    assert "another notebook format" in evening.cells("old_server", "note")[None]
    assert evening.mistakes("old_server", "Predictions") == {"argmax-wrong-axis"}


@pytest.mark.kernel
def test_an_endless_cell_is_stopped_and_the_rest_is_graded(tmp_path: Path) -> None:
    path = write(tmp_path, "waiting_for_godot")
    ran = check(tmp_path, "--cell-timeout", "3", path)
    assert ran.status == 1
    assert ran.cells(path.stem, "stopped") == {3: "stopped after 3 seconds; the next cell went on"}
    assert ran.cells(path.stem, "error") == {}
    assert ran.points(path.stem) == {"Similarity": "6/6", "Predictions": "5/5"}


@pytest.mark.kernel
@pytest.mark.skipif(LONG_RUNS not in os.environ, reason=f"minutes; set {LONG_RUNS} to run it")
def test_a_notebook_with_three_passes_and_umap(tmp_path: Path) -> None:
    path = write(tmp_path, "whole_weekend")
    ran = check(tmp_path, "--cell-timeout", "600", path)
    assert ran.points(path.stem)["UMAP"] == "6/6"
    assert ran.found[path.stem]["earned"] == 60


# --- the command -------------------------------------------------------------------------------------

RIGHT = "def get_predictions(similarity):\n    return similarity.argmax(axis=1)"


@pytest.mark.kernel
def test_right_work_that_needs_nothing_ends_with_0(tmp_path: Path) -> None:
    right = write_cells(tmp_path / "right.ipynb", RIGHT)
    again = write_cells(tmp_path / "again.ipynb", RIGHT)
    ran = check(tmp_path, right, again)
    assert ran.status == 0
    assert ran.found["right"]["seed"] == ran.found["again"]["seed"]
    assert "5 of 5 points for what was found; 55 more are for what was not found" in unwrapped(
        ran.text
    )
    ran = check(tmp_path, "--seed", "7", right)
    assert ran.found["right"]["seed"] == "7"


def test_json_on_standard_output_stands_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["check", "--json", "-", str(tmp_path / "nowhere.ipynb")])
    data = json.loads(capsys.readouterr().out)
    assert status == data["status"] == 2
    assert data["notebooks"][0]["problem"]


def test_a_file_that_cannot_be_written_is_named_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_cells(tmp_path / "right.ipynb", RIGHT)
    record = tmp_path / "nowhere" / "found.json"
    assert main(["check", "--json", str(record), str(path)]) == 2
    said = capsys.readouterr()
    assert f"{record} cannot be written" in said.err
    assert not said.out


def test_without_a_model_nothing_runs_and_the_way_out_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_cells(tmp_path / "right.ipynb", RIGHT)
    assert main(["check", "--model", "nobody/no-clip-model", str(path)]) == 2
    assert "autograder assets fetch nobody/no-clip-model" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--cell-timeout", "0"], ["--timeout", "x"], ["--seed=-1"]])
def test_an_argument_that_makes_no_sense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", *arguments, "some.ipynb"])
    assert ended.value.code == 2


@pytest.mark.kernel
def test_a_kernel_that_dies_is_said_and_what_came_before_counts(tmp_path: Path) -> None:
    after = "def run_zero_shot(loader, text_feats):\n    return 1"
    path = write_cells(tmp_path / "dies.ipynb", RIGHT, "import os\nos._exit(1)", after)
    ran = check(tmp_path, path)
    assert ran.status == 1
    assert "the kernel died while cell 2 ran" in ran.cells("dies", "stopped")[None]
    assert ran.points("dies") == {"Predictions": "5/5"}
    loop = ran.exercise("dies", "Loop")["parts"]
    assert {part["state"] for part in loop} == {"not judged"}
    assert "49 more are for what was not found; 6 more could not be judged" in unwrapped(ran.text)


@pytest.mark.kernel
def test_a_function_of_another_signature_is_told_the_one_that_is_asked_for(tmp_path: Path) -> None:
    source = "def get_predictions(similarity, k, names, *, best=True):\n    return names[k]"
    path = write_cells(tmp_path / "other.ipynb", source)
    ran = check(tmp_path, path)
    (hint,) = {part["hint"] for part in ran.exercise("other", "Predictions")["parts"]}
    assert "`get_predictions(similarity)`" in hint


@pytest.mark.kernel
def test_nothing_of_a_notebook_reaches_the_terminal_raw(tmp_path: Path) -> None:
    path = write_cells(
        tmp_path / "coloured\x1b[31m.ipynb",
        "raise ValueError('\\x1b]0;owned\\x07 \\u202etxt')",
        "def get_predictions(s):\n    raise ValueError('\\x1b[2J\\nnext \\x9b1m')",
    )
    ran = check(tmp_path, path)
    assert ran.status == 1
    assert "ValueError" in unwrapped(ran.text)
    assert all(letter.isprintable() or letter == "\n" for letter in ran.text)


def test_plain_text_is_one_line_without_control_characters() -> None:
    assert plain("a\x1b[2J\r\nb\u202e \ud800") == "a\ufffd[2J b\ufffd ?"


# --- what a notebook finds in the place of what it names -------------------------------------------

LABORATORY = (
    "%matplotlib notebook\n%load_ext nowhere_at_all\nimport torch, nowhere_to_be_found\n"
    "import os\nos.environ['HF_HOME'] = 'D:/models'\nos.chdir('/content/drive')",
    "from clip_tools import *\ntotal = offset + 1",
    "from transformers import CLIPModel, CLIPProcessor\n"
    "clip_model_name = 'openai/clip-vit-base-patch16'\n"
    "clip_model = CLIPModel.from_pretrained(clip_model_name)\n"
    "clip_processor = CLIPProcessor.from_pretrained(clip_model_name)\n"
    "device = 'cpu'\n"
    "other = CLIPModel.from_pretrained('laion/CLIP-ViT-B-32')\n"
    "another = CLIPModel.from_pretrained('laion/CLIP-ViT-B-32', cache_dir='models')\n"
    "assert another.config.projection_dim == other.config.projection_dim",
    "quit()\nimport matplotlib.pyplot as plt\nbaseline_accuracy = 0.5\n"
    "plt.imshow(np.eye(10))  # the confusion\nplt.show()",
    "improved_accuracy = float(nothing)",
    "embeddings_umap = torch.zeros(10_000, 2)",
    "from torchvision.datasets import FashionMNIST\n"
    "test_dataset = FashionMNIST(r'D:\\\\data', train=False, download=True)",
    "assert torch.is_tensor(test_dataset.data) and another and total == 42\n"
    "assert 'prepare' not in globals() and 'scope' not in globals()",
)


@pytest.fixture
def private_files() -> Iterator[None]:
    """Let this process make files that no other user may read, as some people's accounts do."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.kernel
@pytest.mark.usefixtures("private_files")
@pytest.mark.parametrize("isolation", ["", NONE])
def test_models_data_modules_and_packages_are_stood_in_for(tmp_path: Path, isolation: str) -> None:
    (tmp_path / "clip_tools.py").write_text(
        "import numpy as np\nfrom deeper import offset\n"
        "def get_predictions(similarity):\n    return np.argmax(similarity, axis=1)\n",
        encoding="utf-8",
    )
    (tmp_path / "deeper.py").write_text("offset = 41\n", encoding="utf-8")
    path = write_cells(tmp_path / "laboratory.ipynb", *LABORATORY)
    ran = check(tmp_path, "--isolation", isolation, path)
    # One cell is wrong, on purpose; all others run.
    assert ran.cells("laboratory", "error") == {}
    assert set(ran.cells("laboratory", "order")) == {5}
    assert ran.found["laboratory"]["models"] == {
        "openai/clip-vit-base-patch16": "small",
        "laion/CLIP-ViT-B-32": "tiny",
    }
    said = [c["text"] for c in ran.found["laboratory"]["cells"] if c["cell"] == 1]
    assert any("nowhere_to_be_found" in text for text in said)
    assert any("'/content/drive'" in text for text in said)
    # Found although no cell's text makes it.
    assert ran.exercise("laboratory", "Predictions")["found"] == {"get_predictions": []}
    assert ran.points("laboratory")["Predictions"] == "5/5"
    assert ran.points("laboratory")["Setup"] == "2/2"
    pictures = {
        title: part["message"]
        for title in ("Baseline", "Prompts", "UMAP")
        for part in ran.exercise("laboratory", title)["parts"]
        if "drawn" in part["title"]
    }
    assert pictures["Baseline"] == ""
    assert pictures["Prompts"].startswith("no picture was shown; cell 5: ")
    assert pictures["UMAP"] == "no picture was shown in cell 6, or close by"


PICTURE = b"\x89PNG\r\n\x1a\n and more"


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A folder of one student's, with one notebook and everything that such a notebook could name."""
    folder = tmp_path / "beside"
    (folder / "tools" / "deep").mkdir(parents=True)
    (folder / "theirs").mkdir()
    (folder / "data").mkdir()
    write_cells(folder / "x.ipynb", RIGHT)
    for name in (
        "helpers",
        "more",
        "tools/__init__",
        "tools/deep/inner",
        "theirs/solution",
        ".hidden",
    ):
        (folder / f"{name}.py").write_text("import more, tax_return\n", encoding="utf-8")
    (folder / "theirs" / "bob.ipynb").touch()
    (folder / "tools" / "secret.txt").touch()
    (folder / "data" / "scan.png").write_bytes(PICTURE)
    (folder / "cat.png").write_bytes(PICTURE)
    (folder / "Dog.JPG").write_bytes(b"\xff\xd8\xff")
    (folder / "no_picture.png").write_text("-----BEGIN PRIVATE KEY-----", encoding="ascii")
    (folder / "exported.py").write_text("# coding: utf-8\n# In[1]:\nx = 1\n", encoding="utf-8")
    for name in ("grades.csv", "prompts.txt", "tax_return.py.bak", "weights.npy", "more.json"):
        (folder / name).touch()
    (folder / "link.py").symlink_to("/etc/passwd")
    (folder / "linked").symlink_to("/etc")
    os.mkfifo(folder / "pipe.py")
    return folder


def handed(folder: Path, code: str) -> tuple[list[str], Beside]:
    """Return what a notebook's folder gave to a notebook with this code, and what is said of it."""
    target = Path(tempfile.mkdtemp(dir=folder.parent))
    told = hand_over(folder / "x.ipynb", code, target)
    copies = sorted(str(p.relative_to(target)) for p in target.rglob("*") if not p.is_dir())
    assert sorted(told.handed) == copies
    return copies, told


def test_of_the_files_beside_a_notebook_only_named_modules_and_pictures_are_taken(
    beside: Path,
) -> None:
    code = (
        "import helpers, tools, exported, theirs.solution, link, pipe\nfrom hidden import x\n"
        "import os; os.path.join('..', 'grades.csv'); open('/abs/prompts.txt'); open('.hidden.py')\n"
        "open('cat.png'); open('dog.jpg'); open('no_picture.png'); np.load('weights.npy')\n"
        "os.listdir('data'); open('linked/passwd')"
    )
    copies, told = handed(beside, code)
    assert copies == [
        "cat.png",
        "helpers.py",
        "more.py",
        "tools/__init__.py",
        "tools/deep/inner.py",
    ]
    assert told.withheld == {
        **dict.fromkeys(
            ("grades.csv", "prompts.txt", "weights.npy", "data", "pipe.py"), Reason.KIND
        ),
        **dict.fromkeys(("link.py", "linked"), Reason.LINK),
        "Dog.JPG": Reason.CASE,
        "no_picture.png": Reason.NO_PICTURE,
        "exported.py": Reason.NOTEBOOK,
        "theirs": Reason.OTHERS,
    }
    assert told.sentence.startswith("handed over from its folder: cat.png, helpers.py, ")
    assert "exported.py (the text of a whole notebook)" in told.sentence
    assert "import more" in told.code


def test_a_folder_of_which_a_notebook_names_nothing_is_not_spoken_of(beside: Path) -> None:
    assert handed(beside, "data = 1\nx = helper")[1].sentence == ""


def test_files_are_handed_over_within_bounds(beside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.any_notebook.beside.MOST_FILES", 2)
    over = dict.fromkeys(("tools/deep/inner.py", "more.py"), Reason.LIMIT)
    assert handed(beside, "import helpers, tools")[1].withheld == over
    with (beside / "large.py").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert handed(beside, "import large")[1].withheld == {"large.py": Reason.LIMIT}


MIXTURES: dict[str, Callable[[Path, pytest.MonkeyPatch], object]] = {
    "holds 2 notebooks": lambda folder, _: (folder / "bob.IPYNB").touch(),
    "holds server.key": lambda folder, _: (folder / "server.key").touch(),
    "holds id_ed25519": lambda folder, _: (folder / "id_ed25519").touch(),
    "holds class.XLSX": lambda folder, _: (folder / "class.XLSX").touch(),
    "belongs to a course": lambda folder, _: (folder / "gradebook.db").touch(),
    "belongs to a course\0": lambda folder, _: (folder.parent / ".autograder-secret").touch(),
    "is somebody's home": lambda folder, _: (folder / ".bashrc").touch(),
    "is somebody's home\0": lambda folder, patch: patch.setenv("HOME", str(folder / "me")),
    "is one where files of all kinds collect": lambda folder, _: folder.chmod(0o1777),
}


@pytest.mark.parametrize("why", MIXTURES)
def test_a_folder_that_is_not_the_students_own_gives_nothing_and_the_way_out_is_said(
    beside: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    MIXTURES[why](beside, monkeypatch)
    copies, told = handed(beside, "import helpers\nopen('bob.IPYNB'), open('grades.csv')")
    assert copies == []
    assert told.not_own.startswith(why.rstrip("\0"))
    assert "grades.csv, helpers.py" in told.sentence
    assert told.sentence.endswith("into a folder of its own, with its modules and pictures")


def test_places_where_downloads_collect_are_known_in_any_language(
    beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(beside.parent))
    assert not handed(beside, "import helpers")[1].not_own
    (beside.parent / ".config").mkdir()
    told = 'XDG_DOWNLOAD_DIR="$HOME/beside"\n'
    (beside.parent / ".config" / "user-dirs.dirs").write_text(told, encoding="utf-8")
    assert "collect" in handed(beside, "import helpers")[1].not_own


def test_what_was_handed_in_to_a_course_is_its_students_own(beside: Path) -> None:
    course = beside.parent / "course"
    place = course / "submitted" / "ann" / "assignment_2"
    place.parent.mkdir(parents=True)
    (course / "gradebook.db").touch()
    beside.rename(place)
    assert handed(place, "import helpers")[0] == ["helpers.py", "more.py"]
    assert handed(course / "submitted", "import ann")[1].not_own == "belongs to a course"


@pytest.mark.kernel
def test_a_neighbours_notebook_and_tables_are_not_there_for_a_notebook_that_names_them(
    tmp_path: Path,
) -> None:
    write_cells(tmp_path / "bob.ipynb", RIGHT)
    (tmp_path / "grades.csv").write_text("ann,0\n", encoding="ascii")
    path = write_cells(
        tmp_path / "ann.ipynb",
        "import os\nprint(os.listdir())\nassert os.listdir() == []",
        "%run bob.ipynb",
        "print(open('grades.csv').read())",
    )
    ran = check(tmp_path, path)
    assert ran.points("ann") == {}
    assert set(ran.cells("ann", "error")) == {3}
    said = ran.cells("ann", "note")[None]
    assert said.startswith("nothing of its folder was handed over, not even bob.ipynb, grades.csv,")
    assert "holds 2 notebooks, perhaps of several people" in unwrapped(ran.text)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("x = 'a/clip-x'; y = \"b/CLIP-y\"; z = 'a/clip-x'", "a/clip-x b/CLIP-y"),
        (
            "load('data/clips'); load('openai/clip-vit-base-patch32')",
            f"{REFERENCE_MODEL} data/clips",
        ),
        (
            "# clip_model_name = 'c/clip'\nload('openai/clip-vit-base-patch32', 'c/clip')\n"
            "clip_model_name = 'a/clip-x'",
            f"a/clip-x c/clip {REFERENCE_MODEL}",
        ),
        ("x = 'facebook/dinov2-base', 'results/clip.npy', 'a/b/clip', '/a/clip'", ""),
    ],
)
def test_models_are_found_in_code_and_the_notebooks_own_comes_first(code: str, names: str) -> None:
    assert list(named_models(code)) == names.split()


def test_the_options_that_the_documentation_names_are_taken() -> None:
    text = (NOTEBOOKS.parents[1] / "docs" / "check.md").read_text(encoding="utf-8")
    options = set(re.findall(r"`(--[a-z-]+)", text))
    described = make_parser().parse_args(["check", "x.ipynb"])
    taken = {f"--{name.replace('_', '-')}" for name in vars(described)}
    assert len(options) == 10
    assert options <= taken


# --- reading, searching, asking --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = y = 1\na, (b, *c) = z", "x y a b c"),
        ("def f():\n    inner = 1", "f"),
        ("async def f(): pass\nclass C:\n    inside = 1", "f C"),
        ("if a:\n    def f(): pass\nelse:\n    x = 1", "f x"),
        ("try:\n    import a.b\nexcept ImportError as e:\n    from c import d as f", "a e f"),
        ("for i in r:\n    with o as w:\n        j += 1", "i w j"),
        ("x: int\ny: int = 1\nz[0] = 1\no.a = 1", "y"),
        ("x = [i for i in r]\nf = lambda i: (j := i)", "x f"),
        ("!pip install x\nx = 1", "x"),
        ("%matplotlib inline\nfiles = !ls\nhere = %pwd\nx?", "files here"),
        ("%%time\nx = 1", "x"),
        ("%%bash\nx=1", ""),
        ("%%writefile helpers.py\nx = 1", ""),
        ("a = 5\nb = (a\n     % 3)", "a b"),
    ],
)
def test_a_cell_makes_these_names(source: str, names: str) -> None:
    read = read_cell(source)
    assert read.readable
    assert set(read.makes) == set(names.split())


@pytest.mark.parametrize(
    "source", ["def f(x)\n    y = 1\nz = 2\n", "class f: z = (\nz: int = 1\nif f == 1:\n"]
)
def test_of_a_cell_that_is_no_python_the_names_are_known_all_the_same(source: str) -> None:
    read = read_cell(source)
    assert not read.readable
    assert set(read.makes) == {"f", "z"}


@pytest.mark.parametrize(
    "source", ["(" * 5000, "-" * 100_000 + "1", "x = 1\0", "x." * 50_000 + "y"]
)
def test_a_hostile_cell_is_only_unreadable(source: str) -> None:
    assert not set(read_cell(source).makes) - {"x"}


def test_a_definition_uses_what_it_does_not_make_itself() -> None:
    read = read_cell("def f(a, *b, c=d):\n    e = a + g\n    def h(): pass\n    return h(e, i)")
    assert read.makes["f"] == [{"d", "g", "i"}]


def book(*sources: str) -> nbformat.NotebookNode:
    return new_notebook(cells=[new_code_cell(source) for source in sources])


def test_a_function_is_judged_when_what_it_uses_is_there() -> None:
    found = search(
        book(
            "def get_text_embeddings(t):\n    return projected(t)",
            "def projected(t):\n    return clip_model(t)",
            "unrelated = 1",
            "clip_model = load()",
            "clip_model = load_another()",
        )
    )
    assert found.judged_after == {"check_embeddings": 3, "check_setup": 4}


def test_pictures_count_where_they_belong() -> None:
    found = search(
        book(
            "def run_zero_shot(l, t): pass",
            "show(confusion)",
            "baseline_accuracy = 0.5",
            "print('plain')",
            "sns.heatmap(table)",
            "improved_prompts = []",
            "improved_accuracy = 0.6",
            "show(confusion)",
        )
    )
    assert found.drawn_in == {"baseline": (1, 2, 4), "prompts_run": (6, 7)}
    assert found.judged_after["check_baseline"] == 4
    assert found.judged_after["check_prompts"] == 7


def test_the_letter_of_an_experiment_is_that_of_most_names() -> None:
    assert letter_of({"prompts_by_class"}) == "B"
    assert letter_of({"alternative_accuracy", "top_k_results", "top_k_accuracy"}) == "C"
    assert letter_of({"test_loader"}) is None
    assert letter_of({"get_predictions"}, top_k_by_predictions=True) == "C"


def test_every_exercise_with_checks_is_looked_for() -> None:
    assert {exercise.cell for exercise in EXERCISES} == set(judged_cells(ASSIGNMENT_2))


def asked(source: str, there: str = "", letter: str | None = None) -> AsAsked:
    space: dict[str, Any] = {}
    exec(source, space)
    names = INTERFACE.intersection(space).union(there.split())
    return AsAsked(
        in_process(space, {"cell-1": 2, "cell-4": 1}),
        there=frozenset(names),
        drawn_in={"baseline": ["cell-1", "cell-4", "cell-9"]},
        class_names=["a", "b"],
        letter=letter,
    )


SIMILARITY = np.array([[0.1, 0.9, 0.5], [0.7, 0.2, 0.3]])
BEST = "import numpy as np\ndef best(s, k): return np.argsort(-s, axis=1)[:, :k]\n"


@pytest.mark.parametrize(
    "definition",
    [
        "def get_predictions(similarity, k): return best(similarity, k)",
        "def get_predictions(similarity, k=3): return best(similarity, k)",
        "def get_predictions(s, how_many): return best(s, how_many)[:, 0]",
        "get_predictions = lambda s, K: best(s, K)",
        "from functools import partial\nget_predictions = partial(lambda a, s, k: best(s, k), None)",
        "class P:\n    def __call__(self, s, k, verbose=False): return best(s, k)\nget_predictions = P()",
        "def get_predictions(s, axis=1): return s.argmax(axis=axis)",
        "get_predictions = lambda s: s.argmax(axis=1)",
        "get_predictions = np.ndarray.argmax\nget_predictions = lambda s, *a, **k: s.argmax(axis=1)",
    ],
)
def test_predictions_of_any_signature_give_one_class_an_image(definition: str) -> None:
    student = asked(BEST + definition)
    assert student.call("get_predictions", SIMILARITY).tolist() == [1, 0]


def test_predictions_with_k_stand_for_an_absent_top_k_only() -> None:
    plain_k = BEST + "def get_predictions(similarity, k): return best(similarity, k)\n"
    assert asked(plain_k).call("get_top_k_predictions", SIMILARITY, 2).tolist() == [[1, 2], [0, 2]]
    own = plain_k + "def get_top_k_predictions(s, k): return s[:, :k]"
    assert asked(own).call("get_top_k_predictions", SIMILARITY, 1).shape == (2, 1)
    with pytest.raises(StudentError, match="was not found"):
        asked("def get_predictions(s): return s.argmax(1)").call("get_top_k_predictions", 1, 2)


def test_what_is_absent_is_said_in_a_sentence_of_its_own() -> None:
    student = asked("baseline_accuracy = 1", there="get_predictions")
    with pytest.raises(StudentError) as absent:
        student.fetch("float(improved_accuracy)")
    assert str(absent.value) in NOT_FOUND
    with pytest.raises(StudentError) as broken:  # it stands in the text, but its cell failed
        student.call("get_predictions", SIMILARITY)
    assert str(broken.value) not in NOT_FOUND
    assert student.fetch("baseline_accuracy") == 1
    assert student.fetch("list(CLASS_NAMES)") == ["a", "b"]
    assert student.pictures("baseline") == 3
    with pytest.raises(StudentError, match="`embeddings_umap` was not found"):
        student.pictures("umap_plot")


def test_modules_of_expressions_need_not_be_imported_by_that_name() -> None:
    student = asked("device = 'cpu'", letter="B")
    assert student.fetch("'cuda' if torch.cuda.is_available() else device") == "cpu"
    assert student.fetch("experiment") == "B"
    assert asked("experiment = 'D'", letter="B").fetch("experiment") == "D"


def test_what_is_not_there_is_not_watched() -> None:
    student = asked("def run_zero_shot(l, t): return 3")
    watched = ("get_text_embeddings", "clip_model.get_text_features")
    value, counts = student.count_calls("run_zero_shot", 1, 2, of=watched)
    assert value == 3
    assert counts == dict.fromkeys(watched, 0)


def test_the_seed_follows_the_text_alone() -> None:
    one, other = book("x = 1"), book("x = 2")
    again = book("x = 1")
    again.cells[0].outputs = [nbformat.v4.new_output("stream", text="1")]
    assert content_seed(one) == content_seed(again) != content_seed(other)
