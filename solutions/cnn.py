"""Assignment 1: the small trained CNN that the zero-shot transformer is compared with.

    python -m solutions.cnn train --data ROOT [--out FILE] [--epochs N] [--seed N] [--threads N]
    python -m solutions.cnn evaluate --data ROOT [--weights FILE]

`train` sees the training split only: 55,000 images to fit and the last 5,000 to choose the epoch
that is kept. The test split is opened once, afterwards, to measure the figures that are written
beside the weights. ROOT is the folder that torchvision calls `root`: it holds `FashionMNIST/raw`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn
from torchvision.datasets import FashionMNIST

from autograder.errors import AssetError, KitError
from solutions.data import CLASS_NAMES

WEIGHTS_FILE = Path(__file__).parent / "weights" / "assignment_1_cnn.safetensors"
VALIDATION_IMAGES = 5_000
BATCH_SIZE = 128
LEARNING_RATE = 2e-3
DEFAULT_EPOCHS = 14
DEFAULT_SEED = 1
DEFAULT_THREADS = 1

# Mean and standard deviation of the grey levels of the 60,000 training images, scaled to [0, 1].
PIXEL_MEAN = 0.2860
PIXEL_STD = 0.3530


class FashionCNN(nn.Module):
    """Two convolutions and two linear layers, 119,530 parameters (478 kB of float32)."""

    def __init__(self) -> None:
        super().__init__()
        # Pooling before ReLU gives the same values as after it, with a quarter of the work.
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, kernel_size=3, padding=1),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(32, 64, kernel_size=3, padding=1),
            nn.MaxPool2d(2),
            nn.ReLU(),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(0.25),
            nn.Linear(64 * 7 * 7, 32),
            nn.ReLU(),
            nn.Linear(32, len(CLASS_NAMES)),
        )

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return a score a class: float32 (N, 1, 28, 28), normalised by `to_pixels`, -> (N, 10)."""
        scores: torch.Tensor = self.classifier(self.features(pixels))
        return scores


