"""What a room costs: the same notebook in a bare kernel, a cold room and a warm one, in turns.

python -m benchmarks.isolation [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from nbformat.v4 import new_code_cell, new_notebook

from autograder.assets import find_fashion_mnist, find_model
from autograder.kernel.isolation import BUBBLEWRAP, COLD, NONE, isolation_named, surroundings_in
from autograder.kernel.limits import Limits
from autograder.kernel.runner import run_notebook

NOTEBOOKS = {
    "1 + 1": ["1 + 1"],
    "imports of the assignment": [
        "import torch, torchvision, transformers\nfrom sklearn import metrics"
    ],
    "the model loaded, 256 images embedded": [
        "import os, torch\nfrom transformers import CLIPModel\n"
        "model = CLIPModel.from_pretrained(os.environ['CLIP_MODEL']).eval()\n"
        "with torch.no_grad():\n"
        "    model.get_image_features(pixel_values=torch.zeros(256, 3, 28, 28))"
    ],
}


def seconds(isolation: str, sources: list[str]) -> float:
    """Return how long a notebook of these cells takes, from nothing to its kernel's end."""
    way = isolation_named(isolation)
    given = surroundings_in(way, find_model(), find_fashion_mnist())
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run_notebook(
            notebook,
            files=Path(folder),
            environment=given.environment,
            folders=given.folders,
            limits=Limits(),
            judge=lambda cell, student: None,
            isolation=way,
        )
    return time.perf_counter() - start


def main(rounds: int) -> None:
    """Print a table of medians, and of ratios to the bare kernel."""
    ways = (NONE, COLD, BUBBLEWRAP)
    print(
        f"| notebook ({rounds} rounds, medians) | bare | cold room | warm room | cold : bare | warm : bare |"
    )
    print("|---|---|---|---|---|---|")
    for name, sources in NOTEBOOKS.items():
        for way in ways:  # once for the disk's cache, and for the fork server to import
            seconds(way, sources)
        measured: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way in ways:
                measured[way].append(seconds(way, sources))
        bare, cold, warm = (statistics.median(measured[way]) for way in ways)
        print(
            f"| {name} | {bare:.2f} s | {cold:.2f} s | {warm:.2f} s | {cold / bare:.2f} | {warm / bare:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
