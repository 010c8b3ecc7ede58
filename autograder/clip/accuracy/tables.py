"""The figures of a run as text."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.clip.accuracy.record import AccuracyRun
from autograder.clip.prompt_sets import CLASS_NAMES

_LONGEST_NAME = 60


def scope(run: AccuracyRun) -> str:
    """Say in a few words which images a run used; a subset is called one."""
    if run.is_subset:
        return f"SUBSET: the first {run.images:,} of {run.setting.split_images:,} test images"
    return f"all {run.images:,} test images"


def model_words(run: AccuracyRun) -> str:
    """Name the model, and say so where it is a stand-in."""
    name = run.setting.model
    if len(name) > _LONGEST_NAME:  # A folder's path: its end says most.
        name = "..." + name[3 - _LONGEST_NAME :]
    stand_in = " (stand-in, trained on this data set: not zero-shot)"
    return name + (stand_in if run.setting.is_stand_in else "")


def notes(run: AccuracyRun) -> list[str]:
    """Say in sentences what was not as it was asked for, and what an earlier run had done."""
    lines = list(run.setting.notes)
    if run.resumed_images:
        lines.append(
            f"{run.resumed_images:,} of the images were embedded by a run that was interrupted"
        )
    return lines


def run_as_text(run: AccuracyRun) -> str:
    """Return the report for the terminal: accuracy and top-K a prompt set, then recall a class."""
    ks = list(run.results[0].top_k)
    overview = [["prompt set", "accuracy", *(f"top-{k}" for k in ks), "too close to call"]]
    for result in run.results:
        overview.append(
            [
                result.prompt_set.name,
                f"{result.accuracy:.4f}",
                *(f"{result.top_k[k]:.4f}" for k in ks),
                f"{result.uncertain}",
            ]
        )
    recall = [["recall", "images", *(result.prompt_set.name for result in run.results)]]
    for index, name in enumerate(CLASS_NAMES):
        shares = [result.recall[index] for result in run.results]
        recall.append(
            [
                name,
                f"{run.results[0].class_sizes[index]:,}",
                *("-" if share is None else f"{share:.3f}" for share in shares),
            ]
        )
    lines = [
        f"Model   {model_words(run)}",
        f"Images  {scope(run)}",
        f"Device  {run.setting.device_name} ({run.setting.device}), {run.setting.dtype}, "
        f"{run.encode_seconds:.1f} s, {run.images_per_second:,.0f} images/s",
        *(f"Note    {note}" for note in notes(run)),
        "",
        *_aligned(overview),
        "",
        "Too close to call: the best two prompts differ by less than "
        f"{run.setting.margin_tolerance:.0e} in their cosines;",
        "for all other images a plain loop in float32 gives the same class.",
        "",
        *_aligned(recall),
    ]
    if run.is_subset:
        warning = (
            f"{scope(run)}. These figures are NOT the test accuracy; leave out --limit for that."
        )
        lines = [f"*** {warning} ***", "", *lines, "", f"*** {warning} ***"]
    return "\n".join(lines)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Pad columns to equal width, the first to the left and the rest to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
