"""What a batch of hostile submissions came to: what went wrong, and the table."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.gradebook.hand_grades import LOOKS
from autograder.kernel.fair_clock import PATIENCE
from autograder.kernel.limits import MIB
from tests.hostile.batch import HONEST, NOTEBOOK_SECONDS, SECRET, Batch
from tests.hostile.corpus import ATTACKS, Attack
from tests.hostile.host import processes_with

SUCCESS = "GOT IT"
FULL = {"check_similarity": 6.0, "check_predictions": 5.0}
LONGEST = PATIENCE * NOTEBOOK_SECONDS
"""Seconds by which a submission may keep the others waiting, on top of what an honest one takes: so long may its limit
become while others have the processors, as batches have that are graded at once."""
GRADERS_GROWTH = 1500 * MIB
"""Bytes by which the grader's own memory may grow over an attack: messages of the largest size, read."""
GRADERS_DISK = 256 * MIB
"""Bytes of the host's disk that the temporary files of a submission may take."""


def faults_of(batch: Batch, attack: Attack) -> Iterator[str]:
    """Yield what an attack has achieved, in words; nothing is as it must be."""
    scores = batch.course.scores(attack.name)
    if not attack.earned_honestly(scores):
        yield f"the gradebook holds {scores}, expected {attack.scores}"
    printed = batch.printed(attack.name)
    for secret in (SUCCESS, batch.canaries.token, SECRET):
        if secret in printed:
            yield f"its outputs hold {secret!r}"
    if attack.shows not in printed:
        yield f"its outputs do not hold {attack.shows!r}: was it tried?"
    honest = max(batch.watch.seconds[name] for name in HONEST)
    if batch.watch.seconds[attack.name] > LONGEST + honest:
        yield f"it took {batch.watch.seconds[attack.name]:.0f} s"
    growth = batch.watch.memory[attack.name] - min(batch.watch.memory[name] for name in HONEST)
    if growth > GRADERS_GROWTH:
        yield f"the grader's memory grew by {growth // MIB} MiB"
    if batch.watch.disk[attack.name] > GRADERS_DISK:
        yield f"{batch.watch.disk[attack.name] // MIB} MiB lay on the host's disk"


def faults_of_the_host(batch: Batch) -> Iterator[str]:
    """Yield what is not as it was before the attacks, in words."""
    (files, rows), (files_after, rows_after) = batch.before, batch.after
    for path in sorted(files.keys() | files_after.keys()):
        if files.get(path) != files_after.get(path) and not path.endswith("/autograded"):
            yield f"{path} was {files.get(path)}, is {files_after.get(path)}"
    for table, before in rows.items():
        after = rows_after[table]
        if (
            table == LOOKS.name
        ):  # whenever anything is graded, it is noted there what a person has looked at
            before, after = {row[:2] for row in before}, {row[:2] for row in after}
        if lost := before - after:
            yield f"the gradebook's {table} lost {sorted(map(str, lost))[:3]}"
    for visit in batch.canaries.visits:
        yield f"a listener was reached: {visit}"
    if batch.canaries.bystander.poll() is not None:
        yield "a bystander was killed"
    for process in processes_with(str(batch.canaries.scratch)):
        yield f"a process was left behind: {process}"
    for path in batch.canaries.scratch.iterdir():
        yield f"a file was left behind: {path}"
    for name in HONEST:
        scores = batch.course.scores(name)
        if {cell: scores[cell] for cell in FULL} != FULL:
            yield f"{name} has {scores}"


def table(batch: Batch) -> str:
    """Return a line an attack, in Markdown: what it tried, what came of it, its points and seconds."""
    lines = ["| attack | tries | outcome | points | seconds |", "| --- | --- | --- | ---: | ---: |"]
    for name in batch.graded:
        attack = ATTACKS[name]
        faults = list(faults_of(batch, attack))
        scores = batch.course.scores(name)
        points = sum(scores[cell] or 0.0 for cell in FULL)
        outcome = "; ".join(faults) if faults else f"held: must {attack.must}"
        seconds = batch.watch.seconds[name]
        lines.append(f"| {name} | {attack.tries} | {outcome} | {points:g} | {seconds:.1f} |")
    return "\n".join(lines)