@dataclass(frozen=True)
class Split:
    """One split of the data set: grey levels, uint8 (N, 28, 28), and class indices, int64 (N,)."""

    images: torch.Tensor
    labels: torch.Tensor


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training images came to; `loss` is the mean cross-entropy in nats."""

    number: int
    loss: float
    validation_accuracy: float
    seconds: float


@dataclass(frozen=True)
class TrainingRun:
    """A trained model, in evaluation mode, with the epoch that was kept."""

    model: FashionCNN
    history: tuple[Epoch, ...]
    kept: Epoch
    seconds: float


@dataclass(frozen=True)
class Figures:
    """What a model does on a labelled split.

    `confusion_matrix[t][p]` counts images of true class t that were predicted as p;
    `per_class_recall` is the diagonal over the row sums, by class name (None for a class without
    images).
    """

    images: int
    accuracy: float
    per_class_recall: dict[str, float | None]
    confusion_matrix: list[list[int]]


def load_split(data_root: str | Path, *, train: bool) -> Split:
    """Read one split from `data_root/FashionMNIST/raw`, without downloading.

    Raises:
        AssetError: the files are not there or cannot be read.
    """
    try:
        dataset = FashionMNIST(root=data_root, train=train, download=False)
    except (RuntimeError, ValueError, OSError) as error:
        raise AssetError(
            f"Fashion-MNIST cannot be read under {data_root}: {error}. "
            f"Give the folder that holds FashionMNIST/raw with the four original files."
        ) from error
    return Split(dataset.data, dataset.targets)


def to_pixels(images: torch.Tensor) -> torch.Tensor:
    """Turn grey levels into what the network takes: uint8 (N, 28, 28) -> float32 (N, 1, 28, 28).

    Raises:
        TypeError: `images` is not a uint8 tensor (values that were scaled already would be scaled
            twice).
        ValueError: the shape is not (N, 28, 28).
    """
    _check_images(images)
    return ((images.float() / 255.0 - PIXEL_MEAN) / PIXEL_STD).unsqueeze(1)


def _check_images(images: object) -> None:
    if not isinstance(images, torch.Tensor):
        raise TypeError(
            f"images must be a torch.Tensor of dtype uint8, not {type(images).__name__}"
        )
    if images.dtype != torch.uint8:
        raise TypeError(f"images must be grey levels of dtype uint8, not {images.dtype}")
    if images.ndim != 3 or tuple(images.shape[1:]) != (28, 28):
        raise ValueError(f"images must have the shape (N, 28, 28), not {tuple(images.shape)}")


def predict_scores(model: FashionCNN, images: torch.Tensor) -> torch.Tensor:
    """Return the scores before softmax: uint8 (N, 28, 28) -> float32 (N, 10), on the CPU.

    The model is run in evaluation mode and left in the mode it came in. Raises as `to_pixels` does.
    """
    _check_images(images)
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            # 500 images at a time: the first layer's output alone is 100 kB an image.
            return torch.cat([model(to_pixels(part)) for part in images.split(500)])
    finally:
        model.train(was_training)


def predict(model: FashionCNN, images: torch.Tensor) -> np.ndarray:
    """Classify grey images.

    Args:
        model: see `load_cnn`.
        images: uint8 (N, 28, 28), as `FashionMNIST(...).data` holds them.

    Returns:
        Class indices, int64 (N,).

    Raises:
        TypeError, ValueError: as `to_pixels` does.
    """
    return predict_scores(model, images).argmax(dim=1).numpy()


def measure(model: FashionCNN, split: Split) -> Figures:
    """Run a model over a labelled split and count."""
    classes = len(CLASS_NAMES)
    true = split.labels.numpy()
    predicted = predict(model, split.images)
    confusion = np.bincount(true * classes + predicted, minlength=classes**2)
    confusion = confusion.reshape(classes, classes)
    recall = {
        name: (int(row[index]) / int(row.sum()) if row.sum() else None)
        for index, (name, row) in enumerate(zip(CLASS_NAMES, confusion, strict=True))
    }
    return Figures(
        images=len(true),
        accuracy=int(confusion.trace()) / len(true) if len(true) else math.nan,
        per_class_recall=recall,
        confusion_matrix=confusion.tolist(),
    )


def train(
    split: Split,
    *,
    epochs: int = DEFAULT_EPOCHS,
    seed: int = DEFAULT_SEED,
    validation_images: int = VALIDATION_IMAGES,
    report: Callable[[Epoch], None] | None = None,
) -> TrainingRun:
    """Fit the network with AdamW, a one-cycle learning rate and mirrored images.

    The last `validation_images` are held out; the epoch with the best accuracy on them is kept (the
    earlier one if equal). The same seed, number of threads and version of torch give the same
    weights. Torch's global generator is left as it was found.

    Args:
        split: the training split, at least one image more than `validation_images`.
        epochs: passes over the training images, at least 1.
        seed: of the initial weights, the order of images, mirroring and dropout.
        validation_images: how many images at the end are held out, at least 1.
        report: called after each epoch.

    Raises:
        ValueError: `epochs` or `validation_images` is out of range, or the images are not uint8 (N,
            28, 28).
    """
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, not {epochs}")
    if not 1 <= validation_images < len(split.images):
        raise ValueError(
            f"validation_images must be from 1 to {len(split.images) - 1}, not {validation_images}"
        )
    start = time.perf_counter()
    pixels = to_pixels(split.images[:-validation_images])
    labels = split.labels[:-validation_images]
    validation = Split(split.images[-validation_images:], split.labels[-validation_images:])
    history: list[Epoch] = []
    kept_state: dict[str, torch.Tensor] = {}
    kept: Epoch | None = None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        # Channels last takes two thirds of the time on a CPU; the weights are saved in the usual
        # order.
        model = FashionCNN().to(memory_format=torch.channels_last)
        optimiser = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=1e-3)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser,
            max_lr=LEARNING_RATE,
            total_steps=epochs * math.ceil(len(pixels) / BATCH_SIZE),
        )
        for number in range(1, epochs + 1):
            epoch_start = time.perf_counter()
            loss = _one_pass(model, pixels, labels, optimiser, schedule)
            epoch = Epoch(
                number=number,
                loss=loss,
                validation_accuracy=measure(model, validation).accuracy,
                seconds=time.perf_counter() - epoch_start,
            )
            history.append(epoch)
            if kept is None or epoch.validation_accuracy > kept.validation_accuracy:
                kept = epoch
                kept_state = {name: value.clone() for name, value in model.state_dict().items()}
            if report is not None:
                report(epoch)
    assert kept is not None
    model.load_state_dict(kept_state)
    model.eval()
    return TrainingRun(model, tuple(history), kept, time.perf_counter() - start)


def _one_pass(
    model: FashionCNN,
    pixels: torch.Tensor,
    labels: torch.Tensor,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> float:
    """Train on every image once, in a random order; return the mean loss in nats."""
    model.train()
    total = 0.0
    for rows in torch.randperm(len(pixels)).split(BATCH_SIZE):
        batch = pixels[rows]
        # Clothes and shoes stay what they are when mirrored: half of each batch is.
        mirrored = torch.rand(len(rows)) < 0.5
        batch = torch.where(mirrored[:, None, None, None], batch.flip(-1), batch)
        loss = nn.functional.cross_entropy(model(batch), labels[rows])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        total += loss.item() * len(rows)
    return total / len(pixels)


def save_cnn(model: FashionCNN, path: Path) -> str:
    """Write the weights as safetensors and return the file's SHA-256 in hexadecimal."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(
        {name: value.contiguous() for name, value in model.state_dict().items()},
        path,
        metadata={"format": "pt"},
    )
    path.chmod(0o644)  # safetensors makes it private; it is to be installed for everybody.
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_cnn(path: str | Path = WEIGHTS_FILE) -> FashionCNN:
    """Read weights that `train` wrote; the model is in evaluation mode, on the CPU.

    Raises:
        AssetError: the file is missing, damaged or of another network.
    """
    model = FashionCNN()
    try:
        model.load_state_dict(load_file(path))
    except FileNotFoundError as error:
        raise AssetError(
            f"{path} is missing. Make it with: python -m solutions.cnn train --data ROOT"
        ) from error
    except (SafetensorError, RuntimeError, OSError) as error:
        raise AssetError(
            f"{path} does not hold the weights of FashionCNN ({error}). "
            f"Make it anew with: python -m solutions.cnn train --data ROOT"
        ) from error
    return model.eval()


