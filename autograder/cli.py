"""The command line: `autograder COMMAND …`. Each command is a few lines here and a module of its own."""

from __future__ import annotations

import argparse
import os
import select
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from itertools import chain
from pathlib import Path

from autograder.errors import KitError
from autograder.operation import command as operating
from autograder.permissions import written_privately

_OF_A_COURSE = {
    *("course", "new", "samples", "grade", "report", "backup", "restore", "forget", "secret")
}
"""Commands that write grades, solutions or students' work, for their owner alone. (The demo fetches assets first.)"""

_CLOSED_PIPE = 128 + signal.SIGPIPE
"""What a shell gives for a program that ends as whoever read what it printed has gone, such as `head`."""

Handler = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit status: the command's own (0 where all is well), or 1 after an error that is printed in words.
    """
    parser = make_parser()
    options = parser.parse_args(arguments)
    handler: Handler = options.handler
    try:
        with written_privately() if options.command in _OF_A_COURSE else nullcontext():
            status = handler(options)
        sys.stdout.flush()
        return status
    except KitError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        if not _nobody_reads():
            raise
        return _CLOSED_PIPE


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="autograder", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    assets = commands.add_parser(
        "assets", help="find, fetch and verify the data set and the models"
    )
    actions = assets.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("status", help="say what is here").set_defaults(handler=_assets_status)
    fetch = actions.add_parser("fetch", help="fetch the data set, and the models that are named")
    fetch.add_argument(
        "models",
        nargs="*",
        help="such as openai/clip-vit-base-patch32; fashion-mnist is the data set alone",
    )
    fetch.set_defaults(handler=_assets_fetch)

    features = commands.add_parser(
        "features", help="the features that are computed once for all submissions"
    )
    from autograder.clip.features import command as featuring

    featuring.add_arguments(features)
    features.set_defaults(handler=featuring.main)

    doctor = commands.add_parser(
        "doctor", help="try what this machine can keep a student's code from"
    )
    doctor.add_argument(
        "course",
        type=Path,
        nargs="?",
        default=Path(),
        help="a course whose files are looked at as well (default: this folder, if it is one)",
    )
    doctor.add_argument(
        "--isolation",
        help="bubblewrap, bubblewrap-cold, container or none (default: as in grading)",
    )
    doctor.set_defaults(handler=_doctor)

    build = commands.add_parser("build", help="build the source notebook from its text")
    build.add_argument("--execute", action="store_true", help="run it and store its outputs")
    build.add_argument("--check", action="store_true", help="only say whether it is up to date")
    build.set_defaults(handler=_build)

    release = commands.add_parser("release", help="make the release from the source, with nbgrader")
    release.set_defaults(handler=_release)

    course = commands.add_parser("course", help="make an nbgrader course from the kit")
    course.add_argument("folder", type=Path, help="a new folder")
    course.set_defaults(handler=_course)

    new = commands.add_parser(
        "new", help="put a small assignment with hidden checks into a course, to be written over"
    )
    new.add_argument("name", help="of the new assignment")
    new.add_argument("--course", type=Path, default=Path(), help="default: this folder")
    new.set_defaults(handler=_new)

    samples = commands.add_parser("samples", help="put the sample submissions into a course")
    samples.add_argument("folder", type=Path, help="the course")
    samples.set_defaults(handler=_samples)

    grade = commands.add_parser("grade", help="grade many submissions, in parallel")
    from autograder.grading import command as grading

    grading.add_arguments(grade)
    grade.set_defaults(handler=grading.main)

    check = commands.add_parser("check", help="grade notebooks that need not be of the release")
    from autograder.any_notebook import command as checking

    checking.add_arguments(check)
    check.set_defaults(handler=checking.main)

    report = commands.add_parser("report", help="write the class report of a course")
    report.add_argument("folder", type=Path, help="the course")
    report.add_argument("--assignment", help="default: the kit's own")
    report.set_defaults(handler=_report)

    status = commands.add_parser("status", help="list what needs a person, and the way out")
    status.add_argument("folder", type=Path, help="the course")
    status.add_argument("--assignment", help="default: the kit's own")
    status.set_defaults(handler=_status)

    operating.add_commands(commands)

    demo = commands.add_parser("demo", help="grade the sample submissions in a course of their own")
    demo.add_argument("folder", type=Path, nargs="?", default=Path("demo"), help="default: demo")
    demo.set_defaults(handler=_demo)

    accuracy = commands.add_parser("accuracy", help="measure a model on the whole test split")
    from autograder.clip import command

    command.add_arguments(accuracy)
    accuracy.set_defaults(handler=command.main)

    audit = commands.add_parser("audit", help="test the hidden checks on right and wrong work")
    from autograder.audit import command as auditing

    auditing.add_arguments(audit)
    audit.set_defaults(handler=auditing.main)
    return parser


def _nobody_reads() -> bool:
    """Return whether the standard output leads nowhere any more; what is left for it is thrown away then."""
    output = sys.stdout.fileno()
    watch = select.poll()
    watch.register(output, 0)  # that it is broken is told always
    is_broken = bool(watch.poll(0))
    if is_broken:
        # Otherwise Python tries once more when it ends, and complains.
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)
    return is_broken


def _assets_status(options: argparse.Namespace) -> int:
    from autograder.clip.assets import describe

    for line in describe():
        print(f"{line.what:36} {line.state}")
    return 0


def _assets_fetch(options: argparse.Namespace) -> int:
    from autograder.clip.assets import DATA_SET, find_fashion_mnist, find_model

    print("Fashion-MNIST: looking for it, or fetching it …", flush=True)
    print(f"Fashion-MNIST: verified, in {find_fashion_mnist(fetch=True)}")
    for name in options.models or [None]:
        if name == DATA_SET:
            continue
        snapshot = find_model(name, fetch=True)
        print(f"{snapshot.name}: verified, in {snapshot.path}")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from autograder.doctor import examine, files_of

    holds = True
    for finding in chain(files_of(options.course), examine(options.isolation or "")):
        holds = holds and finding.holds
        print(f"{'✓' if finding.holds else '✗'} {finding.what:66} {finding.seen}", flush=True)
    print("All of it holds." if holds else "Not all of it holds: see the lines marked ✗.")
    return 0 if holds else 1


def _build(options: argparse.Namespace) -> int:
    from autograder.authoring.command import build_here

    return build_here(execute=options.execute, check=options.check)


def _release(options: argparse.Namespace) -> int:
    from autograder.authoring.release import release_here

    return release_here()


def _course(options: argparse.Namespace) -> int:
    from autograder.course import ASSIGNMENT, make_course

    make_course(options.folder)
    print(
        f"The course is in {options.folder}. There, run: nbgrader generate_assignment {ASSIGNMENT}"
    )
    return 0


def _new(options: argparse.Namespace) -> int:
    from autograder.authoring.new_assignment import add_assignment

    notebook, checks = add_assignment(options.course, options.name)
    quoted = shlex.quote(options.name)
    print(f"The notebook:      {notebook}")
    print(f"its hidden checks: {checks}")
    print(f"In the course, run: nbgrader generate_assignment {quoted}")
    print(f"and, with work in submitted/STUDENT/{options.name}: autograder grade {quoted}")
    return 0


def _samples(options: argparse.Namespace) -> int:
    from autograder.course import SAMPLES
    from autograder.samples import add_samples

    students = add_samples(options.folder, SAMPLES)
    print(f"{len(students)} sample submissions are in {options.folder / 'submitted'}")
    return 0


def _report(options: argparse.Namespace) -> int:
    from autograder.course import ASSIGNMENT
    from autograder.report.class_report import class_report
    from autograder.report.pages import as_text, write_page

    found = class_report(options.folder, options.assignment or ASSIGNMENT)
    print(as_text(found))
    print(f"Class report: {write_page(found, options.folder)}")
    return 0


def _status(options: argparse.Namespace) -> int:
    from autograder.course import ASSIGNMENT
    from autograder.evidence.record import RECORD, breaks
    from autograder.report.status import as_text, course_status

    print(as_text(course_status(options.folder, options.assignment or ASSIGNMENT)))
    for line in breaks(options.folder):
        print(
            f"{options.folder / RECORD}: line {line} does not follow on the one before; compare with a backup"
        )
    return 0


def _demo(options: argparse.Namespace) -> int:
    from autograder.demo import run_demo

    run_demo(options.folder, lambda line: print(line, flush=True))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
