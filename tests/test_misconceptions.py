"""Every mistake with a name: a student makes it, and is told exactly this name."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from autograder.assignment import judged_cells
from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.assignments.assignment_2.mistakes.catalogue import BY_ID, MISCONCEPTIONS
from autograder.assignments.assignment_2.mistakes.experiment import accuracies_mixed
from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.clip.expected import Expected
from autograder.clip.reference import Reference
from autograder.course import KIT
from autograder.judging.exercise import Subject, judge, judge_many
from autograder.verdicts import Judgement, Status, Verdict
from tests.misconceptions_bench import CODE_OF_SOLUTIONS, PICTURES, expected, student_with

COSINE = """
def get_cosine_similarity(a, b):
    {body}
"""
UNIT = "a, b = a / a.norm(dim=1, keepdim=True), b / b.norm(dim=1, keepdim=True)\n    "
TEXTS = """
def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True)
    with torch.no_grad():
        feats = projected(clip_model.get_text_features(**inputs))
    {body}
"""
IMAGES = """
def get_image_embeddings(images):
    with torch.no_grad():
        feats = projected(clip_model.get_image_features(pixel_values=images))
    {body}
"""
LOOP = """
def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for images, labels in loader:
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_pred.append(get_predictions(similarity))
        y_true.append(labels.numpy())
    {end}
"""
JOINED = "return np.concatenate(y_true), np.concatenate(y_pred)"
MULTI = """
experiment = "B"
def get_multi_prompt_predictions(similarity, prompt_class):
    {body}
"""
TOP_K = """
def get_top_k_predictions(similarity, k):
    {body}
"""
SHARE = """
def top_k_accuracy(y_true, top_k):
    {body}
