"""What students, or their editors, do to a notebook; and what each must come to.

Full marks are 6 for similarity and 5 for predictions; the written answer waits for a person (None).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.notebook.marks import grade_id

FULL = {"check_similarity": 6.0, "check_predictions": 5.0, "reflection": None}


@dataclass(frozen=True)
class Trap:
    """One submission.

    Attributes:
        edit: what was done to the solved (or released) notebook.
        scores: what nbgrader's gradebook must say.
        told: a part of a sentence that the feedback must hold.
        solved: whether the edit starts from right work.
    """

    edit: Callable[[NotebookNode], None]
    scores: dict[str, float | None] = field(default_factory=lambda: dict(FULL))
    told: str = ""
    solved: bool = True


def find(notebook: NotebookNode, name: str) -> int:
    return next(i for i, cell in enumerate(notebook.cells) if grade_id(cell) == name)


def prepend(name: str, source: str) -> Callable[[NotebookNode], None]:
    """Put lines at the start of a cell."""

    def edit(notebook: NotebookNode) -> None:
        cell = notebook.cells[find(notebook, name)]
        cell.source = f"{source}\n{cell.source}"

    return edit


def write(name: str, source: str) -> Callable[[NotebookNode], None]:
    """Replace a cell's text."""

    def edit(notebook: NotebookNode) -> None:
        notebook.cells[find(notebook, name)].source = source

    return edit


def add_after(name: str, source: str) -> Callable[[NotebookNode], None]:
    """Insert a cell of the student's own."""

    def edit(notebook: NotebookNode) -> None:
        notebook.cells.insert(find(notebook, name) + 1, new_code_cell(source))

    return edit


def delete(name: str) -> Callable[[NotebookNode], None]:
    def edit(notebook: NotebookNode) -> None:
        del notebook.cells[find(notebook, name)]

    return edit


def duplicate(name: str) -> Callable[[NotebookNode], None]:
    def edit(notebook: NotebookNode) -> None:
        index = find(notebook, name)
        notebook.cells.insert(index + 1, copy.deepcopy(notebook.cells[index]))

    return edit


def split_similarity(notebook: NotebookNode) -> None:
    index = find(notebook, "similarity")
    cell = notebook.cells[index]
    second = copy.deepcopy(cell)
    cell.source = "import math  # the cell was split below this line"
    notebook.cells.insert(index + 1, second)


def reverse(notebook: NotebookNode) -> None:
    notebook.cells.reverse()


def retype(notebook: NotebookNode) -> None:
    cell = notebook.cells[find(notebook, "check_similarity")]
    cell.cell_type = "markdown"
    cell.pop("outputs", None)
    cell.pop("execution_count", None)


def raise_points(notebook: NotebookNode) -> None:
    notebook.cells[find(notebook, "check_similarity")].metadata.nbgrader.points = 60


def end_predictions(source: str) -> Callable[[NotebookNode], None]:
    """Put a line at the end of the cell before the test, where a result would be displayed."""
    return write("predictions", "def get_predictions(s):\n    return s.argmax(axis=1)\n" + source)


LIAR = """
class Liar(np.ndarray):
    def __eq__(self, other): return True
    def __array_function__(self, *a, **k): return True
    @property
    def shape(self): return (7, 3)

def get_cosine_similarity(a, b):
    return np.zeros((1, 1)).view(Liar)
"""

NOTHING = {"check_similarity": 0.0, "check_predictions": 0.0}

