"""`autograder accuracy --compare FILE`: every run of the plan, then the table, the JSON and the page."""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path

from autograder.clip.accuracy.device import (
    INTERRUPTED,
    choose_device,
    dependencies,
    device_name,
    judge_run_options,
)
from autograder.clip.accuracy.encoders import TestImages, load_test_images, plain_text_encoder
from autograder.clip.accuracy.engine import (
    Precision,
    choose_batch_size,
    choose_precision,
    open_engine,
)
from autograder.clip.accuracy.kept import Kept
from autograder.clip.accuracy.run import encode_images
from autograder.clip.accuracy.umap_map import LEAST_IMAGES, ModelMap, make_map
from autograder.clip.assets import ModelSnapshot, find_fashion_mnist, find_model
from autograder.clip.assets.loading import load_model
from autograder.clip.compare.classify import (
    Answers,
    EmbeddedModel,
    class_embeddings,
    classify_cnn,
    classify_texts,
    run_names,
)
from autograder.clip.compare.measure import class_gains, compare, measure
from autograder.clip.compare.page import write_page
from autograder.clip.compare.plan import Plan, read_plan
from autograder.clip.compare.record import Comparison, EmbeddedWith, write_json
from autograder.clip.compare.tables import as_text
from autograder.errors import KitError

JSON_FILE = "comparison.json"
PAGE_FILE = "comparison.html"


def main(args: argparse.Namespace) -> int:
    """Run a plan with the options of `autograder accuracy`.

    Args:
        args: of `autograder.clip.command`; `compare` is the plan's file.

    Returns:
        The exit status: 0 for a comparison that was made, 130 for one that was interrupted by Ctrl-C.

    Raises:
        KitError: the plan or an option cannot be used, or a model or the data set cannot.
    """
    plan = read_plan(args.compare)
    _refuse_what_the_plan_says(args, plan)
    out = _made_folder(args.out)
    all_kept: list[Kept] = []
    try:
        comparison = _compute(args, plan, all_kept)
    except KeyboardInterrupt:
        _say("\nstopped; the same command goes on where this one was")
        return INTERRUPTED
    print(as_text(comparison))
    written = [out / JSON_FILE, out / PAGE_FILE]
    try:
        write_json(comparison, written[0])
        write_page(comparison, written[1])
    except OSError as error:
        raise KitError(
            f"{out} cannot be written to: {error}. Name another folder with --out."
        ) from error
    for kept in all_kept:
        kept.clear()
    print("\nwrote " + ", ".join(str(path) for path in written))
    return 0


def _refuse_what_the_plan_says(args: argparse.Namespace, plan: Plan) -> None:
    """Judge the options before anything slow is done.

    Raises:
        KitError: an option cannot be used, or not together with a plan.
    """
    if args.prompts:
        raise KitError(f"--prompts and --compare: write the prompt sets into {args.compare}")
    if args.model is not None and plan.models:
        raise KitError(f"--model and --compare: {args.compare} names the models; leave one out")
    judge_run_options(args)


