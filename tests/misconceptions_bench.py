"""Right work of a whole notebook in this process, and mistakes made in it: what tests of names need.

No pass over the test split is made: embeddings come from the grader's reference, in a shuffled order, and the
map is kept in a file, since it takes UMAP a minute. `python -m tests.misconceptions_bench` makes that file again.
"""

from __future__ import annotations

import itertools
import re
from functools import cache, partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.utils.data import DataLoader
from torchvision.datasets import FashionMNIST
from transformers import CLIPModel, CLIPProcessor

from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.clip.expected import Expected
from autograder.clip.prompt_sets import PROMPT_SETS
from autograder.clip.reference import Reference
from autograder.judging.exercise import judge
from autograder.seam import drawn
from autograder.seam.student import ProbedStudent, in_process
from autograder.verdicts import Judgement
from solutions import data, embeddings, evaluation, multi_prompt, projection, similarity, top_k

PICTURES = {"baseline": 1, "prompts_run": 1, "umap_plot": 1}
RIGHT_MAP = Path(__file__).with_name("right_map.npy")
"""What the reference solution makes of the small model's embeddings in the data set's order, float32 (10000, 2)."""
CODE_OF_SOLUTIONS = re.compile(
    r"argmax\(|axis ?= ?\d|dim ?= ?-?\d|keepdims? ?=|\.norm\(|train ?= ?False|@|\.T\b|\[:, ?::-1\]"
)
"""What no name, title or hint may hold."""
_KEEPER = drawn.keeper()
_STUDENTS = itertools.count()


@cache
def expected() -> Expected:
    """Return the grader's own model and data, shared by all tests of a process."""
    return Expected(Reference(find_model(), find_fashion_mnist()), find_model("tiny"))


@cache
def right_work() -> dict[str, Any]:
    """Return the globals of a notebook in which everything is right."""
    mpl.use("agg")
    known = expected()
    model = find_model().path
    space: dict[str, Any] = {
        **{"np": np, "torch": torch, "re": re, "plt": plt, "F": torch.nn.functional},
        **{"CLIPModel": CLIPModel, "CLIPProcessor": CLIPProcessor},
        **{"FashionMNIST": FashionMNIST, "DataLoader": DataLoader},
        **{"device": "cpu", "data_root": str(find_fashion_mnist()), "clip_model_name": str(model)},
        "clip_model": CLIPModel.from_pretrained(model).eval(),
        "clip_processor": CLIPProcessor.from_pretrained(model),
        "projected": embeddings.projected,
        "CLASS_NAMES": list(data.CLASS_NAMES),
    }
    space["collate_clip"] = partial(data.collate_clip, clip_processor=space["clip_processor"])
    space["test_dataset"], space["test_loader"] = data.load_test_split(
        data_root=find_fashion_mnist(), collate_clip=space["collate_clip"]
    )
    parts = {"clip_model": space["clip_model"], "device": "cpu"}
    space["get_text_embeddings"] = partial(
        embeddings.get_text_embeddings, **parts, clip_processor=space["clip_processor"]
    )
    space["get_image_embeddings"] = partial(embeddings.get_image_embeddings, **parts)
    space["get_cosine_similarity"] = similarity.get_cosine_similarity
    space["get_predictions"] = similarity.get_predictions
    space["plot_confusion_matrix"] = evaluation.plot_confusion_matrix
    functions = ("get_image_embeddings", "get_cosine_similarity", "get_predictions")
    space["run_zero_shot"] = partial(
        evaluation.run_zero_shot, **{name: space[name] for name in functions}
    )

    order = np.random.default_rng(0).permutation(len(known.labels()))
    prompts = list(PROMPT_SETS["good"])
    space["all_img_emb"], space["all_labels"] = (
        known.image_embeddings()[order],
        known.labels()[order],
    )
    space["y_true"] = space["all_labels"]
    space["y_pred"] = known.reference.predictions(known.class_names)[order]
    space["baseline_accuracy"] = known.accuracy(known.class_names)
    space["improved_prompts"] = prompts
    space["improved_accuracy"] = known.accuracy(prompts)
    space["embeddings_umap"] = np.load(RIGHT_MAP)[order]

    tiny = find_model("tiny")
    space["alternative_model_name"] = str(tiny.path)
    space["alternative_accuracy"] = known.of_model(str(tiny.path)).accuracy(known.class_names)
    by_class = multi_prompt.choose_prompts()
    space["prompts_by_class"] = by_class
    flat = [text for texts in by_class.values() for text in texts]
    space["multi_prompt_accuracy"] = float(known.hits(flat, np.repeat(np.arange(10), 2))[0].mean())
    space["get_multi_prompt_predictions"] = multi_prompt.get_multi_prompt_predictions
    space["get_top_k_predictions"] = top_k.get_top_k_predictions
    space["top_k_accuracy"] = top_k.top_k_accuracy
    space["top_k_results"] = {
        k: float(known.top_k_hits(known.class_names, k)[0].mean()) for k in (1, 3, 5)
    }
    space["experiment"] = "C"
    return space


def student_with(code: str, pictures: dict[str, int] = PICTURES) -> ProbedStudent:
    """Return right work after a student's own code has run in it; what it draws is shown in each cell."""
    space = dict(right_work())
    plt.close("all")
    exec(code, space)
    request = f"student {next(_STUDENTS)}"
    for number in plt.get_fignums():
        _KEEPER.keep(plt.figure(number), request)
    is_drawn = bool(plt.get_fignums())
    plt.close("all")
    return in_process(space, pictures, dict.fromkeys(PICTURES, request) if is_drawn else {})


def judged(cell: str, code: str = "", seed: int = 1, **options: Any) -> Judgement:
    """Judge one exercise of right work after a student's own code has run in it."""
    return judge(ASSIGNMENT_2, cell, student_with(code, **options), expected(), seed)


if __name__ == "__main__":
    np.save(RIGHT_MAP, projection.project(all_img_emb=expected().image_embeddings()))
