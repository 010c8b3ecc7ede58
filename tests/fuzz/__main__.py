"""`python -m tests.fuzz --structures 10000 --seed 7`: one run over all targets, and its figures."""

from __future__ import annotations

import argparse
import math
import secrets
import traceback

from tests.fuzz.campaign import run
from tests.fuzz.targets import TARGETS


def main() -> int:
    """Run; return 1 if something that must hold did not."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--structures", type=int, default=10_000, help="of all targets together")
    parser.add_argument("--seed", type=int, help="repeats a run; default: another one each time")
    parser.add_argument("--only", choices=TARGETS, action="append", help="one target")
    options = parser.parse_args()
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    chosen = {name: TARGETS[name] for name in options.only or TARGETS}
    shares = sum(target.share for target in chosen.values())
    print(f"seed {seed}", flush=True)
    total, seconds, failed = 0, 0.0, []
    for name, target in chosen.items():
        figures = run(name, math.ceil(options.structures * target.share / shares), seed)
        total, seconds = total + figures.structures, seconds + figures.seconds
        outcomes = ", ".join(f"{count} {what}" for what, count in figures.outcomes.most_common())
        print(
            f"{name:11} {figures.structures:6} structures {figures.seconds:7.1f} s, "
            f"slowest {figures.slowest:.2f} s: {outcomes}",
            flush=True,
        )
        if figures.failure is not None:
            failed.append(name)
            traceback.print_exception(figures.failure)
    print(
        f"{'all':11} {total:6} structures {seconds:7.1f} s; failed: {', '.join(failed) or 'none'}"
    )
    return 1 if failed else 0


raise SystemExit(main())
