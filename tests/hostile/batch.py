"""Grades hostile submissions beside honest ones, in runs of real `nbgrader autograde`, under watch.

Where root runs the tests, everything is graded twice: by root and by an ordinary user, for whom rooms are made in
another way. Only what is judged outside of any room, by the same code for everyone, is graded once, by both in turn.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.clip.assets import cache_root, find_fashion_mnist
from autograder.course import KIT, nbgrader_command, run_nbgrader
from autograder.evidence.seeds import SECRET_FILE
from autograder.kernel.cgroups import VARIABLE, way_here
from autograder.kernel.isolation import COLD, CONTAINER
from autograder.kernel.limits import MIB
from autograder.notebook.marks import grade_id
from tests.container_image import NoEngineError, image_of_this_machine
from tests.courses import ASSIGNMENT, RIGHT, SmallCourse, make_small_course, submit
from tests.hostile.corpus import ATTACKS, submit_attack
from tests.hostile.host import Canaries, Watch, digests, rows
from tests.ordinary_user import any_user, command_as, why_no_rooms

EARLIER = "earlier_honest"
"""Graded before the attackers come, with a manual grade; not graded again."""
HONEST = ("aa_honest", "g_honest", "n_honest", "zz_honest")
"""Before the attackers, among them and after them: nbgrader grades in alphabetical order."""
SECRET = hashlib.sha256(
    b"the same in every run, so that answers by chance are the same"
).hexdigest()
MEMORY = 1500 * MIB
NOTEBOOK_SECONDS = 60
LIMITS = (
    "--RunAndJudge.cell_timeout=6",
    "--RunAndJudge.stop_timeout=4",
    "--RunAndJudge.check_timeout=5",
    f"--RunAndJudge.notebook_timeout={NOTEBOOK_SECONDS}",
    f"--RunAndJudge.memory_limit={MEMORY // MIB}",
    "--RunAndJudge.disk_limit=64",
    "--RunAndJudge.process_limit=128",
)
_OF_A_SESSION = ("USER", "LOGNAME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
"""Variables that would lead another user to what is root's."""
_BEGUN = re.compile(r"Sanitizing .*/submitted/(?P<student>[^/]+)/")


ROOT, USER = "root", "an ordinary user"
GRADERS = (ROOT, USER) if os.geteuid() == 0 else (USER,)
"""Who grades; the names of test cases hold them."""
IN_COLD_ROOMS = " in cold rooms"
COLD_SAMPLE = (
    "read_graders_environment",
    "read_the_rooms_command",
    "escape_into_other_processes",
    "escape_through_the_first_process",
    "bomb_with_a_strange_name",
)
"""Attacks on the processes that a room has besides the kernel: these are others where kernels start from nothing."""
IN_CONTAINERS = " in containers"
CONTAINER_SAMPLE = (
    *COLD_SAMPLE,
    "write_times_of_devices",
    "write_course",
    "net_unix",
    "bomb_memory_in_children",
    "bomb_fork",
)
"""Attacks that the whole corpus in containers (`python -m tests.hostile --container`) is tried by; root grades them."""
JUDGED_OUTSIDE = ("answer_", "forge_", "thread_", "xss_")
"""Beginnings of the names of attacks on what happens in the grader's own process, whoever's it is."""
AT_ONCE = 2
"""Batches. With more, attackers that are as busy as they can would keep one another waiting."""


State = tuple[dict[str, str], dict[str, set[tuple[object, ...]]]]
"""Digests of files by path, and a gradebook's rows by table."""


@dataclass(frozen=True)
class Batch:
    """What is to be looked at when the run is over.

    Attributes:
        grader: who graded, `ROOT` or `USER`, and `IN_COLD_ROOMS` or `IN_CONTAINERS` where that was so.
        graded: the attacks.
        course: the course, and what nbgrader printed.
        canaries: what nobody may have touched.
        watch: what the grader used.
        before, after: digests of the files that nobody may change, and the gradebook's rows.
    """

    grader: str
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


def make_template(folder: Path) -> Path:
    """Make the course that every batch is a copy of: released, and with work that has been graded already."""
    make_small_course(folder)
    (folder / SECRET_FILE).write_text(SECRET, encoding="ascii")
    _grade_earlier(folder)
    return folder


