"""`autograder audit`: the checks against the corpus."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from autograder.arguments import expect_place_for
from autograder.bundled import bundled
from autograder.errors import AuditError

CORPUS = bundled("tests")
SEEDS = 50
"""How many different seeds there are; each variant meets some of them, or all."""
SEEDS_EACH = 3
WORKERS = 2
SLIPS = 1000
IN_ROOMS = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--seeds",
        type=int,
        help=f"seeds for each variant, 1 … {SEEDS} (default: {SEEDS_EACH}; of a course's own assignment 20)",
    )
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="variants whose id holds this text"
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page with every chaff")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything, for programs")
    parser.add_argument(
        "--workers", type=int, default=WORKERS, help="processes (default: %(default)s)"
    )
    parser.add_argument(
        "--rooms",
        type=int,
        default=IN_ROOMS,
        metavar="N",
        help="variants that are judged in real rooms as well, drawn anew each time (default: %(default)s)",
    )
    parser.add_argument(
        "--new-mistakes",
        type=int,
        nargs="?",
        const=SLIPS,
        metavar="N",
        help="instead of the corpus try mistakes that nobody has written: N slips of each function (%(const)s if not"
        " said) and all mutants of the right variants; list those that no check notices",
    )
    parser.add_argument(
        "--corpus", type=Path, default=CORPUS, help="folder of wheat, chaff and mutants"
    )


def main(options: argparse.Namespace) -> int:
    """Run the audit and print its table.

    Returns:
        0, or 1 if the bar is missed.

    Raises:
        AuditError: the corpus is not as it should be, or a file cannot be written.
        AssetError: the data set or a model is not there.
    """
    for file in filter(None, (options.html, options.json)):
        try:
            expect_place_for(file)
        except OSError as error:
            raise _not_written(file, error) from error
    # Forked processes share what is loaded; a GPU's context, and threads, they cannot share.
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    # A mutant may ask for a model of another name. These are read once, when transformers is imported.
    os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"})
    if "torch" not in sys.modules:
        # Nothing is compiled here. torchvision would load the compiler nevertheless, for a second, and what it leaves
        # in memory makes every fork slower and is complained of at the end.
        sys.modules.setdefault("triton", None)  # type: ignore[arg-type]
    from autograder.audit.pages import as_html, as_json, as_text
    from autograder.audit.run import run_audit, run_new_mistakes

    if options.new_mistakes is not None:
        found = run_new_mistakes(
            options.corpus,
            most=max(1, options.new_mistakes),
            workers=max(1, options.workers),
            only=options.only,
            say=_say,
        )
        print(found)
        return 0
    audit = run_audit(
        options.corpus,
        seeds_each=max(1, min(options.seeds or SEEDS_EACH, SEEDS)),
        seeds=range(SEEDS),
        workers=max(1, options.workers),
        only=options.only,
        rooms=max(0, options.rooms),
        say=_say,
    )
    print(as_text(audit))
    for file, form in ((options.html, as_html), (options.json, as_json)):
        if file is not None:
            try:
                file.write_text(form(audit), encoding="utf-8")
            except OSError as error:
                raise _not_written(file, error) from error
    return 1 if audit.shortfalls else 0


def _not_written(file: Path, error: OSError) -> AuditError:
    return AuditError(f"{file} cannot be written: {error}; name another place")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