"""


def cosine(body: str) -> str:
    return COSINE.format(body=body)


def texts(body: str) -> str:
    return TEXTS.format(body=body)


def images(body: str) -> str:
    return IMAGES.format(body=body)


def predictions(body: str) -> str:
    return f"def get_predictions(similarity):\n    return {body}\n"


def loop(end: str) -> str:
    return LOOP.format(end=end)


def multi(body: str) -> str:
    return MULTI.format(body=body)


def top(body: str) -> str:
    return TOP_K.format(body=body)


def share(body: str) -> str:
    return SHARE.format(body=body)


def both(body: str) -> str:
    return texts(body) + images(body)


LOADER = "test_loader = DataLoader(test_dataset, batch_size={size}, shuffle={shuffle}, collate_fn=collate_clip{more})"


def loader(dataset: str = "", size: int = 16, shuffle: bool = True, more: str = "") -> str:
    return dataset + "\n" + LOADER.format(size=size, shuffle=shuffle, more=more)


DATASET = "test_dataset = FashionMNIST(root=data_root, train={train}{more})"
TRAIN = loader(DATASET.format(train=True, more=""))
TO_TENSOR = loader(
    "from torchvision.transforms import ToTensor\n"
    + DATASET.format(train=False, more=", transform=ToTensor()")
)

MEASURED = """
s = all_img_emb @ get_text_embeddings(improved_prompts).numpy().T
improved_accuracy = float((s.argmax(axis=1) == all_labels).mean())
"""

MADE: list[tuple[str, str, str]] = [
    # --- set-up and loading
    ("check_setup", "hard-coded-cuda", "device = 'cuda'"),
    (
        "check_setup",
        "train-mode-left-on",
        "import copy; clip_model = copy.deepcopy(clip_model).train()",
    ),
    ("check_loading", "train-split", TRAIN),
    ("check_loading", "double-rescaling", TO_TENSOR),
    (
        "check_loading",
        "subset-as-whole",
        loader("test_dataset = torch.utils.data.Subset(test_dataset, range(1000))"),
    ),
    ("check_loading", "drop-last", loader(more=", drop_last=True")),
    (
        "check_loading",
        "drawn-with-replacement",
        loader(
            shuffle=False,
            more=", sampler=torch.utils.data.RandomSampler(test_dataset, replacement=True)",
        ),
    ),
    ("check_loading", "not-shuffled", loader(shuffle=False)),
    (
        "check_loading",
        "one-based-indices",
        loader(
            "test_dataset = FashionMNIST(root=data_root, train=False, target_transform=lambda y: y + 1)"
        ),
    ),
    ("check_loading", "wrong-batch-size", loader(size=64)),
    ("check_loading", "wrong-collate", "test_loader = DataLoader(test_dataset, 16, shuffle=True)"),
    (
        "check_loading",
        "other-transform",
        loader(
            "test_dataset = FashionMNIST(root=data_root, train=False, transform=lambda i: i.rotate(180))"
        ),
    ),
    (
        "check_loading",
        "labels-from-another-pass",
        "good = collate_clip\n"
        "def collate_clip(batch):\n    pixels, labels = good(batch)\n    return pixels, labels.sort().values\n"
        + loader(),
    ),
    (
        "check_loading",
        "images-processed-twice",
        "good = collate_clip\n"
        "def collate_clip(batch):\n"
        "    pixels, labels = good(batch)\n"
        "    again = clip_processor(images=list(pixels), return_tensors='pt')['pixel_values']\n"
        "    return again, labels\n" + loader(),
    ),
    # --- embeddings
    ("check_embeddings", "not-normalised", both("return feats")),
    (
        "check_embeddings",
        "projected-twice",
        texts("return torch.nn.functional.normalize(clip_model.text_projection(feats).detach())"),
    ),
    ("check_embeddings", "only-one-side-normalised", texts("return feats")),
    ("check_embeddings", "only-one-side-normalised", images("return feats")),
    ("check_embeddings", "norm-of-whole-matrix", both("return feats / feats.norm()")),
    (
        "check_embeddings",
        "norm-over-columns",
        both("return feats / feats.norm(dim=0, keepdim=True)"),
    ),
    (
        "check_embeddings",
        "squared-norm",
        both("return feats / (feats**2).sum(dim=1, keepdim=True)"),
    ),
    ("check_embeddings", "l1-norm", both("return F.normalize(feats, p=1, dim=-1)")),
    (
        "check_embeddings",
        "unpooled-output",
        texts("return F.normalize(clip_model.text_model(**inputs)[0].detach(), dim=-1)")
        + images("return F.normalize(clip_model.vision_model(images)[0].detach(), dim=-1)"),
    ),
    (
        "check_embeddings",
        "unprojected-output",
        texts("return F.normalize(clip_model.text_model(**inputs).pooler_output.detach(), dim=-1)")
        + images(
            "return F.normalize(clip_model.vision_model(images).pooler_output.detach(), dim=-1)"
        ),
    ),
    (
        "check_embeddings",
        "gradients-kept",
        "def get_image_embeddings(images):\n"
        "    feats = projected(clip_model.get_image_features(pixel_values=images))\n"
        "    return feats / feats.norm(dim=-1, keepdim=True)\n",
    ),
    (
        "check_embeddings",
        "array-instead-of-tensor",
        both("return F.normalize(feats, dim=-1).numpy()"),
    ),
    (
        "check_embeddings",
        "array-instead-of-tensor",
        both("return F.normalize(feats, dim=-1).tolist()"),
    ),
    (
        "check_embeddings",
        "stale-cache",
        "kept = []\n" + texts("kept.append(F.normalize(feats, dim=-1))\n    return kept[0]"),
    ),
    (
        "check_embeddings",
        "global-instead-of-argument",
        texts(
            "inputs = clip_processor(text=CLASS_NAMES, return_tensors='pt', padding=True)\n"
            "    with torch.no_grad():\n"
            "        feats = projected(clip_model.get_text_features(**inputs))\n"
            "    return F.normalize(feats, dim=-1)"
        ),
    ),
    ("check_embeddings", "order-not-kept", images("return F.normalize(feats, dim=-1).flip(0)")),
    (
        "check_embeddings",
        "order-not-kept",
        "good = get_text_embeddings\n"
        "def get_text_embeddings(class_names):\n    return good(sorted(set(class_names)))\n",
    ),
    (
        "check_embeddings",
        "depends-on-batch",
        images("return F.normalize(feats - feats.mean(dim=0), dim=-1)"),
    ),
    (
        "check_embeddings",
        "train-mode-left-on",
        "import copy; clip_model = copy.deepcopy(clip_model)\n"
        "def get_image_embeddings(images):\n"
        "    clip_model.train()\n"
        "    with torch.no_grad():\n"
        "        feats = projected(clip_model.get_image_features(pixel_values=images))\n"
        "    return F.normalize(feats, dim=-1)\n",
    ),
    (
        "check_embeddings",
        "ensemble-not-renormalised",
        "good = get_text_embeddings\n"
        "def get_text_embeddings(class_names):\n"
        "    words = ('a sandal like a {}', 'a bag like a {}', 'trousers like a {}')\n"
        "    return torch.stack([good([w.format(n) for n in class_names]) for w in words]).mean(dim=0)\n",
    ),
    (
        "check_embeddings",
        "template-added",
        "good = get_text_embeddings\n"
        "def get_text_embeddings(class_names):\n"
        "    return good([f'a photo of a {name}' for name in class_names])\n",
    ),
    (
        "check_embeddings",
        "images-processed-twice",
        "good = get_image_embeddings\n"
        "def get_image_embeddings(images):\n"
        "    return good(clip_processor(images=list(images), return_tensors='pt')['pixel_values'])\n",
    ),
    (
        "check_embeddings",
        "double-rescaling",
        "good = get_image_embeddings\ndef get_image_embeddings(images):\n    return good(images / 255)\n",
    ),
    (
        "check_embeddings",
        "transformers-output-object",
        "def get_image_embeddings(images):\n"
        "    feats = clip_model.vision_model(pixel_values=images)\n"
        "    return feats / feats.norm(dim=-1, keepdim=True)\n",
    ),
    (
        "check_embeddings",
        "hard-coded-cuda",
        "def get_image_embeddings(images):\n    return good(images.cuda())\ngood = None\n",
    ),
    (
        "check_embeddings",
        "model-overwritten",
        "import copy; clip_model = copy.deepcopy(clip_model); clip_model.name_or_path = 'another'\n"
        + images("return F.normalize(feats, dim=-1) * -1"),
    ),
    ("check_embeddings", "leftover-state", images("return feats / lengths")),
    # --- similarity
    ("check_similarity", "transposed", cosine(UNIT + "return (b @ a.T).numpy()")),
    ("check_similarity", "factor-not-turned", cosine(UNIT + "return (a @ b).numpy()")),
    ("check_similarity", "not-normalised", cosine("return (a @ b.T).numpy()")),
    (
        "check_similarity",
        "only-one-side-normalised",
        cosine("return (F.normalize(a, dim=1) @ b.T).numpy()"),
    ),
    (
        "check_similarity",
        "only-one-side-normalised",
        cosine("return (a @ F.normalize(b, dim=1).T).numpy()"),
    ),
    (
        "check_similarity",
        "norm-of-whole-matrix",
        cosine("return ((a / a.norm()) @ (b / b.norm()).T).numpy()"),
    ),
    (
        "check_similarity",
        "norm-over-columns",
        cosine("return ((a / a.norm(dim=0)) @ (b / b.norm(dim=0)).T).numpy()"),
    ),
    (
        "check_similarity",
        "squared-norm",
        cosine(
            "return ((a / (a**2).sum(1, keepdim=True)) @ (b / (b**2).sum(1, keepdim=True)).T).numpy()"
        ),
    ),
    (
        "check_similarity",
        "l1-norm",
        cosine("return (F.normalize(a, p=1, dim=1) @ F.normalize(b, p=1, dim=1).T).numpy()"),
    ),
    ("check_similarity", "element-wise-product", cosine("return (a * b).numpy()")),
    ("check_similarity", "element-wise-product", cosine("return a.numpy() * b.numpy()")),
    ("check_similarity", "element-wise-product", cosine("return (a * b).sum(dim=1).numpy()")),
    ("check_similarity", "one-pair-only", cosine("return F.cosine_similarity(a, b).numpy()")),
    (
        "check_similarity",
        "one-pair-only",
        cosine("return np.array([float(F.cosine_similarity(x, y, dim=0)) for x, y in zip(a, b)])"),
    ),
    (
        "check_similarity",
        "one-pair-only",
        cosine("return F.cosine_similarity(a[0], b[0], dim=0).numpy()"),
    ),
    (
        "check_similarity",
        "softmax-wrong-axis",
        cosine(UNIT + "return (100 * a @ b.T).softmax(dim=0).numpy()"),
    ),
    (
        "check_similarity",
        "softmax-applied",
        cosine(UNIT + "return (a @ b.T).softmax(dim=1).numpy()"),
    ),
    ("check_similarity", "softmax-applied", cosine("return (a @ b.T).softmax(dim=1).numpy()")),
    (
        "check_similarity",
        "distance-instead-of-similarity",
        cosine("return torch.cdist(a, b).numpy()"),
    ),
    (
        "check_similarity",
        "distance-instead-of-similarity",
        cosine(UNIT + "return (1 - a @ b.T).numpy()"),
    ),
    ("check_similarity", "scaled-similarity", cosine(UNIT + "return (100 * a @ b.T).numpy()")),
    ("check_similarity", "tensor-instead-of-array", cosine(UNIT + "return a @ b.T")),
    ("check_similarity", "list-returned", cosine(UNIT + "return (a @ b.T).tolist()")),
    ("check_similarity", "absolute-values", cosine(UNIT + "return (a @ b.T).abs().numpy()")),
    (
        "check_similarity",
        "global-instead-of-argument",
        cosine("return (image_feats @ text_feats.T).numpy()")
        + "image_feats, text_feats = torch.randn(16, 8), torch.randn(10, 8)",
    ),
    (
        "check_similarity",
        "stale-cache",
        "kept = []\n" + cosine(UNIT + "kept.append((a @ b.T).numpy())\n    return kept[0]"),
    ),
    (
        "check_similarity",
        "mixed-devices",
        cosine(
            "raise RuntimeError('Expected all tensors to be on the same device, but found at least two"
            " devices, cuda:0 and cpu!')"
        ),
    ),
    (
        "check_similarity",
        "result-on-gpu",
        cosine(
            "raise TypeError(\"can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to"
            ' copy the tensor to host memory first.")'
        ),
    ),
    # --- predictions
    ("check_predictions", "argmax-wrong-axis", predictions("similarity.argmax(axis=0)")),
    (
        "check_predictions",
        "rounded-before-argmax",
        predictions("np.round(similarity, 2).argmax(axis=1)"),
    ),
    (
        "check_predictions",
        "random-answers",
        predictions(
            "(similarity + np.random.default_rng().normal(0, 0.01, similarity.shape)).argmax(axis=1)"
        ),
    ),
    (
        "check_predictions",
        "argument-changed",
        predictions("similarity.__imul__(2).argmax(axis=1)"),
    ),
    (
        "check_predictions",
        "depends-on-batch",
        predictions(
            "(similarity - (len(similarity) > 8) * similarity.mean(axis=0)).argmax(axis=1)"
        ),
    ),
    (
        "check_experiment",
        "predictions-replaced",
        "experiment = 'C'\n" + predictions("np.argsort(-similarity, axis=1)[:, :3]"),
    ),
    ("check_predictions", "argmax-of-everything", predictions("similarity.argmax()")),
    ("check_predictions", "argmin", predictions("np.argmin(similarity, axis=1)")),
    ("check_predictions", "argmin", predictions("np.argsort(similarity, axis=1)[:, 0]")),
    ("check_predictions", "values-instead-of-indices", predictions("similarity.max(axis=1)")),
    (
        "check_predictions",
        "wrong-index-dtype",
        predictions("similarity.argmax(axis=1).astype(float)"),
    ),
    (
        "check_predictions",
        "extra-dimension",
        predictions("similarity.argmax(axis=1, keepdims=True)"),
    ),
    (
        "check_predictions",
        "class-names-returned",
        predictions("[CLASS_NAMES[i] for i in similarity.argmax(axis=1)]"),
    ),
    (
        "check_predictions",
        "class-names-returned",
        predictions("np.array(CLASS_NAMES)[similarity.argmax(axis=1)]"),
    ),
    ("check_predictions", "list-returned", predictions("similarity.argmax(axis=1).tolist()")),
    (
        "check_predictions",
        "tensor-instead-of-array",
        predictions("torch.tensor(similarity).argmax(dim=1)"),
    ),
    (
        "check_predictions",
        "ties-give-several",
        predictions("np.where(similarity == similarity.max(axis=1, keepdims=True))[1]"),
    ),
    ("check_predictions", "absolute-values", predictions("np.abs(similarity).argmax(axis=1)")),
    ("check_predictions", "one-based-indices", predictions("similarity.argmax(axis=1) + 1")),
    (
        "check_predictions",
        "global-instead-of-argument",
        predictions("table.argmax(axis=1)") + "table = np.random.default_rng(0).random((16, 10))",
    ),
    (
        "check_predictions",
        "stale-cache",
        "kept = []\ndef get_predictions(similarity):\n    kept.append(similarity.argmax(axis=1))\n    return kept[0]\n",
    ),
    # --- loop
    (
        "check_loop",
        "uneven-last-batch",
        loop("return np.array(y_true).flatten(), np.array(y_pred).flatten()"),
    ),
    (
        "check_loop",
        "uneven-last-batch",
        loop(
            "return tuple(np.array([*l, None], dtype=object)[:-1].flatten() if len({len(b) for b in l}) > 1"
            " else np.array(l).flatten() for l in (y_true, y_pred))"
        ),
    ),
    (
        "check_loop",
        "lists-not-reset",
        loop(JOINED).replace("    y_true, y_pred = [], []\n", "") + "\ny_true, y_pred = [], []\n",
    ),
    (
        "check_loop",
        "lists-not-reset",
        loop(JOINED)
        .replace("(loader, text_feats)", "(loader, text_feats, y_true=[], y_pred=[])", 1)
        .replace("    y_true, y_pred = [], []\n", ""),
    ),
    (
        "check_loop",
        "mean-of-batch-means",
        loop("return np.mean([(t == p).mean() for t, p in zip(y_true, y_pred)])"),
    ),
    (
        "check_loop",
        "accuracy-instead-of-pair",
        loop("return float((np.concatenate(y_true) == np.concatenate(y_pred)).mean())"),
    ),
    ("check_loop", "pair-swapped", loop("return np.concatenate(y_pred), np.concatenate(y_true)")),
    ("check_loop", "only-last-batch", loop("return y_true[-1], y_pred[-1]")),
    ("check_loop", "only-first-batch", loop("    " + JOINED)),
    (
        "check_loop",
        "last-batch-dropped",
        loop("return np.concatenate(y_true[:-1]), np.concatenate(y_pred[:-1])"),
    ),
    ("check_loop", "batches-not-joined", loop("return y_true, y_pred")),
    (
        "check_loop",
        "labels-not-in-step",
        loop("return np.concatenate([l.numpy() for _, l in loader]), np.concatenate(y_pred)"),
    ),
    (
        "check_loop",
        "labels-not-in-step",
        loop("return np.concatenate(y_true), np.concatenate(y_pred[::-1])"),
    ),
    (
        "check_loop",
        "sorted-apart",
        loop("return np.sort(np.concatenate(y_true)), np.concatenate(y_pred)"),
    ),
    (
        "check_loop",
        "text-encoded-every-batch",
        loop(JOINED).replace(
            "text_feats)\n        y_pred", "get_text_embeddings(CLASS_NAMES))\n        y_pred"
        ),
    ),
    (
        "check_loop",
        "global-instead-of-argument",
        "feats = get_text_embeddings(CLASS_NAMES)\n"
        + loop(JOINED).replace("text_feats)\n        y_pred", "feats)\n        y_pred"),
    ),
    (
        "check_loop",
        "tensor-instead-of-array",
        loop("return torch.tensor(np.concatenate(y_true)), torch.tensor(np.concatenate(y_pred))"),
    ),
    (
        "check_loop",
        "wrong-index-dtype",
        loop("return np.concatenate(y_true) * 1.0, np.concatenate(y_pred) * 1.0"),
    ),
    (
        "check_loop",
        "class-names-returned",
        loop(
            "n = np.array(CLASS_NAMES); return n[np.concatenate(y_true)], n[np.concatenate(y_pred)]"
        ),
    ),
    (
        "check_loop",
        "argmin",
        loop(JOINED).replace("get_predictions(similarity)", "similarity.argmin(axis=1)"),
    ),
    (
        "check_loop",
        "function-used-is-wrong",
        "def get_predictions(s):\n    return s.argsort(axis=1)[:, -2]\n" + loop(JOINED),
    ),
    # --- baseline
    ("check_baseline", "class-names-overwritten", "CLASS_NAMES = improved_prompts"),
    (
        "check_baseline",
        "subset-as-whole",
        "y_true, y_pred = y_true[:80], y_pred[:80]; baseline_accuracy = float((y_true == y_pred).mean())",
    ),
    (
        "check_baseline",
        "subset-as-whole",
        "n = 1000; y_true = y_pred = None\n"
        "first = get_image_embeddings(collate_clip([test_dataset[i] for i in range(n)])[0])\n"
        "guess = get_predictions(get_cosine_similarity(first, get_text_embeddings(CLASS_NAMES)))\n"
        "baseline_accuracy = float((guess == test_dataset.targets[:n].numpy()).mean())\nguess = None",
    ),
    ("check_baseline", "percentage", "baseline_accuracy = baseline_accuracy * 100"),
    ("check_baseline", "counts-not-shares", "baseline_accuracy = float((y_true == y_pred).sum())"),
    ("check_baseline", "wrong-answers-counted", "baseline_accuracy = 1 - baseline_accuracy"),
    (
        "check_baseline",
        "mean-of-batch-means",
        "right = y_true == y_pred\n"
        "baseline_accuracy = np.mean([right[i : i + 4096].mean() for i in range(0, 10000, 4096)])",
    ),
    ("check_baseline", "accuracy-not-from-predictions", "baseline_accuracy = 0.624"),
    ("check_baseline", "not-the-share-of-right", "baseline_accuracy = 0.7512"),
    (
        "check_baseline",
        "classes-merged",
        "y_true, y_pred = (np.where(y == 6, 0, y) for y in (y_true, y_pred))\n"
        "baseline_accuracy = float((y_true == y_pred).mean())",
    ),
    (
        "check_baseline",
        "mean-of-batch-means",
        "baseline_accuracy = float(np.mean([(y_true == y_pred)[i:i + 768].mean() for i in range(0, 10000, 768)]))\n"
        "y_true = test_dataset.targets.numpy(); order = np.argsort(all_labels, kind='stable')\n"
        "y_true, y_pred = all_labels[order], y_pred[order]\n"
        "baseline_accuracy = float(np.mean([(y_true == y_pred)[i:i + 768].mean() for i in range(0, 10000, 768)]))",
    ),
    (
        "check_baseline",
        "labels-from-another-pass",
        "y_true = np.random.default_rng(3).permutation(y_true); baseline_accuracy = float((y_true == y_pred).mean())",
    ),
    (
        "check_baseline",
        "double-rescaling",
        "y_pred = np.full(10000, 3); baseline_accuracy = float((y_true == y_pred).mean())",
    ),
    (
        "check_baseline",
        "model-overwritten",
        "import copy; clip_model = copy.deepcopy(clip_model); clip_model.name_or_path = 'x'; baseline_accuracy = 0.5",
    ),
    ("check_baseline", "train-split", TRAIN + "\nbaseline_accuracy = 0.6652"),
    ("check_baseline", "accuracy-not-from-prompts", "baseline_accuracy = improved_accuracy"),
    (
        "check_baseline",
        "confusion-axes-swapped",
        "good = plot_confusion_matrix\n"
        "def plot_confusion_matrix(y_true, y_pred, class_names):\n    return good(y_pred, y_true, class_names)\n",
    ),
    (
        "check_baseline",
        "images-processed-twice",
        "good = get_image_embeddings\n"
        "def get_image_embeddings(images):\n"
        "    return good(clip_processor(images=list(images), return_tensors='pt')['pixel_values'])\n"
        "baseline_accuracy = 0.4123",
    ),
    # --- prompts
    ("check_prompts", "class-names-overwritten", "CLASS_NAMES = improved_prompts"),
    ("check_prompts", "not-ten-prompts", "improved_prompts = improved_prompts[:9]"),
    (
        "check_prompts",
        "prompt-too-long",
        "improved_prompts = [*improved_prompts[:9], 'a photo of a ' + 'very ' * 90 + 'warm boot']",
    ),
    ("check_prompts", "prompt-too-long", "improved_prompts = ['x' * 1001] + improved_prompts[1:]"),
    (
        "check_experiment",
        "prompt-too-long",
        "experiment = 'B'; prompts_by_class = {**prompts_by_class, 'Bag': ['a bag', 'bag, ' * 80]}",
    ),
    (
        "check_prompts",
        "not-ten-prompts",
        "improved_prompts = improved_prompts + ['a photo of a hat']",
    ),
    (
        "check_prompts",
        "same-prompt-twice",
        "improved_prompts = ['a photo of clothes'] * 10; improved_accuracy = 0.1",
    ),
    ("check_prompts", "accuracy-not-from-prompts", "improved_accuracy = baseline_accuracy"),
    ("check_prompts", "percentage", "improved_accuracy = 100 * improved_accuracy"),
    ("check_prompts", "accuracy-not-from-predictions", "improved_accuracy = 0.7067"),
    (
        "check_prompts",
        "prompts-out-of-order",
        "improved_prompts = improved_prompts[::-1]" + MEASURED,
    ),
    (
        "check_prompts",
        "prompts-equal-names",
        "improved_prompts = [*improved_prompts[:9], 'ankle boot ']" + MEASURED,
    ),
    # --- UMAP
    (
        "check_umap",
        "map-of-similarities",
        "all_img_emb = get_cosine_similarity(torch.tensor(all_img_emb), get_text_embeddings(CLASS_NAMES))",
    ),
    (
        "check_umap",
        "one-batch-only",
        "all_img_emb, all_labels = all_img_emb[-16:], all_labels[-16:]; embeddings_umap = embeddings_umap[-16:]",
    ),
    (
        "check_umap",
        "subset-as-whole",
        "all_img_emb, all_labels = all_img_emb[:1000], all_labels[:1000]; embeddings_umap = embeddings_umap[:1000]",
    ),
    ("check_umap", "labels-from-another-pass", "all_labels = test_dataset.targets.numpy()"),
    (
        "check_umap",
        "map-not-two-dimensional",
        "embeddings_umap = np.concatenate([embeddings_umap, embeddings_umap[:, :1]], axis=1)",
    ),
    (
        "check_umap",
        "map-of-similarities",
        "from sklearn.decomposition import PCA\n"
        "seen = all_img_emb @ get_text_embeddings(CLASS_NAMES).numpy().T\n"
        "embeddings_umap = PCA(2).fit_transform(seen)",
    ),
    (
        "check_umap",
        "map-of-similarities",
        "from sklearn.decomposition import PCA\n"
        "seen = all_img_emb @ get_text_embeddings(improved_prompts).numpy().T\n"
        # No linear function of them, as what UMAP makes is none.
        "embeddings_umap = np.cbrt(PCA(2).fit_transform(seen))",
    ),
    ("check_umap", "linear-map-instead-of-umap", "embeddings_umap = all_img_emb[:, :2]"),
    (
        "check_umap",
        "linear-map-instead-of-umap",
        "from sklearn.decomposition import PCA\nembeddings_umap = PCA(2).fit_transform(all_img_emb).round(3)",
    ),
    (
        "check_umap",
        "linear-map-instead-of-umap",
        "from sklearn.decomposition import PCA\nembeddings_umap = PCA(2).fit_transform(all_img_emb)\n"
        "embeddings_umap = embeddings_umap.argsort(axis=0).argsort(axis=0)",
    ),
    (
        "check_umap",
        "labels-in-the-map",
        # Each clump of the map moved to a place of its class's own: neighbours are kept, and no class meets another.
        "turn = 2 * np.pi * all_labels / 10\n"
        "embeddings_umap = embeddings_umap + 100 * np.stack([np.cos(turn), np.sin(turn)], axis=1)",
    ),
    ("check_umap", "map-transposed", "embeddings_umap = embeddings_umap.T"),
    ("check_umap", "map-transposed", "embeddings_umap = embeddings_umap[:64]"),
    (
        "check_umap",
        "map-rows-out-of-step",
        "embeddings_umap = np.random.default_rng(0).permutation(embeddings_umap)",
    ),
    ("check_umap", "not-normalised", "all_img_emb = all_img_emb * 9.5"),
    ("check_umap", "list-returned", "all_labels = all_labels.tolist()"),
    # --- what figures show
    (
        "check_baseline",
        "confusion-axes-swapped",
        "plot_confusion_matrix(y_pred, y_true, CLASS_NAMES)",
    ),
    ("check_baseline", "no-figure-drawn", "plt.bar(CLASS_NAMES, np.bincount(y_pred))"),
    (
        "check_baseline",
        "labels-of-figure-out-of-order",
        "plot_confusion_matrix(y_true, y_pred, sorted(CLASS_NAMES))",
    ),
    ("check_prompts", "old-matrix-drawn", "plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)"),
    ("check_umap", "no-figure-drawn", "plt.hist(all_labels)"),
    ("check_umap", "coloured-by-predictions", "plt.scatter(*embeddings_umap.T, c=y_pred)"),
    ("check_umap", "map-not-coloured", "plt.scatter(*embeddings_umap.T)"),
    (
        "check_umap",
        "part-of-more-dimensions",
        "In = ['embeddings_umap = umap.UMAP(15, 10).fit_transform(all_img_emb)[:, :2]']",
    ),
    (
        "check_umap",
        "tsne-instead-of-umap",
        "In = ['reducer = TSNE(2)', 'embeddings_umap = reducer.fit_transform(all_img_emb)']",
    ),
    (
        "check_umap",
        "labels-of-figure-out-of-order",
        "marks = plt.scatter(*embeddings_umap.T, c=all_labels)\n"
        "plt.legend(marks.legend_elements()[0], sorted(CLASS_NAMES))",
    ),
    # --- experiment A
    (
        "check_experiment",
        "same-model-again",
        "experiment = 'A'; alternative_model_name = clip_model_name",
    ),
    (
        "check_experiment",
        "same-model-again",
        "experiment = 'A'; alternative_accuracy = baseline_accuracy",
    ),
    (
        "check_experiment",
        "another-model-loaded",
        "experiment = 'A'; other = CLIPModel.from_pretrained(alternative_model_name)\n"
        "other.name_or_path = 'openai/clip-vit-base-patch16'\n"
        "alternative_model_name = 'openai/clip-vit-large-patch14'",
    ),
    ("check_experiment", "percentage", "experiment = 'A'; alternative_accuracy *= 100"),
    (
        "check_experiment",
        "model-overwritten",
        "experiment = 'A'; clip_model = CLIPModel.from_pretrained(alternative_model_name).eval()\n"
        + images("return F.normalize(feats, dim=-1)"),
    ),
    # --- experiment B
    ("check_experiment", "prompt-ids-not-mapped", multi("return similarity.argmax(axis=1)")),
    ("check_experiment", "prompt-class-ignored", multi("return similarity.argmax(axis=1) // 2")),
    (
        "check_experiment",
        "mean-over-prompts",
        multi(
            "return np.stack([similarity[:, prompt_class == c].mean(axis=1) for c in range(10)]).argmax(axis=0)"
        ),
    ),
    (
        "check_experiment",
        "sum-over-prompts",
        multi(
            "return np.stack([similarity[:, prompt_class == c].sum(axis=1) for c in range(10)]).argmax(axis=0)"
        ),
    ),
    (
        "check_experiment",
        "list-returned",
        multi("return [prompt_class[i] for i in similarity.argmax(axis=1)]"),
    ),
    (
        "check_experiment",
        "keys-not-class-names",
        "experiment = 'B'; prompts_by_class = {k.lower(): v for k, v in prompts_by_class.items()}",
    ),
    (
        "check_experiment",
        "unequal-prompt-counts",
        "experiment = 'B'; prompts_by_class = {**prompts_by_class, 'Coat': prompts_by_class['Coat'] + ['a coat']}\n"
        "flat = [t for n in CLASS_NAMES for t in prompts_by_class[n]]\n"
        "cls = np.repeat(np.arange(10), [len(prompts_by_class[n]) for n in CLASS_NAMES])\n"
        "s = all_img_emb @ get_text_embeddings(flat).numpy().T\n"
        "multi_prompt_accuracy = float((cls[s.argmax(axis=1)] == all_labels).mean())",
    ),
    (
        "check_experiment",
        "weights-not-loaded",
        "experiment = 'A'; alternative_accuracy = 0.1\n"
        "In = ['', 'model_2 = CLIPModel(CLIPConfig.from_pretrained(alternative_model_name))']",
    ),
    # --- experiment C
    ("check_experiment", "top-k-ascending", top("return np.argsort(similarity, axis=1)[:, :k]")),
    ("check_experiment", "best-guess-last", top("return np.argsort(similarity, axis=1)[:, -k:]")),
    (
        "check_experiment",
        "top-k-unordered",
        top("return np.sort(np.argsort(-similarity, axis=1)[:, :k], axis=1)"),
    ),
    (
        "check_experiment",
        "best-guess-skipped",
        top("return np.argsort(similarity, axis=1)[:, -k - 1:-1][:, ::-1]"),
    ),
    ("check_experiment", "k-ignored", top("return np.argsort(-similarity, axis=1)[:, :3]")),
    ("check_experiment", "k-plus-one", top("return np.argsort(-similarity, axis=1)[:, :k + 1]")),
    (
        "check_experiment",
        "largest-k-not-one",
        top(
            "best = np.argpartition(-similarity, k, axis=1)[:, :k]\n"
            "    order = np.argsort(-np.take_along_axis(similarity, best, axis=1), axis=1)\n"
            "    return np.take_along_axis(best, order, axis=1)"
        ),
    ),
    (
        "check_experiment",
        "smallest-k-not-top-1",
        top(
            "return similarity.argmin(axis=1)[:, None] if k == 1 else np.argsort(-similarity, axis=1)[:, :k]"
        ),
    ),
    (
        "check_experiment",
        "ties-repeat-a-class",
        top(
            "return np.array([[list(row).index(v) for v in sorted(row, reverse=True)[:k]] for row in similarity])"
        ),
    ),
    (
        "check_experiment",
        "values-instead-of-indices",
        top("return np.sort(similarity, axis=1)[:, ::-1][:, :k]"),
    ),
    (
        "check_experiment",
        "list-returned",
        top("return np.argsort(-similarity, axis=1)[:, :k].tolist()"),
    ),
    (
        "check_experiment",
        "isin-over-batch",
        share("return float(np.isin(y_true, top_k).mean())") + "top_k_results = {1: 1.0, 3: 1.0}",
    ),
    ("check_experiment", "isin-over-batch", "top_k_results = {1: 1.0, 3: 1.0}"),
    (
        "check_experiment",
        "only-first-guess-counts",
        share("return float((top_k[:, 0] == y_true).mean())"),
    ),
    (
        "check_experiment",
        "hits-over-all-guesses",
        share("return float((top_k == y_true[:, None]).mean())"),
    ),
    (
        "check_experiment",
        "counts-not-shares",
        share("return int((top_k == y_true[:, None]).any(axis=1).sum())"),
    ),
    (
        "check_experiment",
        "wrong-answers-counted",
        share("return 1 - float((top_k == y_true[:, None]).any(axis=1).mean())"),
    ),
    (
        "check_experiment",
        "percentage",
        share("return 100 * float((top_k == y_true[:, None]).any(axis=1).mean())"),
    ),
    (
        "check_experiment",
        "text-features-overwritten",
        "flat = [t for texts in prompts_by_class.values() for t in texts]\n"
        "s = all_img_emb @ get_text_embeddings(flat).numpy().T\n"
        "top_k_results = {k: top_k_accuracy(all_labels, get_top_k_predictions(s, k)) for k in (1, 3)}",
    ),
    ("check_experiment", "smallest-k-not-top-1", "top_k_results = {**top_k_results, 1: 0.55}"),
    ("check_experiment", "largest-k-not-one", "top_k_results = {**top_k_results, 10: 0.97}"),
    (
        "check_experiment",
        "labels-from-another-pass",
        "top_k_results = {1: 0.1012, 3: 0.2987, 5: 0.5023}",
    ),
    (
        "check_experiment",
        "class-names-overwritten",
        "CLASS_NAMES = [f'a {n}' for n in CLASS_NAMES]",
    ),
    # --- true of many ways to go wrong: what a function's answers have to do with one another
    (
        "check_loading",
        "splits-joined",
        loader(
            "train_dataset = FashionMNIST(root=data_root, train=True)\n"
            "test_dataset = torch.utils.data.ConcatDataset([train_dataset, test_dataset])"
        ),
    ),
    (
        "check_loading",
        "images-altered",
        "good = collate_clip\n"
        "def collate_clip(batch):\n    pixels, labels = good(batch)\n    return pixels.flip(-1), labels\n"
        + loader(),
    ),
    (
        "check_loading",
        "not-rescaled",
        "def collate_clip(batch):\n"
        "    pixels = clip_processor(images=[image for image, _ in batch], return_tensors='pt', do_rescale=False)\n"
        "    return pixels['pixel_values'], torch.tensor([label for _, label in batch])\n"
        + loader(),
    ),
    (
        "check_embeddings",
        "correlation-instead-of-cosine",
        both("return F.normalize(feats - feats.mean(dim=1, keepdim=True), dim=-1)"),
    ),
    ("check_embeddings", "wrong-length", both("return 100 * F.normalize(feats, dim=-1)")),
    (
        "check_embeddings",
        "values-rounded",
        both("return F.normalize(feats, dim=-1).round(decimals=1)"),
    ),
    ("check_embeddings", "axis-squeezed", both("return F.normalize(feats, dim=-1).squeeze()")),
    (
        "check_embeddings",
        "texts-truncated",
        "good = get_text_embeddings\n"
        "def get_text_embeddings(class_names):\n    return good([name[:3] for name in class_names])\n",
    ),
    (
        "check_embeddings",
        "texts-altered",
        "good = get_text_embeddings\n"
        "def get_text_embeddings(class_names):\n"
        "    return good([name.split('/')[0].split()[-1] for name in class_names])\n",
    ),
    (
        "check_embeddings",
        "images-altered",
        "good = get_image_embeddings\ndef get_image_embeddings(images):\n    return good(images.clamp(0, 1))\n",
    ),
    (
        "check_embeddings",
        "part-of-the-argument",
        images(
            "rows = torch.stack([feats[i] / feats[i].norm() for i in range(len(feats) - 1)] + [feats[-1]])\n"
            "    return rows"
        ),
    ),
    ("check_similarity", "negatives-cut", cosine(UNIT + "return (a @ b.T).clamp(min=0).numpy()")),
    (
        "check_similarity",
        "correlation-instead-of-cosine",
        cosine("return np.corrcoef(a.numpy(), b.numpy())[:len(a), len(a):]"),
    ),
    ("check_similarity", "values-rounded", cosine(UNIT + "return (a @ b.T).numpy().round(1)")),
    ("check_similarity", "axis-squeezed", cosine(UNIT + "return (a @ b.T).squeeze().numpy()")),
    ("check_similarity", "range-changed", cosine(UNIT + "return (1 + a @ b.T).numpy() / 2")),
    (
        "check_similarity",
        "function-of-cosine",
        cosine(UNIT + "return torch.sigmoid(5 * a @ b.T).numpy()"),
    ),
    (
        "check_similarity",
        "rows-rescaled",
        cosine(
            UNIT + "s = (a @ b.T).numpy()\n    return s / np.linalg.norm(s, axis=1, keepdims=True)"
        ),
    ),
    (
        "check_similarity",
        "reshaped-not-transposed",
        cosine(UNIT + "return (a @ b.reshape(b.shape[1], b.shape[0])).numpy()"),
    ),
    (
        "check_similarity",
        "axis-by-size",
        cosine(UNIT + "s = (a @ b.T).numpy()\n    return s if s.shape[0] >= s.shape[1] else s.T"),
    ),
    (
        "check_similarity",
        "part-of-the-argument",
        cosine("return (F.normalize(a[:, :-1], dim=1) @ F.normalize(b[:, :-1], dim=1).T).numpy()"),
    ),
    (
        "check_similarity",
        "sizes-taken-for-granted",
        cosine(UNIT + "s = (a @ b.T).numpy()\n    s[64:] = 0\n    return s"),
    ),
    (
        "check_similarity",
        "cosine-along-wrong-axis",
        cosine("return F.cosine_similarity(a[:, None], b[None], dim=1).numpy()"),
    ),
    (
        "check_similarity",
        "length-matters",
        cosine("return (a / (1 + a.norm(dim=1, keepdim=True)) @ F.normalize(b, dim=1).T).numpy()"),
    ),
    ("check_predictions", "negatives-cut", predictions("np.maximum(similarity, 0).argmax(axis=1)")),
    (
        "check_predictions",
        "second-best-taken",
        predictions("np.argsort(similarity, axis=1)[:, -2]"),
    ),
    (
        "check_predictions",
        "rank-instead-of-index",
        predictions("similarity.argsort(axis=1).argsort(axis=1)[:, -1]"),
    ),
    (
        "check_predictions",
        "classes-renumbered",
        predictions("np.unique(similarity.argmax(axis=1), return_inverse=True)[1]"),
    ),
    ("check_predictions", "class-zero-lost", predictions("similarity[:, 1:].argmax(axis=1) + 1")),
    (
        "check_predictions",
        "one-hot-returned",
        predictions("(similarity == similarity.max(axis=1, keepdims=True)).astype(int)"),
    ),
    ("check_predictions", "answers-sorted", predictions("np.sort(similarity.argmax(axis=1))")),
    ("check_predictions", "part-of-the-argument", predictions("similarity[:, :10].argmax(axis=1)")),
    ("check_predictions", "level-matters", predictions("(similarity - 0.4 > 0).argmax(axis=1)")),
    (
        "check_predictions",
        "sizes-taken-for-granted",
        "def get_predictions(similarity):\n"
        "    best = np.zeros(len(similarity), int)\n"
        "    best[:100] = similarity[:100].argmax(axis=1)\n"
        "    return best\n",
    ),
    (
        "check_loop",
        "first-batch-skipped",
        loop("return np.concatenate(y_true[1:]), np.concatenate(y_pred[1:])"),
    ),
    (
        "check_loop",
        "batch-counted-twice",
        loop("return np.concatenate([*y_true, y_true[-1]]), np.concatenate([*y_pred, y_pred[-1]])"),
    ),
    (
        "check_loop",
        "places-left-empty",
        loop(
            "size = len(loader) * loader.batch_size\n"
            "    filled = np.zeros((2, size), int)\n"
            "    for row, parts in zip(filled, (y_true, y_pred)):\n"
            "        row[:len(np.concatenate(parts))] = np.concatenate(parts)\n"
            "    return filled[0], filled[1]"
        ),
    ),
    (
        "check_baseline",
        "class-shares-averaged",
        "from sklearn.metrics import f1_score\nbaseline_accuracy = f1_score(y_true, y_pred, average='macro')",
    ),
    ("check_loop", "predictions-as-labels", loop("return (np.concatenate(y_pred),) * 2")),
    (
        "check_loop",
        "images-left-out",
        loop(
            "true, guessed = np.concatenate(y_true), np.concatenate(y_pred)\n"
            "    return true[guessed != 3], guessed[guessed != 3]"
        ),
    ),
    (
        "check_loop",
        "labels-among-predictions",
        loop(
            "true, guessed = np.concatenate(y_true), np.concatenate(y_pred)\n"
            "    return true, np.where(np.isin(true, (0, 2, 4, 6)), true, guessed)"
        ),
    ),
    ("check_baseline", "values-rounded", "baseline_accuracy = round(baseline_accuracy, 1)"),
    ("check_baseline", "wrong-denominator", "baseline_accuracy = (y_true == y_pred).sum() / 625"),
    (
        "check_baseline",
        "all-pairs-compared",
        "baseline_accuracy = float((y_true[:, None] == y_pred).mean())\n"
        "In = ['', 'baseline_accuracy = float((y_true[:, None] == y_pred).mean())']",
    ),
    (
        "check_prompts",
        "gain-instead-of-accuracy",
        "improved_accuracy = improved_accuracy - baseline_accuracy",
    ),
    (
        "check_prompts",
        "mean-of-several",
        "tries = [improved_accuracy, 0.9321, 0.8]; improved_accuracy = float(np.mean(tries))",
    ),
    (
        "check_prompts",
        "right-in-any-try",
        "hits = [(all_img_emb @ get_text_embeddings(t).numpy().T).argmax(axis=1) == all_labels"
        " for t in (CLASS_NAMES, improved_prompts)]\n"
        "improved_accuracy = float(np.any(hits, axis=0).mean())",
    ),
    (
        "check_prompts",
        "best-of-several",
        "tries = [improved_accuracy, 0.9321, 0.8]; improved_accuracy = max(tries)",
    ),
    (
        "check_prompts",
        "not-a-list",
        "improved_prompts = dict(zip(CLASS_NAMES, improved_prompts))",
    ),
    (
        "check_umap",
        "one-coordinate-twice",
        "plt.scatter(embeddings_umap[:, 0], embeddings_umap[:, 0], c=all_labels, cmap='tab10')",
    ),
    (
        "check_umap",
        "classes-left-out",
        "for label in range(1, 10):\n    plt.scatter(*embeddings_umap[all_labels == label].T, s=2)",
    ),
    (
        "check_umap",
        "columns-rescaled",
        "all_img_emb = (all_img_emb - all_img_emb.mean(axis=0)) / all_img_emb.std(axis=0)",
    ),
    ("check_umap", "sorted-apart", "all_labels = np.sort(all_labels)"),
    (
        "check_experiment",
        "prompts-vote",
        multi(
            "top = prompt_class[np.argsort(-similarity, axis=1)[:, :3]]\n"
            "    return np.array([np.bincount(row).argmax() for row in top])"
        ),
    ),
    (
        "check_experiment",
        "prompts-of-other-classes",
        "experiment = 'B'\n"
        "flat = [prompts_by_class[n][i] for i in (0, 1) for n in CLASS_NAMES]\n"
        "s = all_img_emb @ get_text_embeddings(flat).numpy().T\n"
        "multi_prompt_accuracy = float((np.repeat(np.arange(10), 2)[s.argmax(axis=1)] == all_labels).mean())",
    ),
    (
        "check_experiment",
        "right-in-any-try",
        "experiment = 'B'\n"
        "hits = [(all_img_emb @ get_text_embeddings([prompts_by_class[n][i] for n in CLASS_NAMES]).numpy().T)"
        ".argmax(axis=1) == all_labels for i in (0, 1)]\n"
        "multi_prompt_accuracy = float(np.any(hits, axis=0).mean())",
    ),
    (
        "check_experiment",
        "keys-not-k",
        "top_k_results = dict(enumerate(top_k_results.values()))",
    ),
    (
        "check_experiment",
        "guesses-weighted",
        share(
            "return float(((top_k == y_true[:, None]) / np.arange(1, top_k.shape[1] + 1)).sum(axis=1).mean())"
        ),
    ),
    (
        "check_experiment",
        "all-guesses-have-to-be-right",
        share("return float((top_k == y_true[:, None]).all(axis=1).mean())"),
    ),
]


SEEDS = (1, 2)


@cache
def judgements(cell: str) -> dict[str, list[Judgement]]:
    """Judge all that is made in one exercise, in one go; by the student's code."""
    codes = list(dict.fromkeys(code for made_in, _, code in MADE if made_in == cell))
    subjects = [Subject(student_with(code), seed) for code in codes for seed in SEEDS]
    found = judge_many(ASSIGNMENT_2, cell, subjects, expected())
    return {
        code: list(found[at : at + len(SEEDS)])
        for code, at in zip(codes, range(0, len(found), len(SEEDS)), strict=True)
    }


