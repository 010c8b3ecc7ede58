"""Kernels in containers: the command that runs one, and, where an engine works, a real one."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.doctor.trials import WORKED, trials
from autograder.errors import SandboxError
from autograder.kernel import container
from autograder.kernel.container import Containers, Engine, engine_here, run_command
from autograder.kernel.isolation import CONTAINER, isolation_named
from autograder.kernel.limits import MIB, Bounds, Limits
from autograder.kernel.processes import Start
from autograder.kernel.runner import run_notebook
from autograder.seam.student import Student, StudentError
from tests.container_image import NoEngineError, ask, image_of_this_machine

ROOT = Path(__file__).parents[1]
LIMITS = Limits(start=120, cell=60, probe=60, notebook=300)
BOUNDS = Bounds(memory=1024 * MIB, disk=64 * MIB, processes=128, file_size=64 * MIB)
Judge = Callable[[NotebookNode, Student], None]


def a_start(folder: Path, **options: Any) -> Start:
    files, scratch = folder / "files", folder / "scratch"
    files.mkdir()
    scratch.mkdir()
    kept = {"connection": {}, "environment": {}, "folders": {}, "bounds": BOUNDS, **options}
    return Start(files, scratch, **kept)


def following(command: list[str], flag: str) -> list[str]:
    return [value for name, value in pairwise(command) if name == flag]


# The command.


@pytest.mark.parametrize("is_podman", [True, False])
def test_the_command_takes_every_right_that_an_engine_can_take(tmp_path, is_podman):
    engine = Engine(("engine", "--fast"), is_podman, "image", ("--more", "yes"))
    command = run_command(engine, a_start(tmp_path), "name", 61234)
    assert command[:3] == ["engine", "--fast", "run"]
    assert {"--rm", "--interactive", "--read-only", "--no-healthcheck"} < set(command)
    for flag, value in {
        "--network": "none",
        "--pull": "never",
        "--ipc": "private",
        "--cap-drop": "all",
        "--security-opt": "no-new-privileges",
        "--user": "61234:61234",
        "--log-driver": "none",
        "--shm-size": str(BOUNDS.disk),
    }.items():
        assert following(command, flag) == [value]
    (memory,), (with_swap,) = following(command, "--memory"), following(command, "--memory-swap")
    assert memory == with_swap
    assert BOUNDS.memory + 3 * BOUNDS.disk < int(memory) < 2 * BOUNDS.memory
    assert BOUNDS.processes < int(*following(command, "--pids-limit")) < 2 * BOUNDS.processes
    limits = dict(limit.split("=") for limit in following(command, "--ulimit"))
    assert limits["core"] == "0:0"
    assert limits["fsize"] == f"{BOUNDS.file_size}:{BOUNDS.file_size}"
    assert all(
        "size=" in mount and "nosuid,nodev" in mount for mount in following(command, "--tmpfs")
    )
    assert ("--read-only-tmpfs=false" in command) == is_podman
    assert not following(command, "--env")  # the keeper alone is told the environment
    at = command.index("image")
    assert command[at - 2 : at] == ["--more", "yes"]  # a person's own options have the last word


def test_the_number_of_processes_is_no_limit_of_a_user_that_others_are_too(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 4321)
    command = run_command(Engine(("docker",), False, "image"), a_start(tmp_path), "name", None)
    assert following(command, "--user") == ["4321:4321"]
    assert not any(limit.startswith("nproc") for limit in following(command, "--ulimit"))


def test_folders_are_shown_for_reading_alone_whatever_their_names(tmp_path):
    odd = tmp_path / 'a,"b'
    command = run_command(
        Engine(("docker",), False, "image"),
        a_start(tmp_path, folders={odd: "/srv/data"}),
        "name",
        None,
    )
    mounts = following(command, "--mount")
    assert len(mounts) == 3
    assert all(mount.endswith(",readonly") for mount in mounts)
    assert f'"source={tmp_path}/a,""b",target=/srv/data' in mounts[2]


@pytest.mark.kernel
def test_an_engine_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv(container.ENGINE_VARIABLE, "/nowhere/podman")
    with pytest.raises(SandboxError, match=r"'/nowhere/podman' cannot be started"):
        engine_here()


def test_when_there_is_no_engine_then_the_ways_out_are_named(monkeypatch, tmp_path):
    monkeypatch.delenv(container.ENGINE_VARIABLE, raising=False)
    monkeypatch.setenv(
        container.IMAGE_VARIABLE, f"none-{secrets.token_hex(4)}"
    )  # asked never before
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        SandboxError, match=r"neither podman nor docker(.|\n)*AUTOGRADER_ISOLATION=bubblewrap"
    ):
        engine_here()


def test_an_image_that_is_not_there_is_named_with_how_to_build_it(monkeypatch):
    monkeypatch.setenv(container.ENGINE_VARIABLE, "false")  # a program that finds nothing
    monkeypatch.delenv(container.IMAGE_VARIABLE, raising=False)
    with pytest.raises(SandboxError, match=r"false build --tag clip-autograder --file Container"):
        engine_here()


def test_the_image_holds_what_a_notebook_needs_and_nothing_of_the_kit():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    recipe = (ROOT / "Containerfile").read_text(encoding="utf-8")
    installed = re.findall(r'^\s+"([^"]+)"', recipe, re.MULTILINE)
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    group = text.split("# What a student's notebook needs.")[1].split("#")[0]
    needed = re.findall(r'"([^"]+)"', group)
    assert len(needed) >= 7
    assert set(needed) < set(project["optional-dependencies"]["clip"])
    beside = set(installed) - set(needed)
    assert set(needed) < set(installed)
    assert beside == {"ipykernel>=6", "xxhash>=3.4"}
    assert [line for line in recipe.splitlines() if line.startswith("COPY")] == [
        "COPY constraints.txt requirements-hashed.txt /usr/local/share/clip-autograder/"
    ]


# The real thing.


@pytest.fixture(scope="module")
def label(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Set up the first engine that works here; the label is that of these tests' containers alone."""
    try:
        with image_of_this_machine(tmp_path_factory.mktemp("image")) as mark:
            yield mark
    except NoEngineError as error:
        pytest.skip(f"no container engine works here; {error}")


