"""A figure is shown as a picture, and counted, whatever way of showing it a notebook chooses."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.clip.preparing import startup_text
from autograder.kernel.isolation import NONE, isolation_named
from autograder.kernel.limits import Limits
from autograder.kernel.outputs import PICTURES, plain_data
from autograder.kernel.runner import run_notebook
from autograder.notebook.cells import code_of
from autograder.seam.figures import Figure
from autograder.seam.student import Student

DRAW = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
WAYS = {
    "inline": "%matplotlib inline",
    "notebook": "%matplotlib notebook",
    "widget": "%matplotlib widget",
    "window": "%matplotlib qt",
    "svg": "from matplotlib_inline.backend_inline import set_matplotlib_formats\nset_matplotlib_formats('svg')",
    "svg by configuration": "%config InlineBackend.figure_formats = ['svg']",
    "jpeg": "from matplotlib_inline.backend_inline import set_matplotlib_formats\nset_matplotlib_formats('jpeg')",
    "no page": "import matplotlib\nmatplotlib.use('Agg')",
    "no page, later": "import matplotlib.pyplot as plt\nplt.switch_backend('agg')",
    "a window by name": "import matplotlib\nimport matplotlib.pyplot\nmatplotlib.use('TkAgg')",
}


@pytest.mark.kernel
def test_each_way_shows_one_picture(tmp_path: Path) -> None:
    for way, choose in WAYS.items():
        about = {"grade": True, "grade_id": "check_x", "solution": False, "locked": True}
        drawn = new_code_cell(DRAW, metadata={"nbgrader": {**about, "grade_id": "plot"}})
        asked = new_code_cell("", metadata={"nbgrader": {**about, "points": 1}})
        notebook = new_notebook(cells=[new_code_cell(choose), drawn, asked])
        counted: list[int] = []
        report = run_notebook(
            notebook,
            files=tmp_path,
            environment={},
            limits=Limits(start=120, cell=60, probe=60, notebook=200),
            judge=lambda cell, student, counted=counted: counted.append(student.pictures("plot")),  # type: ignore[misc]
            isolation=isolation_named(NONE),
            startup=startup_text(code_of(notebook)),
        )
        assert report.ended is None, (way, report)
        assert counted[-1] == 1, (way, notebook.cells[0].outputs, drawn.outputs)
        assert any("image/png" in output.get("data", {}) for output in drawn.outputs), way


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg"])
def test_a_picture_is_known_by_its_beginning(kind: str) -> None:
    picture = base64.b64encode(PICTURES[kind] + b"rest").decode()
    assert plain_data({kind: picture, "image/svg+xml": "<svg/>"}) == {kind: picture}
    other = base64.b64encode(b"GIF89a").decode()
    assert plain_data({kind: other}) == {}


SHOWN = {
    "at the end of the cell": "plt.matshow(table)",
    "plt.show": "plt.matshow(table)\nplt.show()",
    "display, closed": "figure, axes = plt.subplots()\naxes.imshow(table)\ndisplay(figure)\nplt.close()",
    "the last line": "figure = Figure()\nfigure.subplots().pcolormesh(table)\nfigure",
}
SAVED = {
    "saved": "plt.matshow(table)\nplt.savefig('table.png')\nplt.close()",
    "closed": "plt.matshow(table)\nplt.close()\nplt.show()",
}


@pytest.mark.kernel
def test_what_a_figure_is_made_of_comes_along(tmp_path: Path) -> None:
    prepared = "import numpy as np\nimport matplotlib.pyplot as plt\nfrom matplotlib.figure import Figure\n"
    about = {"grade": False, "solution": True, "locked": False}
    drawing = {**SHOWN, **SAVED}
    cells = [
        new_code_cell(code, metadata={"nbgrader": {**about, "grade_id": name}})
        for name, code in drawing.items()
    ]
    told: dict[str, tuple[int, list[Figure | None]]] = {}

    def look(student: Student) -> None:
        student.call("draw_again")
        told.update(
            {name: (student.pictures(name), list(student.figures(name))) for name in drawing}
        )

    again = "table = np.arange(12).reshape(3, 4)\ndef draw_again():\n    plt.matshow(-table)\n"
    report = run_notebook(
        new_notebook(cells=[new_code_cell(prepared + again), *cells]),
        files=tmp_path,
        environment={},
        limits=Limits(start=120, cell=60, probe=60, notebook=200),
        judge=lambda cell, student: None,
        isolation=isolation_named(NONE),
        ending=look,
    )
    assert report.ended is None
    for name in SHOWN:
        pictures, figures = told[name]
        assert pictures == len(figures) == 1, name
        assert figures[0] is not None, name
        (table,) = figures[0].axes[0].tables
        assert table.values is not None, name
        # What a check's own call draws is none of the cell's.
        assert table.values.tolist() == np.arange(12).reshape(3, 4).tolist(), name
    assert all(told[name] == (0, []) for name in SAVED)
