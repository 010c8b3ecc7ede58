"""The comparison as a short table for the terminal."""

from __future__ import annotations

from autograder.clip.accuracy.tables import _aligned as aligned
from autograder.clip.compare.record import Comparison


def as_text(comparison: Comparison) -> str:
    """Return one line a run: accuracy, top-K, calibration, and the difference from the first run."""
    rows = [
        [
            "run", "accuracy", "95 % interval", *(f"top-{k}" for k in comparison.plan.ks if k > 1),
            "ECE", "less the first", "95 % interval", "McNemar mid-p",
        ]
    ]  # fmt: skip
    against = {found.second: found for found in comparison.differences if found.first == 0}
    for index, run in enumerate(comparison.runs):
        top = [
            "-" if run.top_k is None else f"{run.top_k[k - 1]:.4f}"
            for k in comparison.plan.ks
            if k > 1
        ]
        error = "-" if run.calibration is None else f"{run.calibration.error:.3f}"
        told = ["", "", ""]
        if (found := against.get(index)) is not None:
            told = [
                f"{found.accuracy:+.4f}",
                f"{found.interval.low:+.4f} to {found.interval.high:+.4f}",
                p_words(found.mid_p),
            ]
        span = f"{run.interval.low:.4f} to {run.interval.high:.4f}"
        rows.append([run.name, f"{run.accuracy:.4f}", span, *top, error, *told])
    lines = [f"Images  {comparison.scope}", "", *aligned(rows)]
    lines += ["", *(f"Note: {note}" for note in comparison.notes)] if comparison.notes else []
    return "\n".join(lines)


def p_words(p: float) -> str:
    """Return a p-value with as many digits as mean something."""
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"