def _running(label: str) -> list[str]:
    listed = ask(
        list(engine_here().command), "ps", "--all", "--quiet", "--filter", f"label={label}"
    )
    return listed.split()


def _can_set_limits(engine: Engine) -> bool:
    """Return whether its own limits hold: podman has none without root where cgroups are of version 1."""
    version_2 = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    return version_2 or os.geteuid() == 0 or not engine.is_podman


def _wait_until(holds: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _processes_with(mark: str) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


def run(
    files: Path,
    *cells: str | NotebookNode,
    judge: Judge = lambda cell, student: None,
    limits: Limits = LIMITS,
    **options: Any,
) -> list[str]:
    notebook = new_notebook(
        cells=[new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    run_notebook(
        notebook,
        files=files,
        limits=limits,
        judge=judge,
        isolation=isolation_named(CONTAINER),
        **{"environment": {}, "bounds": BOUNDS, **options},
    )
    return ["".join(map(_words, cell.outputs)) for cell in notebook.cells]


def _words(output: NotebookNode) -> str:
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return output.get("text", "") + output.get("data", {}).get("text/plain", "")


def graded(source: str) -> NotebookNode:
    about = {"grade": True, "grade_id": "check", "solution": False, "locked": True, "points": 1}
    return new_code_cell(source, metadata={"nbgrader": about})


FROM_WITHIN = """
import json, os, signal, pathlib
def attempted(work):
    try:
        return str(work())
    except OSError as error:
        return type(error).__name__
status = pathlib.Path('/proc/self/status').read_text()
def cgroup(*names):
    for name in names:
        if (path := pathlib.Path('/sys/fs/cgroup', name)).exists():
            return path.read_text().strip()
print(json.dumps({
    'environment': dict(os.environ),
    'files': sorted(os.listdir('.')),
    'user': os.getuid(),
    'filters': int(status.split('Seccomp_filters:')[1].split()[0]),
    'new privileges': status.split('NoNewPrivs:')[1].split()[0],
    'root': attempted(lambda: pathlib.Path('/written').touch()),
    'run': attempted(lambda: pathlib.Path('/run/written').touch()),
    'submission': attempted(lambda: pathlib.Path('/run/submission/written').touch()),
    'data': attempted(lambda: pathlib.Path('/srv/data/known.txt').read_text()),
    'data written': attempted(lambda: pathlib.Path('/srv/data/known.txt').write_text('x')),
    'keeper killed': attempted(lambda: os.kill(1, signal.SIGKILL)),
    'keeper stopped': attempted(lambda: os.kill(1, signal.SIGSTOP)),
    'keeper read': attempted(lambda: pathlib.Path('/proc/1/environ').read_bytes()),
    'keeper pipe': attempted(lambda: os.open('/proc/1/fd/0', os.O_RDWR)),
    'sizes': [os.statvfs(path).f_blocks * os.statvfs(path).f_frsize
              for path in ('/home/student', '/tmp', '/dev/shm', '/run/kernel')],
    'memory': cgroup('memory/memory.limit_in_bytes', 'memory.max'),
    'processes': cgroup('pids/pids.max', 'pids.max'),
}))
"""


def test_a_student_in_a_container_can_work_and_nothing_else(label, tmp_path, monkeypatch):
    """One kernel for all that it survives: starting one takes seconds."""
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "hunter2")
    files, data, hidden = (tmp_path / name for name in ("files", "data", "hidden"))
    for folder in (files, data, hidden):
        folder.mkdir()
    (files / "weights.bin").write_bytes(b"abc")
    (files / "link").symlink_to("/etc/passwd")
    (data / "known.txt").write_text("known", encoding="utf-8")
    answers: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        tried = trials(port, "SECRET_OF_THE_GRADER", str(hidden))
        about, *said = run(
            files,
            FROM_WITHIN + "def f(x): return x + 1",
            *(trial.code for trial in tried),
            graded(""),
            judge=lambda cell, student: answers.append(student.call("f", 41)),
            environment={"CLIP_MODEL": "small"},
            folders={data: "/srv/data"},
        )
    assert answers == [42]
    # Podman without root binds the machine's devices over whatever is mounted there (threat model).
    known = {"shares memory of a device"} if os.geteuid() != 0 else set()
    for trial, words in zip(tried, said, strict=False):
        assert words, trial.what
        assert trial.what in known or not words.startswith(WORKED), (trial.what, words)
    ended = dict(zip((trial.what for trial in tried), said, strict=False))
    assert ended["fills the disk"] == "refused: OSError\n"  # full, and not merely closed

    seen = json.loads(about)
    assert seen["files"] == ["weights.bin"]
    assert seen["environment"]["CLIP_MODEL"] == "small"
    assert seen["environment"]["HOME"] == "/home/student"
    assert not {"SECRET_OF_THE_GRADER", "PYTHONPATH", "container"} & set(seen["environment"])
    assert seen["user"] != 0
    assert seen["filters"] >= 1
    assert seen["new privileges"] == "1"
    for place in ("root", "run", "submission", "data written"):
        assert seen[place] == "OSError", place  # a read-only file system
    assert seen["data"] == "known"
    assert (data / "known.txt").read_text(encoding="utf-8") == "known"
    assert seen["keeper killed"] == seen["keeper stopped"] == "None"  # sent, and without effect
    assert seen["keeper read"] == seen["keeper pipe"] == "PermissionError"
    assert seen["sizes"] == [BOUNDS.disk] * 3 + [MIB]
    if _can_set_limits(engine_here()):
        command = run_command(engine_here(), a_start(hidden), "name", 1)
        assert seen["memory"] == following(command, "--memory")[0]
        assert seen["processes"] == following(command, "--pids-limit")[0]
    assert _running(label) == []


def test_what_runs_too_long_is_stopped_and_the_rest_runs(label, tmp_path):
    first, second = run(
        tmp_path,
        "import time\nprint('before', flush=True)\nwhile True: time.sleep(0.1)",
        "print('after')",
        limits=Limits(start=120, cell=3, notebook=120, stop=30),
    )
    assert first.startswith("before")
    assert "KeyboardInterrupt" in first
    assert second == "after\n"


TOO_MUCH = """
import subprocess, sys, time
fill = 'import time; kept = b"1" * (150 * 2**20); time.sleep(600)'
kept = [subprocess.Popen([sys.executable, '-S', '-c', fill]) for _ in range(4)]
time.sleep(600)
"""


def test_processes_that_together_take_too_much_memory_end_the_kernel(label, tmp_path):
    said: list[str] = []

    def judge(cell: NotebookNode, student: Student) -> None:
        with pytest.raises(StudentError) as caught:
            student.fetch("1")
        said.append(caught.value.reason)

    bounds = Bounds(memory=400 * MIB, disk=16 * MIB, processes=64)
    run(tmp_path, TOO_MUCH, graded(""), judge=judge, bounds=bounds)
    (reason,) = said
    assert reason.startswith("Not run: the kernel used more than 400 MiB of memory while cell 1")
    assert _running(label) == []
    assert not Path("oom").exists(), "podman's monitor has left a file where the grader works"


def test_when_the_kernel_ends_then_nothing_that_it_has_started_is_left(label, tmp_path):
    mark = f"{time.time_ns() % 10**9}.25"  # seconds to sleep that no other process has
    first, second = run(
        tmp_path,
        f"import os, subprocess\nkept = subprocess.Popen(['sleep', '{mark}'], start_new_session=True)\n"
        "print('started', flush=True)\nos._exit(3)",
        "print('after')",
    )
    assert first in ("started\n", "")  # what it printed may be lost with it
    assert second == ""
    assert _processes_with(mark) == []
    assert _running(label) == []


GRADER = """
import sys
from pathlib import Path
from autograder.kernel.container import Containers
from autograder.kernel.limits import Bounds
from autograder.kernel.processes import Start
files, scratch = map(Path, sys.argv[1:])
start = Start(files, scratch, connection={}, environment={}, folders={}, bounds=Bounds())
kernel = Containers().start(start)
print('running', flush=True)
sys.stdin.read()
"""


def test_when_the_grader_is_killed_then_its_container_ends(label, tmp_path):
    start = a_start(tmp_path)
    command = [sys.executable, "-c", GRADER, str(start.files), str(start.scratch)]
    grader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with grader:
        assert grader.stdout is not None
        assert grader.stdout.readline() == b"running\n"
        assert len(_running(label)) == 1
        grader.send_signal(signal.SIGKILL)
        grader.wait()
    assert _wait_until(lambda: not _running(label))


def test_when_what_leads_to_the_engine_is_killed_then_the_container_ends(label, tmp_path):
    kernel = Containers().start(a_start(tmp_path))
    os.killpg(kernel._client.pid, signal.SIGKILL)
    try:
        assert _wait_until(lambda: not _running(label))
        assert kernel.poll() is not None
    finally:
        kernel.kill()


def test_a_kernel_can_be_killed_twice_and_leaves_no_descriptor_open(label, tmp_path):
    before = set(Path("/proc/self/fd").iterdir())
    kernel = Containers().start(a_start(tmp_path))
    assert kernel.poll() is None
    assert len(_running(label)) == 1
    kernel.kill()
    kernel.kill()
    assert kernel.poll() is not None
    assert _running(label) == []
    del kernel
    assert set(Path("/proc/self/fd").iterdir()) <= before
