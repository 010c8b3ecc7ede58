"""The command `autograder features`: what is kept, filling it, and removing it."""

from __future__ import annotations

import argparse
import time

from autograder.arguments import add_command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add_command(
        actions, "status", "say what is kept, and how large it is", "autograder features status"
    )
    fill = add_command(
        actions,
        "fill",
        "compute now what the first grading would",
        "autograder features fill",
        "autograder features fill small openai/clip-vit-base-patch32",
    )
    fill.add_argument("models", nargs="*", help="default: CLIP_MODEL, or the small one")
    add_command(
        actions,
        "remove",
        "remove all of it; the next grading computes it again",
        "autograder features remove",
    )


def main(options: argparse.Namespace) -> int:
    """Run it.

    Returns:
        1 if what is kept disagrees with the model, else 0.

    Raises:
        AssetError: the data set or a model is not here.
    """
    actions = {"status": _status, "fill": _fill, "remove": _remove}
    return actions[options.action](options)


def _status(options: argparse.Namespace) -> int:
    from autograder.clip.features.store import reports, root

    found = list(reports())
    for store in found:
        state = "ready" if store.is_current else "of other versions of the libraries, not used"
        pixels = "and pixels " if store.has_pixels else ""
        print(
            f"{store.model}: features {pixels}of {store.images:,} images, "
            f"{store.size / 2**20:,.0f} MiB, {state}: {store.folder}"
        )
    if not found:
        print(
            f"Nothing is kept in {root()}. The first grading fills it, or: autograder features fill"
        )
    return 0


def _fill(options: argparse.Namespace) -> int:
    from autograder.clip.assets import find_fashion_mnist, find_model
    from autograder.clip.features.store import trusted
    from autograder.clip.reference import Reference

    agrees = True
    for name in options.models or [None]:
        snapshot = find_model(name)
        print(f"{snapshot.name}: looking, or computing all test images …", flush=True)
        started = time.monotonic()
        trust = trusted(Reference(snapshot, find_fashion_mnist()), may_fill=True)
        agrees = agrees and trust.store is not None
        where = trust.store.folder if trust.store is not None else trust.complaint
        print(f"{snapshot.name}: {time.monotonic() - started:.0f} s, {where}")
    return 0 if agrees else 1


def _remove(options: argparse.Namespace) -> int:
    import shutil

    from autograder.clip.features.store import root

    if root().exists():
        shutil.rmtree(root())
    print(f"{root()} is gone; the next grading computes it again.")
    return 0
