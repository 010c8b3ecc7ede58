"""Students' notebooks, brought before `autograder check`, and what one call of it found."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.cli import main

NOTEBOOKS = Path(__file__).parent / "notebooks"
MODEL = """
from transformers import CLIPModel, CLIPProcessor
import numpy as np, torch
clip_model_name = "openai/clip-vit-base-patch32"
clip_model = CLIPModel.from_pretrained(clip_model_name).eval()
clip_processor = CLIPProcessor.from_pretrained(clip_model_name, use_fast=False)
device = "cpu"
"""
FOR_VERSION_4 = """
def get_text_embeddings(class_names):
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True)
    with torch.no_grad():
        feats = clip_model.get_text_features(**inputs)
    return feats / feats.norm(dim=-1, keepdim=True)
"""
PROJECTED_AGAIN = """
def get_image_embeddings(images):
    with torch.no_grad():
        out = clip_model.get_image_features(pixel_values=images)
        feats = out if torch.is_tensor(out) else clip_model.visual_projection(out.pooler_output)
    return feats / feats.norm(dim=-1, keepdim=True)
"""
DATA = """
from torch.utils.data import DataLoader
from torchvision.datasets import FashionMNIST
CLASS_NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
               "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
def collate_clip(batch):
    images, labels = zip(*batch)
    return clip_processor(images=list(images), return_tensors="pt")["pixel_values"], torch.tensor(labels)
test_dataset = FashionMNIST("/content/drive/MyDrive", train=False, transform=lambda image: image.convert("RGB"))
test_loader = DataLoader(test_dataset, batch_size=40, shuffle=True, collate_fn=collate_clip)
"""


@dataclass(frozen=True)
class Ran:
    """What one call of the command gave."""

    status: int
    text: str
    found: Mapping[str, Any]

    def cells(self, notebook: str, kind: str) -> dict[int | None, str]:
        """Return what happened in the cells of a notebook, by cell."""
        return {c["cell"]: c["text"] for c in self.found[notebook]["cells"] if c["kind"] == kind}

    def points(self, notebook: str) -> dict[str, str]:
        """Return the points of the exercises that were found."""
        return {
            e["title"]: f"{e['earned']:g}/{e['points']:g}"
            for e in self.found[notebook]["exercises"]
            if e["points"]
        }

    def exercise(self, notebook: str, title: str) -> dict[str, Any]:
        """Return one exercise."""
        (found,) = (e for e in self.found[notebook]["exercises"] if e["title"] == title)
        return found

    def mistakes(self, notebook: str, title: str) -> set[str | None]:
        """Return the ids of the mistakes in the failed parts of an exercise."""
        parts = self.exercise(notebook, title)["parts"]
        return {part["mistake"] for part in parts if part["state"] == "failed"}


def write(folder: Path, name: str, notebooks: Path = NOTEBOOKS) -> Path:
    """Bring a student's notebook, readable text or a file as it came, into a folder of its own."""
    source = next(path for path in sorted(notebooks.iterdir()) if path.stem == name)
    target = folder / f"{name}.ipynb"
    if source.suffix == ".ipynb":
        shutil.copy(source, target)
    else:
        read = jupytext.read(source, fmt="py:percent")
        cells = [
            (new_code_cell if cell.cell_type == "code" else new_markdown_cell)(cell.source)
            for cell in read.cells
        ]
        nbformat.write(new_notebook(cells=cells), target)
    return target


def write_cells(path: Path, *sources: str) -> Path:
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in sources]), path)
    return path


def check(folder: Path, *arguments: str | Path) -> Ran:
    """Run the command, and read what it wrote."""
    record = folder / "found.json"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = main(["check", "--json", str(record), *map(str, arguments)])
    data = json.loads(record.read_text(encoding="utf-8"))
    assert data["status"] == status
    found = {Path(notebook["notebook"]).stem: notebook for notebook in data["notebooks"]}
    return Ran(status, printed.getvalue(), found)