def failed(judgement: Judgement) -> list[Verdict]:
    """Return the failed verdicts that cost points."""
    return [v for v in judgement.verdicts if v.status is Status.FAILED and v.check.points]


@pytest.mark.parametrize(
    ("cell", "name", "code"),
    MADE,
    ids=[f"{cell}-{name}-{i}" for i, (cell, name, _) in enumerate(MADE)],
)
def test_when_a_student_makes_a_mistake_then_it_is_called_by_its_name(cell, name, code):
    for judgement in judgements(cell)[code]:
        verdicts = failed(judgement)
        told = [(v.check.name, v.message, v.misconception) for v in verdicts]
        assert {verdict.misconception for verdict in verdicts} == {name}, told
        assert not any(verdict.unknown or verdict.example for verdict in verdicts)


@pytest.mark.parametrize(
    ("cell", "picture"),
    [("check_baseline", "baseline"), ("check_prompts", "prompts_run"), ("check_umap", "umap_plot")],
)
def test_when_no_picture_is_shown_then_that_is_the_mistake(cell, picture):
    student = student_with("", {**PICTURES, picture: 0})
    (verdict,) = failed(judge(ASSIGNMENT_2, cell, student, expected(), 1))
    assert verdict.misconception == "no-figure-drawn"


def test_a_task_that_is_not_done_is_no_cell_that_was_deleted():
    uses = (
        "def run_zero_shot(loader, feats): return get_predictions(feats)\ndel get_predictions",
        "del test_dataset",
    )
    for cell, code in zip(("check_loop", "check_loading"), uses, strict=True):
        verdicts = failed(judge(ASSIGNMENT_2, cell, student_with(code), expected(), 1))
        assert verdicts
        for verdict in verdicts:
            assert (verdict.misconception, verdict.unknown) == (None, False), verdict.message