TRAPS = {
    "untouched": Trap(
        lambda notebook: None, {**NOTHING, "reflection": 0.0}, "is not finished yet", solved=False
    ),
    "right": Trap(lambda notebook: None),
    "calls_variables_as_builtins": Trap(
        prepend("similarity", "type = 'zero-shot'\nexec = globals = eval = len = sum = list = 0")
    ),
    "warns": Trap(prepend("similarity", "import warnings\nwarnings.warn('slow')")),
    "warns_inside": Trap(
        write(
            "predictions",
            "def get_predictions(s):\n    import sys, warnings\n    warnings.warn('slow')\n"
            "    print('oops', file=sys.stderr)\n    return s.argmax(axis=1)\n",
        )
    ),
    "progress_bar": Trap(
        prepend("predictions", "from tqdm import tqdm\nfor _ in tqdm(range(9)):\n    pass")
    ),
    "partial": Trap(
        write(
            "predictions", "def get_predictions(s):\n    return s.argmax(axis=1).astype(float)\n"
        ),
        {**FULL, "check_predictions": 0.0},
        "expected integers",
    ),
    "transposed": Trap(
        write(
            "similarity",
            "def get_cosine_similarity(a, b):\n"
            "    a, b = a / a.norm(dim=1, keepdim=True), b / b.norm(dim=1, keepdim=True)\n"
            "    return (b @ a.T).numpy()\n",
        ),
        {**FULL, "check_similarity": 0.0},
        "has shape (3, 7), expected (7, 3)",
    ),
    "not_normalised": Trap(
        write("similarity", "def get_cosine_similarity(a, b):\n    return (a @ b.T).numpy()\n"),
        {**FULL, "check_similarity": 5.0},
        "is not the cosine",
    ),
    "a_string_last": Trap(end_predictions("'100'")),
    "a_negative_number": Trap(
        lambda nb: (end_predictions("-5")(nb), write("similarity", "-5")(nb)),  # type: ignore[arg-type]
        {**FULL, "check_similarity": 0.0},
        "is not defined",
    ),
    "displays_a_grade": Trap(
        write(
            "similarity",
            "from IPython.display import display\nclass Six:\n    def __repr__(self): return '6.0'\n"
            "get_ipython().displayhook(Six())\nSix()",
        ),
        {**FULL, "check_similarity": 0.0},
    ),
    "equals_everything": Trap(write("similarity", LIAR), {**FULL, "check_similarity": 0.0}),
    "exits": Trap(
        prepend("predictions", "import os\nos._exit(0)"),
        {**FULL, "check_predictions": 0.0},
        "the kernel died",
    ),
    "data_of_a_laptop": Trap(
        prepend(
            "predictions",
            "from torchvision.datasets import FashionMNIST\n"
            "assert len(FashionMNIST(root='./data', train=False, download=True)) == 10_000",
        )
    ),
    "data_of_a_drive": Trap(
        prepend(
            "predictions",
            "from google.colab import drive\nfrom torchvision.datasets import FashionMNIST\n"
            "drive.mount('/content/drive')\n"
            "data = FashionMNIST('/content/drive/MyDrive/data', train=False, download=True)\n"
            "assert len(data) == 10_000\nexit()",
        )
    ),
    "download": Trap(
        prepend("similarity", "import urllib.request\nurllib.request.urlopen('http://a.invalid')"),
        {**FULL, "check_similarity": 0.0},
        "is not defined, because cell 3 stopped with URLError",
    ),
    "package": Trap(
        lambda notebook: (
            prepend("similarity", "import nowhere_to_be_found")(notebook),
            prepend("predictions", "nowhere_to_be_found.init()")(notebook),
        ),
        {**FULL, "check_predictions": 0.0},
        "because cell 5 stopped with ModuleNotFoundError: No module named 'nowhere_to_be_found'",
    ),
    "leaves": Trap(
        prepend("predictions", "import sys\nsys.exit('done')"),
        {**FULL, "check_predictions": 0.0},
        "because cell 5 stopped with SystemExit: done",
    ),
    "loops": Trap(
        prepend("predictions", "while True: pass"),
        {**FULL, "check_predictions": 0.0},
        "is not defined",
    ),
    "test_deleted": Trap(delete("check_similarity"), told="was missing"),
    "work_deleted": Trap(
        delete("similarity"), {**FULL, "check_similarity": 0.0}, "there is no work of yours in it"
    ),
    "answer_deleted": Trap(delete("reflection"), {**FULL, "reflection": 0.0}, "was missing"),
    "test_copied": Trap(duplicate("check_similarity"), told="was there more than once"),
    "work_copied": Trap(duplicate("similarity"), told="was there more than once"),
    "split": Trap(split_similarity, told="was there more than once"),
    "reordered": Trap(reverse, told="stood elsewhere"),
    "test_edited": Trap(write("check_similarity", "print('passed')"), told="it is locked"),
    "retyped": Trap(retype, told="another type of cell"),
    "points_raised": Trap(raise_points, told="had other settings"),
    "redefined_later": Trap(
        add_after("check_similarity", "def get_cosine_similarity(a, b):\n    return 'changed'")
    ),
}
