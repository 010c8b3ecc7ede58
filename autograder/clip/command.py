"""The command line of the accuracy run."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.clip.accuracy.device import (
    DEVICES,
    INTERRUPTED,
    choose_device,
    dependencies,
    device_name,
    judge_run_options,
)
from autograder.clip.prompt_sets import CLASS_NAMES, PROMPT_SETS, load_prompts
from autograder.errors import KitError

if TYPE_CHECKING:
    from autograder.clip.accuracy.engine import Precision
    from autograder.clip.accuracy.kept import Kept
    from autograder.clip.accuracy.record import AccuracyRun
    from autograder.clip.accuracy.run import EncodedImages, PromptSet

DEFAULT_PROMPTS = ("bare", "good")
DEFAULT_TOP_K = "1,3,5"
DEFAULT_OUT = Path("accuracy")
UMAP_SEED = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the accuracy run to a parser.

    Values are judged by `main`, so that a bad one is reported as a `KitError` that says which are
    allowed.
    """
    parser.add_argument(
        "--device", default="auto", help=f"{', '.join(DEVICES)}; auto takes the first there is of cuda, mps, cpu"
    )  # fmt: skip
    parser.add_argument(
        "--model", help="small, tiny, a folder or a hub id (default: $CLIP_MODEL, else small)"
    )
    parser.add_argument(
        "--prompts",
        action="append",
        metavar="SET_OR_FILE",
        help=f"{', '.join(PROMPT_SETS)}, or a file of ten prompts; may be repeated "
        f"(default: {' and '.join(DEFAULT_PROMPTS)})",
    )
    parser.add_argument("--top-k", default=DEFAULT_TOP_K, help="as in %(default)s")
    parser.add_argument("--limit", type=int, help="only the first N images: a trial, not a result")
    parser.add_argument(
        "--dtype",
        default="float32",
        help="float32, float16, bfloat16 or auto: the fastest that the device computes in hardware "
        "(default: %(default)s)",
    )
    parser.add_argument("--batch-size", type=int, help="default: by the device")
    parser.add_argument("--data", type=Path, help="the folder that holds FashionMNIST/raw")
    parser.add_argument(
        "--out", type=Path, default=DEFAULT_OUT, help="folder (default: %(default)s)"
    )
    parser.add_argument(
        "--compare",
        type=Path,
        metavar="FILE",
        help="several runs side by side; see docs/compare.md",
    )
    parser.add_argument("--no-umap", action="store_true", help="leave the UMAP picture out")


def main(args: argparse.Namespace) -> int:
    """Run what `add_arguments` describes: print the table, write accuracy.json and the pictures.

    Returns:
        The exit status: 0 for a run that was made, 130 for one that was interrupted by Ctrl-C.

    Raises:
        KitError: an option cannot be used, or the model or the data set cannot.
    """
    if args.compare is not None:
        from autograder.clip.compare import command as comparing

        return comparing.main(args)
    from autograder.clip.accuracy.engine import choose_precision

    # All options are judged before anything slow is done.
    ks = parse_top_k(args.top_k)
    prompt_sets = read_prompt_sets(args.prompts or DEFAULT_PROMPTS)
    judge_run_options(args)
    out = _made_folder(args.out)
    device = choose_device(args.device)
    precision = choose_precision(args.dtype, device)

    try:
        run, encoded, kept = _compute(args, device, precision, prompt_sets, ks)
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on where this one was", file=sys.stderr)
        return INTERRUPTED

    from autograder.clip.accuracy.record import write_json
    from autograder.clip.accuracy.tables import run_as_text

    print(run_as_text(run))
    try:
        # The figures first: a picture that fails must not take an hour's figures with it.
        write_json(run, out / "accuracy.json")
        kept.clear()
        written = [out / "accuracy.json", *_draw(run, encoded, out, args.no_umap)]
    except OSError as error:
        raise KitError(
            f"{out} cannot be written to: {error}. Name another folder with --out."
        ) from error
    print("\nwrote " + ", ".join(str(path) for path in written))
    return 0


def parse_top_k(text: str) -> tuple[int, ...]:
    """Read "1,3,5" as numbers in increasing order, each once.

    Raises:
        KitError: something in it is no whole number from 1 to the number of classes.
    """
    classes = len(CLASS_NAMES)
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and 1 <= int(part) <= classes for part in parts):
        raise KitError(
            f"--top-k {text!r} cannot be read; give numbers from 1 to {classes} with commas, as in 1,3,5"
        )
    return tuple(sorted({int(part) for part in parts}))