def test_when_nothing_is_wrong_then_nothing_is_named():
    for cell in judged_cells(ASSIGNMENT_2):
        for letter in "ABC" if cell == "check_experiment" else "C":
            student = student_with(f"experiment = {letter!r}")
            judgement = judge(ASSIGNMENT_2, cell, student, expected(), 3)
            assert judgement.earned == judgement.points
            assert not any(v.misconception or v.unknown for v in judgement.verdicts)


@pytest.fixture(scope="module")
def other_pixels(tmp_path_factory) -> Expected:
    """The small model behind a processor of another normalisation, and the first 300 test images."""
    model = tmp_path_factory.mktemp("model") / "brighter"
    shutil.copytree(find_model().path, model)
    config = model / "preprocessor_config.json"
    config.write_text(config.read_text().replace("0.286", "0.6").replace("0.353", "0.2"))
    root = tmp_path_factory.mktemp("data")
    raw = root / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    count = 300
    given = Path(find_fashion_mnist()) / "FashionMNIST" / "raw"
    for name, header, each in (("images-idx3", 16, 28 * 28), ("labels-idx1", 8, 1)):
        for split in ("train", "t10k"):
            content = (given / f"t10k-{name}-ubyte").read_bytes()[: header + count * each]
            shorter = content[:4] + count.to_bytes(4, "big") + content[8:]
            (raw / f"{split}-{name}-ubyte").write_bytes(shorter)
    return Expected(Reference(find_model(str(model)), root), find_model("tiny"))


