"""`python -m tests.hostile [--as-user | --container] [PATTERN …]`: hostile submissions, and what came of each."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from fnmatch import fnmatch
from pathlib import Path

from tests.container_image import image_of_this_machine
from tests.hostile.batch import GRADERS, IN_CONTAINERS, ROOT, USER, grade_attacks
from tests.hostile.corpus import ATTACKS
from tests.hostile.findings import faults_of, faults_of_the_host, table


def main(arguments: list[str]) -> int:
    """Return 0 if everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("patterns", nargs="*", default=["*"], metavar="PATTERN")
    parser.add_argument(
        "--as-user", action="store_true", help="have an ordinary user grade, where root runs this"
    )
    parser.add_argument(
        "--container", action="store_true", help="grade in containers of this machine's engine"
    )
    parser.add_argument("--outputs", action="store_true", help="print what each displayed, too")
    parser.epilog = "Other options go to nbgrader autograde, such as --RunAndJudge.cell_timeout=60."
    options, others = parser.parse_known_args(arguments)
    grader = USER if options.as_user or ROOT not in GRADERS else ROOT
    names = [name for name in ATTACKS if any(fnmatch(name, each) for each in options.patterns)]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hostile-"))
        if options.container:
            stack.enter_context(image_of_this_machine(Path(folder)))
            grader += IN_CONTAINERS
        batch = grade_attacks(Path(folder, "batch"), names, *others, grader=grader)
        try:
            on_host = list(faults_of_the_host(batch))
            achieved = [name for name in names if list(faults_of(batch, ATTACKS[name]))]
            for name in names if options.outputs else ():
                print(f"== {name}\n{batch.printed(name)}\n")
            print(table(batch))
        finally:
            batch.canaries.close()
    seconds = sum(batch.watch.seconds[name] for name in names)
    print(
        f"\n{len(names)} attacks, graded by {grader}, in {seconds:.0f} s; "
        f"{len(achieved)} achieved something: {achieved}"
    )
    print("\n".join(on_host) or "Gradebook, host and the honest neighbours are as they must be.")
    return 1 if achieved or on_host else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
