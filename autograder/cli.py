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

from autograder.arguments import ShowVersion, add_command
from autograder.assignment import assignment_named, declared, declared_named
from autograder.errors import ChoiceError, KitError
from autograder.extras import CLIP, sentence
from autograder.operation import command as operating
from autograder.permissions import written_privately

_OF_A_COURSE = {
    *("course", "new", "samples", "collect", "grade", "report", "export"),
    *("backup", "restore", "forget", "secret"),
}
"""Commands that write grades, solutions or students' work, for their owner alone. (The demo fetches assets first.)"""

_OF_THE_KITS = {"build", "release", "check"}
"""Commands that know the kit's own assignments, and no course's; the audit looks for itself."""

_CLOSED_PIPE = 128 + signal.SIGPIPE
"""What a shell gives for a program that ends as whoever read what it printed has gone, such as `head`."""

_UNCLEAR = 2
"""As argparse gives it for a command line that does not say what is wanted."""

Handler = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit status: the command's own (0 where all is well), or 1 after an error that is printed in words, 2 where
        the command line leaves open which assignment is meant.
    """
    parser = make_parser()
    options = parser.parse_args(arguments)
    handler: Handler = options.handler
    try:
        if options.command in _OF_THE_KITS:
            declared_named(options.assignment, options.command)
        with written_privately() if options.command in _OF_A_COURSE else nullcontext():
            status = handler(options)
        sys.stdout.flush()
        return status
    except KitError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return _UNCLEAR if isinstance(error, ChoiceError) else 1
    except ModuleNotFoundError as error:
        if (package := str(error.name).partition(".")[0]) not in CLIP:
            raise
        print(f"autograder: {sentence(package)}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        if not _nobody_reads():
            raise
        return _CLOSED_PIPE


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; what a command needs besides is loaded when it runs."""
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="The command line of the autograder: `autograder COMMAND …`.",
        epilog="`autograder COMMAND --help` says more, with examples.",
    )
    parser.add_argument("--version", action=ShowVersion, help="say which version this is")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    assets = add_command(
        commands,
        "assets",
        "find, fetch and verify the data set and the models",
        "autograder assets status",
        "autograder assets fetch openai/clip-vit-base-patch32",
    )
    actions = assets.add_subparsers(dest="action", required=True, metavar="ACTION")
    add_command(actions, "status", "say what is here", "autograder assets status").set_defaults(
        handler=_assets_status
    )
    fetch = add_command(
        actions,
        "fetch",
        "fetch the data set, and the models that are named",
        "autograder assets fetch fashion-mnist",
        "autograder assets fetch openai/clip-vit-base-patch32",
    )
    fetch.add_argument(
        "models",
        nargs="*",
        help="such as openai/clip-vit-base-patch32; fashion-mnist is the data set alone",
    )
    fetch.set_defaults(handler=_assets_fetch)

    features = add_command(
        commands,
        "features",
        "the features that are computed once for all submissions",
        "autograder features status",
        "autograder features fill",
    )
    from autograder.clip.features import command as featuring

    featuring.add_arguments(features)
    features.set_defaults(handler=featuring.main)

    doctor = add_command(
        commands,
        "doctor",
        "try what this machine can keep a student's code from",
        "autograder doctor",
        "autograder doctor ../my-course --isolation container",
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

    build = add_command(
        commands,
        "build",
        "build the source notebook from its text",
        "autograder build --execute",
        "autograder build --check",
    )
    build.add_argument("--execute", action="store_true", help="run it and store its outputs")
    build.add_argument("--check", action="store_true", help="only say whether it is up to date")
    _add_kits_own(build)
    build.set_defaults(handler=_build)

    release = add_command(
        commands,
        "release",
        "make the release from the source, with nbgrader",
        "autograder release",
    )
    _add_kits_own(release)
    release.set_defaults(handler=_release)

    course = add_command(
        commands,
        "course",
        "make an nbgrader course from the kit",
        "autograder course ../my-course",
    )
    course.add_argument("folder", type=Path, help="a new folder")
    course.set_defaults(handler=_course)

    new = add_command(
        commands,
        "new",
        "put a small assignment with hidden checks into a course, to be written over",
        "autograder new 'lab 1' --course ../my-course",
    )
    new.add_argument("name", help="of the new assignment")
    new.add_argument("--course", type=Path, default=Path(), help="default: this folder")
    new.set_defaults(handler=_new)

    samples = add_command(
        commands,
        "samples",
        "put the sample submissions into a course",
        "autograder samples ../my-course",
    )
    samples.add_argument("folder", type=Path, help="the course")
    samples.set_defaults(handler=_samples)

    collect = add_command(
        commands,
        "collect",
        "collect what students hand in as pull requests",
        "autograder collect --pull-requests links.csv assignment_2 --due 2026-11-30T23:59 --zone Europe/Berlin",
        "autograder collect --pull-requests links.csv assignment_2 --watch --every 600 --host github.com",
        "autograder collect --pull-requests links.csv assignment_2 --student ada --late --also 'figures/*'",
    )
    from autograder.collect import command as collecting

    collecting.add_arguments(collect)
    collect.set_defaults(handler=collecting.main)

    grade = add_command(
        commands,
        "grade",
        "grade many submissions, in parallel",
        "autograder grade assignment_2 --workers 2",
        "autograder grade assignment_2 --student 'a*' --force",
        "autograder grade assignment_2 --since 2026-03-01 --set RunAndJudge.cell_timeout=40",
    )
    from autograder.grading import command as grading

    grading.add_arguments(grade)
    grade.set_defaults(handler=grading.main)

    preflight = add_command(
        commands,
        "preflight",
        "look through work before it is handed in; with --course, through all that was",
        "autograder preflight my-work https://github.com/ada/course/pull/3",
        "autograder preflight --only files --only finished --json",
        "autograder preflight --course . --comments comments",
    )
    from autograder.preflight import preflight as looking

    looking.add_arguments(preflight)
    preflight.add_argument(
        "--course", type=Path, metavar="COURSE", help="for instructors: what its students handed in"
    )
    preflight.add_argument(
        "--assignment", metavar="NAME", help="of the course; default: its only one"
    )
    preflight.add_argument(
        "--comments", type=Path, metavar="DIR", help="write a comment for each student there"
    )
    preflight.set_defaults(handler=_preflight)

    check = add_command(
        commands,
        "check",
        "grade notebooks that need not be of the release",
        "autograder check notebook.ipynb",
        "autograder check *.ipynb --json found.json --transformers named",
    )
    from autograder.any_notebook import command as checking

    checking.add_arguments(check)
    _add_kits_own(check)
    check.set_defaults(handler=checking.main)

    report = add_command(
        commands,
        "report",
        "write the class report of a course",
        "autograder report .",
        "autograder report ../my-course --assignment 'lab 1'",
    )
    _add_course(report)
    report.set_defaults(handler=_report)

    status = add_command(
        commands,
        "status",
        "list what needs a person, and the way out",
        "autograder status .",
        "autograder status ../my-course --assignment 'lab 1'",
    )
    _add_course(status)
    status.set_defaults(handler=_status)

    export = add_command(
        commands,
        "export",
        "fill in the sheet that Canvas, Moodle or Brightspace gave out",
        "autograder export assignment_2 --into grades.csv",
        "autograder export 'lab 1' --into grades.csv --title 'Lab 1 (4711)' --roster roster.csv",
        "autograder export --into grades.csv --feedback-zip pages.zip --downloaded submissions.zip",
    )
    from autograder.sheets import command as exporting

    exporting.add_arguments(export)
    export.set_defaults(handler=exporting.main)

    operating.add_commands(commands)

    demo = add_command(
        commands,
        "demo",
        "grade the sample submissions in a course of their own",
        "autograder demo",
        "autograder demo ../demo",
    )
    demo.add_argument("folder", type=Path, nargs="?", default=Path("demo"), help="default: demo")
    demo.set_defaults(handler=_demo)

    accuracy = add_command(
        commands,
        "accuracy",
        "measure a model on the whole test split",
        "autograder accuracy --prompts bare --prompts good --top-k 1,3,5 --out accuracy",
        "autograder accuracy --compare comparison.toml --out comparison",
    )
    from autograder.clip import command

    command.add_arguments(accuracy)
    accuracy.set_defaults(handler=command.main)

    audit = add_command(
        commands,
        "audit",
        "test the hidden checks on right and wrong work",
        "autograder audit --seeds 2",
        "autograder audit --only similarity --html audit.html",
        "autograder audit --assignment 'lab 1'",
    )
    from autograder.audit import command as auditing

    auditing.add_arguments(audit)
    audit.add_argument(
        "--assignment",
        metavar="NAME",
        help="the kit's own, or one with checks of its own in the course of this folder; default: the kit's",
    )
    audit.set_defaults(handler=_audit)
    return parser


def _add_course(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path(), help="the course; default: this folder"
    )
    parser.add_argument("--assignment", metavar="NAME", help="default: the course's only one")


def _add_kits_own(parser: argparse.ArgumentParser) -> None:
    """Add the name of an assignment to a command that knows those of the kit only."""
    parser.add_argument(
        "--assignment", metavar="NAME", help="one of the kit's own; default: the only one"
    )


def _audit(options: argparse.Namespace) -> int:
    own = assignment_named(options.assignment, None, Path.cwd()) if options.assignment else None
    if own is None or own in declared():
        from autograder.audit.command import main

        declared_named(options.assignment, options.command)
        return main(options)
    from autograder.authoring.own_audit import SEEDS, audit_own

    notebooks = sorted(Path("source", own.name).glob("*.ipynb"))
    shortfalls = audit_own(own, notebooks, options.seeds or SEEDS, print)
    for short in shortfalls:
        print(f"{short.variant.cell}/{short.variant.name}, {short.seeds} seeds: {short.what}")
    print("the checks tell right from wrong" if not shortfalls else "below the bar")
    return 1 if shortfalls else 0


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
    from autograder.course import chosen_assignment
    from autograder.report.class_report import class_report
    from autograder.report.pages import as_text, write_page

    found = class_report(options.folder, chosen_assignment(options.folder, options.assignment))
    print(as_text(found))
    print(f"Class report: {write_page(found, options.folder)}")
    return 0


def _preflight(options: argparse.Namespace) -> int:
    from autograder.preflight.preflight import run

    if options.course is None:
        if options.comments is not None or options.assignment is not None:
            raise ChoiceError("--assignment and --comments are for a course; name it by --course")
        return run(options)
    if options.places:
        raise ChoiceError("with --course no other folder and no link is looked at")
    from autograder.course import chosen_assignment
    from autograder.report.handed_in import as_json, as_text, handed_in, write_comments

    assignment = chosen_assignment(options.course, options.assignment)
    found = handed_in(options.course, assignment)
    print(as_json(found) if options.json else as_text(found))
    if options.comments is not None:
        with written_privately():
            count = write_comments(found, assignment, options.comments)
        print(f"{count} comments are in {options.comments}", file=sys.stderr)
    return 1 if any(one.reasons for one in found) else 0


def _status(options: argparse.Namespace) -> int:
    from autograder.course import chosen_assignment
    from autograder.evidence.record import RECORD, breaks
    from autograder.notebook.own_tests import warning
    from autograder.report.handed_in import declaration_of, handed_in, summary
    from autograder.report.status import as_text, course_status

    assignment = chosen_assignment(options.folder, options.assignment)
    statuses = course_status(options.folder, assignment)
    print(as_text(statuses))
    if declaration_of(options.folder, assignment) is not None:
        print(f"\n{summary(handed_in(options.folder, assignment))}")
    if any(status.has_own_tests for status in statuses):
        print(f"\n{warning(assignment)}")
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
