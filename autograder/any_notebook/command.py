"""The command `autograder check NOTEBOOK…`: grades notebooks that need not come from the release."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

from autograder.arguments import expect_place_for, positive_seconds
from autograder.errors import KitError

CELL_SECONDS, CHECK_SECONDS, NOTEBOOK_SECONDS = 180.0, 60.0, 1800.0
COULD_NOT_RUN = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK", help=".ipynb files")
    parser.add_argument(
        "--json",
        metavar="FILE",
        help="also write what was found as JSON; - for standard output, instead of the tables",
    )
    parser.add_argument("--model", help="CLIP model to grade with (default: CLIP_MODEL, or small)")
    parser.add_argument(
        "--alternative-model",
        default="tiny",
        metavar="MODEL",
        help="what stands in for every other model that a notebook names (default: %(default)s)",
    )
    parser.add_argument(
        "--isolation",
        default="",
        help="bubblewrap, bubblewrap-cold, container or none (default: as in grading)",
    )
    for name, seconds, what in (
        ("--cell-timeout", CELL_SECONDS, "that a cell may take"),
        ("--check-timeout", CHECK_SECONDS, "that one call of a check may take"),
        ("--timeout", NOTEBOOK_SECONDS, "that a notebook may take"),
    ):
        parser.add_argument(
            name,
            type=positive_seconds,
            default=seconds,
            metavar="SECONDS",
            help=f"{what} (default: %(default)g)",
        )
    parser.add_argument(
        "--seed",
        type=_seed,
        help="where the hidden inputs come from (default: each notebook's own text)",
    )


def main(options: argparse.Namespace) -> int:
    """Check all notebooks, one after another; a broken one does not stop the others.

    Returns:
        The worst of: 0 graded, 1 problems found, 2 could not run.
    """
    from autograder.any_notebook.run import Settings, check_notebook
    from autograder.any_notebook.stand_ins import StandInExpected
    from autograder.any_notebook.table import as_data, as_text
    from autograder.assets import find_fashion_mnist, find_model
    from autograder.kernel.limits import Limits
    from autograder.reference import Reference

    if options.json not in (None, "-"):
        try:
            expect_place_for(Path(options.json))
        except OSError as error:
            return _not_written(options.json, error)
    try:
        expected = StandInExpected(
            Reference(find_model(options.model), find_fashion_mnist()),
            find_model(options.alternative_model),
        )
    except KitError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return COULD_NOT_RUN
    settings = Settings(
        options.isolation,
        Limits(cell=options.cell_timeout, probe=options.check_timeout, notebook=options.timeout),
        options.seed,
    )
    found = []
    for number, path in enumerate(options.notebooks):
        finding = check_notebook(path, expected, settings)
        found.append(finding)
        if options.json != "-":
            text = as_text(finding, shutil.get_terminal_size((100, 24)).columns)
            print("\n" * bool(number) + text, flush=True)
    status = max(finding.status for finding in found)
    if options.json is not None:
        text = json.dumps(
            {"status": status, "notebooks": [as_data(finding) for finding in found]}, indent=2
        )
        if options.json == "-":
            print(text)
        else:
            try:
                Path(options.json).write_text(text + "\n", encoding="utf-8")
            except OSError as error:
                return _not_written(options.json, error)
    return status


def _not_written(file: str, error: OSError) -> int:
    print(f"autograder: {file} cannot be written: {error}", file=sys.stderr)
    return COULD_NOT_RUN


def _seed(text: str) -> int:
    try:
        seed = int(text)
    except ValueError:
        seed = -1
    if seed < 0:
        raise argparse.ArgumentTypeError("a whole number, 0 or larger")
    return seed