def test_when_the_new_model_sees_images_of_the_old_processor_then_that_is_the_mistake(other_pixels):
    tiny = str(find_model("tiny").path)
    figures = accuracies_mixed(other_pixels, other_pixels.of_model(tiny))
    assert figures
    code = (
        f"experiment = 'A'; alternative_model_name = {tiny!r}; alternative_accuracy = {figures[0]}"
    )
    judgement = judge(ASSIGNMENT_2, "check_experiment", student_with(code), other_pixels, 1)
    (verdict,) = (v for v in judgement.verdicts if "truthfully" in v.check.name)
    assert verdict.misconception == "new-model-old-processor"


# --- the catalogue -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", ["np.full(len(similarity), np.nan)", "[CLASS_NAMES[0]] * len(similarity)"]
)
def test_the_same_answer_twice_is_not_called_drawn(body: str):
    judgement = judge(
        ASSIGNMENT_2, "check_predictions", student_with(predictions(body)), expected(), 3
    )
    assert "random-answers" not in {verdict.misconception for verdict in judgement.verdicts}


def test_numbers_in_the_place_of_names_are_that_mistake():
    student = student_with("improved_prompts = [f'class {i}' for i in range(10)]")
    judgement = judge(ASSIGNMENT_2, "check_prompts", student, expected(), 3)
    assert judgement.verdicts[0].misconception == "prompts-of-numbers"


