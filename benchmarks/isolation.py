"""What a room costs: the same notebook in a bare kernel, a cold room and a warm one, in turns.

python -m benchmarks.isolation [ROUNDS]

Two times are taken of each: from nothing to the first graded cell, which is a notebook's last one here, and to the
end of the kernel.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from autograder.clip.assets import find_fashion_mnist, find_model, surroundings_in
from autograder.course import ASSIGNMENT, KIT
from autograder.kernel.isolation import BUBBLEWRAP, COLD, NONE, isolation_named
from autograder.kernel.limits import Limits
from autograder.kernel.runner import run_notebook

WAYS = (NONE, COLD, BUBBLEWRAP)


def notebooks() -> dict[str, list[str]]:
    """Return the sources of each notebook's code cells."""
    place = KIT / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    code = [cell for cell in nbformat.read(place, as_version=4).cells if cell.cell_type == "code"]
    graded = [bool(cell.metadata.get("nbgrader", {}).get("grade")) for cell in code]
    return {
        "1 + 1": ["1 + 1"],
        "the assignment's imports, and UMAP": [
            "import matplotlib.pyplot, torch, torchvision, transformers, umap\n"
            "from sklearn import metrics\nfrom transformers import CLIPModel, CLIPProcessor"
        ],
        "the assignment to its first graded cell: imports, the model loaded": [
            cell.source for cell in code[: graded.index(True) + 1]
        ],
        "the model loaded, 256 images embedded": [
            "import os, torch\nfrom transformers import CLIPModel\n"
            "model = CLIPModel.from_pretrained(os.environ['CLIP_MODEL']).eval()\n"
            "with torch.no_grad():\n"
            "    model.get_image_features(pixel_values=torch.zeros(256, 3, 28, 28))"
        ],
    }


def seconds(isolation: str, sources: list[str]) -> tuple[float, float]:
    """Return how long a notebook of these cells takes to its last cell's judging, and to its kernel's end.

    Raises:
        RuntimeError: a cell has failed.
    """
    way = isolation_named(isolation)
    given = surroundings_in(way, find_model(), find_fashion_mnist())
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    notebook.cells[-1].metadata["nbgrader"] = {"grade": True, "grade_id": "last"}
    judged: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run_notebook(
            notebook,
            files=Path(folder),
            environment=given.environment,
            folders=given.folders,
            limits=Limits(),
            judge=lambda cell, student: judged.append(time.perf_counter() - start),
            isolation=way,
        )
        whole = time.perf_counter() - start
    if any(output.output_type == "error" for cell in notebook.cells for output in cell.outputs):
        raise RuntimeError(f"a cell has failed: {notebook.cells[-1].outputs}")
    return judged[0], whole


def main(rounds: int) -> None:
    """Print a table of medians: seconds to the judging and, in brackets, to the end; ratios of the former."""
    print(
        f"| notebook ({rounds} rounds, medians) | bare | cold room | warm room | cold : bare | warm : bare |"
    )
    print("|---|---:|---:|---:|---:|---:|")
    for name, sources in notebooks().items():
        for way in WAYS:  # once for the disk's cache, and for the fork server to import
            seconds(way, sources)
        measured: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
        for _ in range(rounds):
            for way in WAYS:
                measured[way].append(seconds(way, sources))
        judged, ended = (
            [statistics.median(times[which] for times in measured[way]) for way in WAYS]
            for which in (0, 1)
        )
        columns = [f"{one:.2f} ({other:.2f})" for one, other in zip(judged, ended, strict=True)]
        columns += [f"{one / judged[0]:.2f}" for one in judged[1:]]
        print(f"| {name} | {' | '.join(columns)} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