def grade_attacks(
    folder: Path,
    names: Iterable[str] = ATTACKS,
    *options: str,
    grader: str = GRADERS[0],
    template: Path | None = None,
) -> Batch:
    """Let attackers and honest students hand in, and grade them.

    Args:
        folder: for everything that is needed.
        names: of the attacks.
        options: more options of `nbgrader autograde`, or other limits than the usual ones.
        grader: `USER`, or `ROOT` where root runs this, and `IN_COLD_ROOMS`, or `IN_CONTAINERS` of an engine that
            is set up.
        template: from `make_template`; None to make one.
    """
    names = tuple(names)
    folder.mkdir(parents=True, exist_ok=True)
    user = any_user() if grader.startswith(USER) and os.geteuid() == 0 else None
    if grader.endswith(IN_COLD_ROOMS):
        options = (f"--RunAndJudge.isolation={COLD}", *options)
    if grader.endswith(IN_CONTAINERS):
        options = (f"--RunAndJudge.isolation={CONTAINER}", *options)
    canaries = Canaries(folder, user)
    course = folder / "course"
    shutil.copytree(template or make_template(folder / "template"), course)
    _mark_solutions(course, canaries.token)
    for student in HONEST:
        submit(course, student, lambda nb: _mark_work(nb, canaries.token))
    for name in names:
        submit_attack(ATTACKS[name], course, {**canaries.known(course, KIT), "LEFT": _left(user)})
    watched = [course / part for part in ("source", "release", "submitted", "nbgrader_config.py")]
    before = _state(canaries, course, watched)
    if user is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
    watch = Watch(canaries.scratch)
    log = _autograde(course, canaries, watch, options, user)
    after = _state(canaries, course, watched)
    return Batch(grader, names, SmallCourse(course, log), canaries, watch, before, after)


def graders_here() -> tuple[str, ...]:
    """Return those of `GRADERS` for whom rooms can be made on this machine."""
    no_rooms = ROOT in GRADERS and why_no_rooms() is not None
    return tuple(grader for grader in GRADERS if not (no_rooms and grader == USER))


def cases(graders: Iterable[str] = GRADERS) -> Iterator[tuple[str, str]]:
    """Yield who grades which attack."""
    graders = tuple(graders)
    for number, name in enumerate(ATTACKS):
        once = name.startswith(JUDGED_OUTSIDE)
        for grader in (graders[number % len(graders)],) if once else graders:
            yield grader, name
        if name in COLD_SAMPLE:
            yield from ((f"{grader}{IN_COLD_ROOMS}", name) for grader in graders)
        if name in CONTAINER_SAMPLE and ROOT in graders:
            yield f"{ROOT}{IN_CONTAINERS}", name


def grade_side_by_side(
    folder: Path, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Batch]:
    """Grade attacks in several courses at once.

    Args:
        folder: for everything that is needed.
        wanted: who grades which attack.

    Returns:
        For each of them, the batch that it was graded in; none for containers where no engine works.
    """
    by_grader: dict[str, list[str]] = {}
    for grader, name in wanted:
        by_grader.setdefault(grader, []).append(name)
    parts = []
    for grader, names in by_grader.items():
        is_sample = grader.endswith((IN_COLD_ROOMS, IN_CONTAINERS))
        batches = 1 if is_sample else AT_ONCE // len(GRADERS)
        parts += [(grader, names[first::batches]) for first in range(batches)]
    template = make_template(folder / "template")

    def grade(number: int) -> Batch:
        grader, names = parts[number]
        return grade_attacks(folder / str(number), names, grader=grader, template=template)

    with ExitStack() as stack:
        try:
            if any(grader.endswith(IN_CONTAINERS) for grader, _ in parts):
                stack.enter_context(image_of_this_machine(folder / "image"))
        except NoEngineError:
            parts = [part for part in parts if not part[0].endswith(IN_CONTAINERS)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            done = list(pool.map(grade, range(len(parts))))
    return {(batch.grader, name): batch for batch in done for name in batch.graded}


def distinct(batches: dict[tuple[str, str], Batch]) -> list[Batch]:
    """Return each batch once."""
    return list({id(batch): batch for batch in batches.values()}.values())


def _left(user: int | None) -> str:
    """Return how many MiB a room may have on top of what `nearly_full.py` fills, however its memory is counted."""
    # Another user has no session here, and so nobody who would give it a control group.
    watched = user is not None or isinstance(way_here(os.environ.get(VARIABLE, "")), str)
    # A group does not count what a kernel shares with the process that it is a copy of, and counts files in memory.
    return "200" if watched else "750"


def _autograde(
    course: Path, canaries: Canaries, watch: Watch, options: tuple[str, ...], user: int | None
) -> str:
    data, cache = find_fashion_mnist(), cache_root()
    environment = {
        **os.environ,
        "HOME": str(canaries.home),
        "TMPDIR": str(canaries.scratch),
        "SECRET_OF_THE_GRADER": canaries.token,
        # Where they lie is told by the real home.
        "FASHION_MNIST_ROOT": str(data),
        "AUTOGRADER_CACHE": str(cache),
        "OMP_NUM_THREADS": "1",
    }
    named = {option.partition("=")[0]: option for option in (*LIMITS, *options)}
    command = nbgrader_command("autograde", ASSIGNMENT, *named.values())
    if user is not None:
        command = command_as(user, command, (data, cache, course.parent))
        for name in _OF_A_SESSION:
            environment.pop(name, None)
    lines = []
    with subprocess.Popen(
        command,
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