ELSEWHERE = {"no-figure-drawn", "new-model-old-processor", "prompts-of-numbers"}
"""Made by the tests above."""
IN_FLOW = {"cells-out-of-order"}
"""Made in `test_flow.py`: it needs the whole notebook."""


def test_every_mistake_is_made_by_a_test():
    made = {name for _, name, _ in MADE} | ELSEWHERE | IN_FLOW
    assert {entry.id for entry in MISCONCEPTIONS} == made


def test_every_mistake_is_made_only_where_the_catalogue_says():
    for cell, name, _ in MADE:
        assert cell in BY_ID[name].exercises, (cell, name)


def test_ids_are_unique_and_in_kebab_case():
    assert len(BY_ID) == len(MISCONCEPTIONS)
    for name in BY_ID:
        assert name == name.lower().strip("-")
        assert name.replace("-", "").isalnum()


def test_exercises_and_sections_exist():
    text = (KIT / "source" / "assignment_2.py").read_text(encoding="utf-8")
    headings = {
        line.removeprefix("#").strip().lstrip("#").strip()
        for line in text.splitlines()
        if line.startswith("# #")
    }
    for entry in MISCONCEPTIONS:
        assert entry.exercises
        assert set(entry.exercises) <= set(judged_cells(ASSIGNMENT_2)), entry.id
        assert {exercise for exercise, _ in entry.sections} <= set(entry.exercises), entry.id
        for exercise in entry.exercises:
            assert entry.section_of(exercise) in headings, entry.id