def _compute(args: argparse.Namespace, plan: Plan, all_kept: list[Kept]) -> Comparison:
    """Embed the images once a model; all else is arithmetic on what that gives.

    What is kept for a run that goes on after an interruption is added to `all_kept`.
    """
    device = choose_device(args.device)
    precision = choose_precision(args.dtype, device)
    # Each model is found before the first one runs: a missing one is told at once.
    snapshots = [find_model(name) for name in plan.models or (args.model,)]
    data_root = find_fashion_mnist(args.data)
    whole = load_test_images(data_root)
    if args.limit is not None and args.limit > len(whole):
        raise KitError(f"--limit {args.limit:,} is more than the {len(whole):,} images there are")
    split = TestImages(whole.images[: args.limit], whole.labels[: args.limit])

    answers: list[Answers] = []
    used: list[EmbeddedWith] = []
    maps: list[ModelMap] = []
    names = run_names([snapshot.name for snapshot in snapshots], plan.texts)
    with_maps = not args.no_umap and len(split) >= LEAST_IMAGES
    for snapshot, row in zip(snapshots, names, strict=True):
        model = _embedded(snapshot, plan, args, device, precision, split, all_kept)
        used.append(
            EmbeddedWith(
                model.name,
                model.weights_sha256,
                model.is_stand_in,
                model.logit_scale,
                model.encode_seconds,
            )
        )
        answers += [
            classify_texts(model, texts, name) for texts, name in zip(plan.texts, row, strict=True)
        ]
        if with_maps:
            _say(f"mapping the images as {model.name} sees them")
            maps.append(make_map(model.name, model.images, split.labels, plan.seed))
    if plan.cnn is not None:
        answers.append(
            classify_cnn(
                plan.cnn, split.images, split.labels, data_root, seed=plan.seed, report=_say
            )
        )
    runs = tuple(measure(one, split.labels) for one in answers)
    numbers = range(len(runs))
    return Comparison(
        plan=plan,
        split=split,
        split_images=len(whole),
        device=f"{device_name(device)} ({device})",
        models=tuple(used),
        runs=runs,
        differences=tuple(
            compare(runs, first, second, plan.seed)
            for first, second in itertools.combinations(numbers, 2)
        ),
        gains=tuple(class_gains(runs, index, split.labels, plan.seed) for index in numbers[1:]),
        maps=tuple(maps),
        notes=_notes(used, split, len(whole), plan, args.no_umap),
    )


def _embedded(
    snapshot: ModelSnapshot,
    plan: Plan,
    args: argparse.Namespace,
    device: str,
    precision: Precision,
    split: TestImages,
    all_kept: list[Kept],
) -> EmbeddedModel:
    """Load one model and embed the images; of it only the text tower is needed afterwards."""
    import torch
    from tqdm import tqdm

    model, processor = load_model(snapshot, device)
    text_encoder = plain_text_encoder(model, processor, device)
    # The prompts before the images: a prompt that is too long is found out in a second, not at the
    # end.
    for texts in plan.texts:
        class_embeddings(text_encoder, texts)
    batch_size = args.batch_size or choose_batch_size(model, device)
    engine = open_engine(
        model, processor, device, split.images, precision=precision, batch_size=batch_size
    )
    kept = Kept(dependencies(snapshot, model, processor, device, split.images, engine, batch_size))
    all_kept.append(kept)
    with tqdm(total=len(split), unit="image", desc=f"encoding with {snapshot.name}") as bar:
        encoded = encode_images(
            engine.encode,
            split,
            batch_size=batch_size,
            progress=bar.update,
            kept=kept,
            workers=engine.workers,
        )
    with torch.no_grad():
        scale = float(model.logit_scale.exp())
    return EmbeddedModel(
        name=snapshot.name,
        weights_sha256=snapshot.weights_sha256,
        is_stand_in=snapshot.is_stand_in,
        images=encoded.embeddings,
        text_encoder=text_encoder,
        logit_scale=scale,
        encode_seconds=encoded.seconds,
    )


def _notes(
    models: list[EmbeddedWith], split: TestImages, split_images: int, plan: Plan, no_umap: bool
) -> tuple[str, ...]:
    """Return what a reader must not overlook."""
    notes = []
    if len(split) < split_images:
        notes.append(
            f"Only the first {len(split):,} of {split_images:,} test images were used: "
            "these figures are not the test accuracy."
        )
    if stand_ins := [model.name for model in models if model.is_stand_in]:
        notes.append(
            f"{' and '.join(stand_ins)}: stand-ins, trained on this data set's training split; "
            "their figures say nothing about zero-shot classification."
        )
    if plan.cnn is not None:
        notes.append(
            "The CNN was trained on this data set's training split, which a zero-shot model never saw."
        )
    if not no_umap and len(split) < LEAST_IMAGES:
        notes.append(f"There is no map: it needs {LEAST_IMAGES} images.")
    return tuple(notes)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _made_folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KitError(f"--out {path} cannot be made a folder: {error}") from error
    return path
