"""Grades hostile submissions beside honest ones, in one run of real `nbgrader autograde`, under watch."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.assets import cache_root, find_fashion_mnist
from autograder.course import KIT, nbgrader_command, run_nbgrader
from autograder.kernel.limits import MIB
from autograder.notebook.repair import grade_id
from autograder.seeds import SECRET_FILE
from tests.courses import ASSIGNMENT, RIGHT, SmallCourse, make_small_course, submit
from tests.hostile.corpus import ATTACKS, submit_attack
from tests.hostile.host import Canaries, Watch, digests, rows

EARLIER = "earlier_honest"
"""Graded before the attackers come, with a manual grade; not graded again."""
HONEST = ("aa_honest", "g_honest", "n_honest", "zz_honest")
"""Before the attackers, among them and after them: nbgrader grades in alphabetical order."""
SECRET = hashlib.sha256(
    b"the same in every run, so that answers by chance are the same"
).hexdigest()
MEMORY = 1500 * MIB
LIMITS = (
    "--RunAndJudge.cell_timeout=6",
    "--RunAndJudge.check_timeout=5",
    "--RunAndJudge.notebook_timeout=120",
    f"--RunAndJudge.memory_limit={MEMORY // MIB}",
    "--RunAndJudge.disk_limit=64",
    "--RunAndJudge.process_limit=128",
)
_BEGUN = re.compile(r"Sanitizing .*/submitted/(?P<student>[^/]+)/")


State = tuple[dict[str, str], dict[str, set[tuple[object, ...]]]]
"""Digests of files by path, and a gradebook's rows by table."""


@dataclass(frozen=True)
class Batch:
    """What is to be looked at when the run is over.

    Attributes:
        graded: the attacks.
        course: the course, and what nbgrader printed.
        canaries: what nobody may have touched.
        watch: what the grader used.
        before, after: digests of the files that nobody may change, and the gradebook's rows.
    """

    graded: tuple[str, ...]
    course: SmallCourse
    canaries: Canaries
    watch: Watch
    before: State
    after: State

    def printed(self, student: str) -> str:
        """Return all that stands in the outputs of a student's autograded notebook."""
        cells = (cell for cell in self.course.graded(student).cells if cell.cell_type == "code")
        return "\n".join(str(output) for cell in cells for output in cell.outputs)


def grade_attacks(folder: Path, names: Iterable[str] = ATTACKS, *options: str) -> Batch:
    """Make a course, let attackers and honest students hand in, and grade them.

    Args:
        folder: for everything that is needed.
        names: of the attacks.
        options: more options of `nbgrader autograde`.
    """
    names = tuple(names)
    folder.mkdir(parents=True, exist_ok=True)
    canaries = Canaries(folder)
    course = folder / "course"
    make_small_course(course)
    (course / SECRET_FILE).write_text(SECRET, encoding="ascii")
    _mark_solutions(course, canaries.token)
    _grade_earlier(course)
    for student in HONEST:
        submit(course, student, lambda nb: _mark_work(nb, canaries.token))
    for name in names:
        submit_attack(ATTACKS[name], course, canaries.known(course, KIT))
    watched = [course / part for part in ("source", "release", "submitted", "nbgrader_config.py")]
    before = _state(canaries, course, watched)
    watch = Watch(canaries.scratch)
    log = _autograde(course, canaries, watch, options)
    after = _state(canaries, course, watched)
    return Batch(names, SmallCourse(course, log), canaries, watch, before, after)


def grade_side_by_side(folder: Path) -> dict[str, Batch]:
    """Grade all attacks in two courses at once: much of the time, an attacker is only waited for.

    Returns:
        For each attack, the batch that it was graded in.
    """
    attacks = tuple(ATTACKS)
    halves = (attacks[::2], attacks[1::2])
    with ThreadPoolExecutor(len(halves)) as pool:
        batches = list(pool.map(lambda part: grade_attacks(folder / part[0], part), halves))
    return {name: batch for batch in batches for name in batch.graded}


def distinct(batches: dict[str, Batch]) -> list[Batch]:
    """Return each batch once."""
    return list({id(batch): batch for batch in batches.values()}.values())


def _autograde(course: Path, canaries: Canaries, watch: Watch, options: tuple[str, ...]) -> str:
    environment = {
        **os.environ,
        "HOME": str(canaries.home),
        "TMPDIR": str(canaries.scratch),
        "SECRET_OF_THE_GRADER": canaries.token,
        # Where they lie is told by the real home.
        "FASHION_MNIST_ROOT": str(find_fashion_mnist()),
        "AUTOGRADER_CACHE": str(cache_root()),
        "OMP_NUM_THREADS": "1",
    }
    lines = []
    with subprocess.Popen(
        nbgrader_command("autograde", ASSIGNMENT, *LIMITS, *options),
        cwd=course,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        watch.begin(process.pid)
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if begun := _BEGUN.search(line):
                watch.turn_to(begun["student"])
        watch.turn_to("")
    return "".join(lines)


def _grade_earlier(course: Path) -> None:
    submit(course, EARLIER, lambda nb: None)
    run_nbgrader(course, "autograde", ASSIGNMENT)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("reflection", ASSIGNMENT, ASSIGNMENT, EARLIER)
        grade.manual_score = 3.0
        gradebook.db.commit()


def _mark_solutions(course: Path, token: str) -> None:
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("### BEGIN SOLUTION", f"### BEGIN SOLUTION {token}"), "utf-8")


def _mark_work(notebook: object, token: str) -> None:
    for cell in notebook.cells:  # type: ignore[attr-defined]
        if grade_id(cell) in RIGHT:
            cell.source += f"\n# {token}"


def _state(canaries: Canaries, course: Path, watched: list[Path]) -> State:
    files = digests(canaries.home)
    for place in watched:
        files |= digests(place) if place.is_dir() else {str(place): place.read_text("utf-8")}
    files |= {str(path): "there" for path in course.iterdir()}
    return files, rows(course / "gradebook.db")