def test_names_and_hints_are_sentences_without_code_of_the_solution():
    assert len({entry.name for entry in MISCONCEPTIONS}) == len(MISCONCEPTIONS)
    for entry in MISCONCEPTIONS:
        assert entry.hint.rstrip(")").endswith((".", "?")), entry.id
        assert not entry.name.endswith("."), entry.id
        assert not CODE_OF_SOLUTIONS.search(entry.hint), entry.id


def test_the_same_verdict_comes_of_many_seeds():
    cells = {
        "check_similarity": "def get_cosine_similarity(a, b):\n    return (a * b).numpy()",
        "check_predictions": "def get_predictions(s):\n    return np.abs(s).argmax(axis=1)",
    }
    for cell, code in cells.items():
        who = student_with(code)
        subjects = [Subject(who, seed) for seed in range(50)]
        found = [
            [(v.status, v.misconception) for v in judgement.verdicts if v.status is Status.FAILED]
            for judgement in judge_many(ASSIGNMENT_2, cell, subjects, expected())
        ]
        names = {name for verdicts in found for _, name in verdicts}
        assert len(names) == 1, names
        assert all(found)


def test_numbers_of_a_mistake_are_told_from_those_of_another():
    """Two mistakes that give the same answers on some inputs would have no name of their own."""
    rng = np.random.default_rng(0)
    from autograder.assignments.assignment_2.mistakes.predictions import SIMULATED
    from autograder.diagnosis.signs import outcome

    tied = rng.permuted(np.tile([0.7, 0.7, 0.4, 0.1, -0.9], (6, 1)), axis=1)
    shapes = ((8, 7), (1, 7), (3, 12), (12, 3), (4, 10))
    tables = [*(rng.normal(size=shape) for shape in shapes), tied, tied - 2]
    answers = {}
    for name, wrong in SIMULATED.mistakes:
        told = repr([np.asarray(outcome(wrong, (table,))) for table in tables])
        assert answers.setdefault(told, name) == name
