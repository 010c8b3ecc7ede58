"""What nbgrader's commands cost in a course of this kit and in a stock one, in turns; and some of the kit's own.

python -m benchmarks.commands [ROUNDS]

Processor time and the largest memory are those that the system has counted for the command and its children.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.course import CONFIG, nbgrader_command
from tests.courses import ASSIGNMENT, autograde, make_small_course, printing, submit

STUDENTS = ("ada", "bo", "chen", "dina", "emil", "fay")
TIME = "2026-01-02 03:04:05.000000 UTC"
STOCK = "c = get_config()\nc.CourseDirectory.course_id = 'stock'\n"
EXCHANGE = "\nc.Exchange.root = {root!r}\nc.ExchangeCollect.check_owner = False\n"
IDS = {"stock": "stock", "own": "clip_fashion_mnist"}
# Processes of their own, as small as can be: a child's memory is counted from what it was copied from.
_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
_SERVED = """
import json, resource, subprocess, sys, time, urllib.request
port, *command = sys.argv[1:]

def fetch(path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=60) as answer:
        return answer.read()

server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while server.poll() is None:
    try:
        fetch("api/status")
        break
    except OSError:
        time.sleep(0.2)
for page in ("manage_assignments", "gradebook", "api/assignments"):
    fetch(f"formgrader/{page}")
for notebook in json.loads(fetch("formgrader/api/submitted_notebooks/NAME/NAME")):
    fetch(f"formgrader/submissions/{notebook['id']}/")
server.terminate()
server.wait()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
""".replace("NAME", ASSIGNMENT)


def make_courses(folder: Path) -> dict[str, Path]:
    """Make a course of this kit whose submissions are graded, and a stock one with the same files and gradebook."""
    own, stock = folder / "own", folder / "stock"
    make_small_course(own)
    for student in STUDENTS:
        submit(own, student, printing("\nprint('hello')\n"))
    autograde(own)
    stock.mkdir()
    for part in ("source", "release", "submitted", "autograded"):
        shutil.copytree(own / part, stock / part)
    shutil.copy(own / "gradebook.db", stock)
    (stock / CONFIG).write_text(STOCK, encoding="utf-8")
    courses = {"stock": stock, "own": own}
    for name, course in courses.items():
        _open_exchange(course, folder / f"exchange_{name}", IDS[name])
    return courses


def _open_exchange(course: Path, root: Path, course_id: str) -> None:
    """Give a course an exchange, to which the assignment was released and all have handed in."""
    with (course / CONFIG).open("a", encoding="utf-8") as config:
        config.write(EXCHANGE.format(root=str(root)))
    shutil.copytree(course / "release" / ASSIGNMENT, root / course_id / "outbound" / ASSIGNMENT)
    for student in STUDENTS:
        place = root / course_id / "inbound" / f"{student}+{ASSIGNMENT}+{TIME}"
        shutil.copytree(course / "submitted" / student / ASSIGNMENT, place)
        (place / "timestamp.txt").write_text(TIME, encoding="utf-8")


@dataclass(frozen=True)
class Command:
    """A command that is measured.

    Attributes:
        name: what it is called in the table.
        line: what is run in a course.
        before: what is done there first, unmeasured.
    """

    name: str
    line: Callable[[Path], list[str]]
    before: Callable[[Path], None] = lambda course: None


def _nbgrader(*arguments: str, before: Callable[[Path], None] = lambda course: None) -> Command:
    measured = [sys.executable, "-c", _MEASURED, *nbgrader_command(*arguments)]
    return Command(f"nbgrader {' '.join(arguments)}", lambda course: measured, before)


def _collect_anew(course: Path) -> None:
    shutil.rmtree(course / "submitted")


def _serve(course: Path) -> list[str]:
    """Return what starts formgrader as a Jupyter server, opens its pages and every submission, and ends it."""
    settings = course / "jupyter"
    settings.mkdir(exist_ok=True)
    extensions = {"nbgrader.server_extensions.formgrader": True}
    (settings / "jupyter_server_config.json").write_text(
        json.dumps({"ServerApp": {"jpserver_extensions": extensions}}), encoding="utf-8"
    )
    shutil.copy(course / CONFIG, settings / CONFIG)
    port = "8931"
    return [
        "env", f"JUPYTER_CONFIG_DIR={settings}", sys.executable, "-c", _SERVED, port,
        sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True",
    ]  # fmt: skip


COMMANDS = (
    _nbgrader("export"),
    _nbgrader("list"),
    _nbgrader("list", "--inbound"),
    _nbgrader("collect", ASSIGNMENT, before=_collect_anew),
    _nbgrader("generate_feedback", ASSIGNMENT, "--force"),
    _nbgrader("generate_assignment", ASSIGNMENT, "--force"),
    _nbgrader("db", "student", "list"),
    Command("formgrader, six submissions opened", _serve),
)
OWN = (
    ("--version",),
    ("--help",),
    ("grade", "--help"),
    ("status", ".", "--assignment", ASSIGNMENT),
    ("report", ".", "--assignment", ASSIGNMENT),
)


def cost(course: Path, line: list[str]) -> tuple[float, float]:
    """Return seconds of processor time and MiB of memory of one command, which prints both.

    Raises:
        subprocess.CalledProcessError: the command has failed.
    """
    done = subprocess.run(line, cwd=course, capture_output=True, text=True, check=True)
    seconds, size = map(float, done.stdout.split())
    # Linux counts in KiB, macOS in bytes.
    return seconds, size / (2**20 if sys.platform == "darwin" else 2**10)


def compare(courses: dict[str, Path], rounds: int) -> None:
    """Print a table of nbgrader's commands in both courses."""
    print(
        "| command | processor time, stock, s | own, s | ratio | memory, stock, MiB | own, MiB | ratio |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for command in COMMANDS:
        seen: dict[str, list[tuple[float, float]]] = {name: [] for name in courses}
        for _ in range(rounds):
            for name, course in courses.items():
                command.before(course)
                seen[name].append(cost(course, command.line(course)))
        cells = []
        for what, digits in ((0, 2), (1, 0)):
            stock, own = (
                statistics.median(one[what] for one in seen[name]) for name in ("stock", "own")
            )
            cells.append(f"{stock:.{digits}f} | {own:.{digits}f} | {own / stock:.2f}")
        print(f"| `{command.name}` | {' | '.join(cells)} |", flush=True)


def measure_own(course: Path, rounds: int) -> None:
    """Print a table of the kit's own commands."""
    print("| command | processor time, s | memory, MiB |")
    print("|---|---:|---:|")
    for arguments in OWN:
        line = [sys.executable, "-c", _MEASURED, sys.executable, "-m", "autograder.cli", *arguments]
        seen = [cost(course, line) for _ in range(rounds)]
        seconds, size = (statistics.median(values) for values in zip(*seen, strict=True))
        print(f"| `autograder {' '.join(arguments)}` | {seconds:.2f} | {size:.0f} |", flush=True)


def main(rounds: int) -> None:
    """Print both tables, medians of several rounds."""
    with tempfile.TemporaryDirectory() as folder:
        courses = make_courses(Path(folder))
        measure_own(courses["own"], rounds)
        print()
        compare(courses, rounds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 5)
