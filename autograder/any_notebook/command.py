"""The command `autograder check NOTEBOOK…`: grades notebooks that need not come from the release."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.any_notebook.ended import Ended, Ending
from autograder.arguments import expect_place_for, positive_seconds
from autograder.errors import KitError
from autograder.extras import require_clip

if TYPE_CHECKING:
    from autograder.any_notebook.run import Settings
    from autograder.clip.expected import Expected

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
    parser.add_argument(
        "--transformers",
        default="",
        metavar="LINE",
        help="line of transformers that notebooks are run on: 4 or 5, a folder that holds one, or `named` for the one "
        "that each notebook names (default: this environment's own)",
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
        The worst of: 0 graded, 1 problems found, 2 could not run. Or 128 and the number of the signal that has ended
        the command; what was judged until then is told.
    """
    ending = Ending()
    with ending.awaited():
        try:
            with ending.at_once():
                prepared = _prepared(options)
        except KitError as error:
            print(f"autograder: {error}", file=sys.stderr)
            return COULD_NOT_RUN
        except Ended as error:
            print(f"autograder: ended by {error.name} before anything was judged", file=sys.stderr)
            return error.status
        status = _check_all(options, *prepared, ending)
    return status if ending.by is None else ending.by.status


def _prepared(options: argparse.Namespace) -> tuple[Expected, Settings]:
    """Return what grades, and how notebooks are run.

    Raises:
        KitError: something that grading needs is missing, or the record could not be written.
    """
    from autograder.any_notebook.run import Settings
    from autograder.any_notebook.versions import expect_libraries
    from autograder.clip.assets import find_fashion_mnist, find_model
    from autograder.clip.reference import Reference
    from autograder.clip.stand_ins import StandInExpected
    from autograder.kernel.limits import Limits

    require_clip()
    if options.json not in (None, "-"):
        try:
            expect_place_for(Path(options.json))
        except OSError as error:
            raise _not_written(options.json, error) from error
    expect_libraries(options.transformers)
    expected = StandInExpected(
        Reference(find_model(options.model), find_fashion_mnist()),
        find_model(options.alternative_model),
    )
    limits = Limits(
        cell=options.cell_timeout, probe=options.check_timeout, notebook=options.timeout
    )
    return expected, Settings(options.isolation, limits, options.seed, options.transformers)


def _check_all(
    options: argparse.Namespace, expected: Expected, settings: Settings, ending: Ending
) -> int:
    from autograder.any_notebook.findings import NotebookFinding
    from autograder.any_notebook.progress import Progress
    from autograder.any_notebook.run import check_notebook
    from autograder.any_notebook.table import as_data, as_text

    found = []
    for number, path in enumerate(options.notebooks):
        try:
            with ending.at_once():
                finding = check_notebook(path, expected, settings, Progress())
        except Ended as error:
            finding = NotebookFinding(str(path), f"ended by {error.name} before it ran")
        found.append(finding)
        if options.json != "-":
            text = as_text(finding, shutil.get_terminal_size((100, 24)).columns)
            print("\n" * bool(number) + text, flush=True)
    status = max(finding.status for finding in found)
    if options.json is not None:
        told = {
            "status": status if ending.by is None else ending.by.status,
            "notebooks": [as_data(finding) for finding in found],
        }
        text = json.dumps(told, indent=2)
        if options.json == "-":
            print(text)
        else:
            try:
                Path(options.json).write_text(text + "\n", encoding="utf-8")
            except OSError as error:
                print(f"autograder: {_not_written(options.json, error)}", file=sys.stderr)
                return COULD_NOT_RUN
    return status


def _not_written(file: str, error: OSError) -> KitError:
    return KitError(f"{file} cannot be written: {error}")


def _seed(text: str) -> int:
    try:
        seed = int(text)
    except ValueError:
        seed = -1
    if seed < 0:
        raise argparse.ArgumentTypeError("a whole number, 0 or larger")
    return seed
