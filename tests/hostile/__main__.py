"""`python -m tests.hostile [PATTERN …]` grades the hostile submissions and prints the table of what came of them."""

from __future__ import annotations

import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

from tests.hostile.batch import grade_attacks
from tests.hostile.corpus import ATTACKS
from tests.hostile.findings import faults_of, faults_of_the_host, table


def main(patterns: list[str]) -> int:
    """Return 0 if everything held."""
    names = [name for name in ATTACKS if any(fnmatch(name, each) for each in patterns or ["*"])]
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        batch = grade_attacks(Path(folder), names)
        try:
            on_host = list(faults_of_the_host(batch))
            achieved = [name for name in names if list(faults_of(batch, ATTACKS[name]))]
            print(table(batch))
        finally:
            batch.canaries.close()
    seconds = sum(batch.watch.seconds[name] for name in names)
    print(
        f"\n{len(names)} attacks in {seconds:.0f} s; {len(achieved)} achieved something: {achieved}"
    )
    print("\n".join(on_host) or "Gradebook, host and the honest neighbours are as they must be.")
    return 1 if achieved or on_host else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