def read_prompt_sets(names_or_files: Sequence[str]) -> tuple[PromptSet, ...]:
    """Read prompt sets; a file's set is called after the file, without folder and ending.

    Raises:
        KitError: one cannot be read or has not ten prompts, or two would get the same name.
    """
    from autograder.clip.accuracy.run import PromptSet

    sets: dict[str, PromptSet] = {}
    for given in names_or_files:
        prompts = load_prompts(given)
        # The name becomes part of a file's name.
        stem = given if given in PROMPT_SETS else Path(given).stem
        name = re.sub(r"[^\w.-]+", "_", stem).strip("._") or "prompts"
        if name in sets:
            raise KitError(
                f"--prompts {given}: there is a prompt set named {name} already; rename the file"
            )
        sets[name] = PromptSet(name, tuple(prompts))
    return tuple(sets.values())


def _compute(
    args: argparse.Namespace,
    device: str,
    precision: Precision,
    prompt_sets: Sequence[PromptSet],
    ks: Sequence[int],
) -> tuple[AccuracyRun, EncodedImages, Kept]:
    """Load model and images, and count."""
    import torch
    from tqdm import tqdm

    from autograder.clip.accuracy.encoders import load_test_images, plain_text_encoder
    from autograder.clip.accuracy.engine import choose_batch_size, open_engine
    from autograder.clip.accuracy.kept import Kept
    from autograder.clip.accuracy.record import AccuracyRun, Setting
    from autograder.clip.accuracy.run import encode_images, score_prompts
    from autograder.clip.assets import find_fashion_mnist, find_model
    from autograder.clip.assets.loading import load_model

    snapshot = find_model(args.model)
    split = load_test_images(find_fashion_mnist(args.data))
    if args.limit is not None and args.limit > len(split):
        raise KitError(f"--limit {args.limit:,} is more than the {len(split):,} images there are")
    model, processor = load_model(snapshot, device)
    text_encoder = plain_text_encoder(model, processor, device)
    # The prompts before the images: a prompt that is too long is found out in a second, not at the
    # end.
    for prompt_set in prompt_sets:
        text_encoder(prompt_set.prompts)
    images = split.images[: args.limit]
    batch_size = args.batch_size or choose_batch_size(model, device)
    engine = open_engine(
        model,
        processor,
        device,
        images,
        precision=precision,
        batch_size=batch_size,
    )
    kept = Kept(dependencies(snapshot, model, processor, device, images, engine, batch_size))
    with tqdm(total=args.limit or len(split), unit="image", desc="encoding") as bar:
        encoded = encode_images(
            engine.encode,
            split,
            limit=args.limit,
            batch_size=batch_size,
            progress=bar.update,
            kept=kept,
            workers=engine.workers,
        )
    tolerance = engine.precision.margin_tolerance
    results = tuple(
        score_prompts(encoded, text_encoder, chosen, ks, tolerance) for chosen in prompt_sets
    )
    setting = Setting(
        model=snapshot.name,
        weights_sha256=snapshot.weights_sha256,
        is_stand_in=snapshot.is_stand_in,
        device=device,
        device_name=device_name(device),
        threads=torch.get_num_threads(),
        batch_size=batch_size,
        seed=UMAP_SEED,
        split_images=len(split),
        dtype=engine.precision.name,
        way=engine.way,
        margin_tolerance=tolerance,
        sample_difference=engine.difference,
        notes=engine.notes,
    )
    run = AccuracyRun(
        setting, len(encoded.labels), encoded.seconds, results, resumed_images=encoded.resumed
    )
    return run, encoded, kept


def _draw(run: AccuracyRun, encoded: EncodedImages, out: Path, no_umap: bool) -> list[Path]:
    """Write the pictures and return their paths; a UMAP picture that is left out is said to be."""
    from autograder.clip.accuracy.pictures import draw_confusion_matrix, draw_map
    from autograder.clip.accuracy.umap_map import LEAST_IMAGES, project

    written = []
    for result in run.results:
        written.append(out / f"confusion_matrix_{result.prompt_set.name}.png")
        draw_confusion_matrix(run, result, written[-1])
    if no_umap:
        return written
    if run.images < LEAST_IMAGES:
        print(f"no UMAP picture: {run.images} images are fewer than the {LEAST_IMAGES} it needs")
        return written
    start = time.perf_counter()
    print("drawing the UMAP picture ...", file=sys.stderr, end=" ", flush=True)
    written.append(out / "umap.png")
    draw_map(run, project(encoded.embeddings, UMAP_SEED), encoded.labels, written[-1])
    print(f"{time.perf_counter() - start:.1f} s", file=sys.stderr)
    return written


def _made_folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KitError(f"--out {path} cannot be made a folder: {error}") from error
    return path