def record_path(weights: Path) -> Path:
    """Return where the measured figures of a weights file lie: beside it, as .json."""
    return weights.with_suffix(".json")


def _train_command(args: argparse.Namespace) -> int:
    torch.set_num_threads(args.threads)
    out = Path(args.out)

    def report(epoch: Epoch) -> None:
        print(
            f"epoch {epoch.number:2d}/{args.epochs}  loss {epoch.loss:.4f}  "
            f"validation {epoch.validation_accuracy:.4f}  {epoch.seconds:.1f} s",
            flush=True,
        )

    run = train(
        load_split(args.data, train=True), epochs=args.epochs, seed=args.seed, report=report
    )
    digest = save_cnn(run.model, out)
    # The file's own weights are measured, not those in memory: what is recorded is what is kept.
    figures = measure(load_cnn(out), load_split(args.data, train=False))
    record = {
        "weights_sha256": digest,
        "parameters": sum(parameter.numel() for parameter in run.model.parameters()),
        "test": asdict(figures),
        "training": {
            "seconds": round(run.seconds, 1),
            "epochs": args.epochs,
            "kept_epoch": run.kept.number,
            "validation_images": VALIDATION_IMAGES,
            "validation_accuracy": run.kept.validation_accuracy,
            "batch_size": BATCH_SIZE,
            "learning_rate": LEARNING_RATE,
            "seed": args.seed,
            "threads": args.threads,
            "history": [
                {"loss": round(epoch.loss, 5), "validation_accuracy": epoch.validation_accuracy}
                for epoch in run.history
            ],
        },
        "torch_version": torch.__version__,
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    record_path(out).write_text(text, encoding="utf-8")
    print(f"kept epoch {run.kept.number}; wrote {out} and {record_path(out)}")
    _print_figures(figures)
    return 0


def _evaluate_command(args: argparse.Namespace) -> int:
    _print_figures(measure(load_cnn(args.weights), load_split(args.data, train=False)))
    return 0


def _print_figures(figures: Figures) -> None:
    print(f"accuracy on the {figures.images:,} test images: {figures.accuracy:.4f}")
    for name, recall in figures.per_class_recall.items():
        print(f"  {name:12} {'-' if recall is None else f'{recall:.3f}'}")


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, not {text!r}")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m solutions.cnn", description="The Assignment 1 CNN."
    )
    commands = parser.add_subparsers(required=True)
    fit = commands.add_parser(
        "train", help="train on the training split and record the test figures"
    )
    fit.add_argument("--data", required=True, help="the folder that holds FashionMNIST/raw")
    fit.add_argument("--out", default=WEIGHTS_FILE, help="weights to write (default: %(default)s)")
    fit.add_argument("--epochs", type=_positive, default=DEFAULT_EPOCHS)
    fit.add_argument("--seed", type=int, default=DEFAULT_SEED)
    fit.add_argument("--threads", type=_positive, default=DEFAULT_THREADS)
    fit.set_defaults(run=_train_command)
    check = commands.add_parser("evaluate", help="measure weights on the test split")
    check.add_argument("--data", required=True, help="the folder that holds FashionMNIST/raw")
    check.add_argument("--weights", default=WEIGHTS_FILE)
    check.set_defaults(run=_evaluate_command)
    args = parser.parse_args(arguments)
    try:
        status: int = args.run(args)
    except KitError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
