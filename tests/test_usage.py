"""What a watch sees of a room, with real processes; and that nobody runs unwatched."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from autograder.course import KIT
from autograder.kernel import usage
from autograder.kernel.limits import MIB, Bounds
from autograder.kernel.opened import Opened
from autograder.kernel.usage import Sight, Watch, waited_for_a_processor
from tests.ordinary_user import any_user, command_as

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is read")
HELD = 200
"""MiB that a process of these tests holds."""


@contextmanager
def running(code: str) -> Iterator[int]:
    """Run Python code that prints a line when it is ready, and then waits for its end."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process.pid
    finally:
        process.kill()
        process.communicate()


def sight(folder: Path, *processes: int, files: Path | None = None) -> Sight:
    """Show these processes as if they were all of a room's."""
    shown = folder / "processes"
    shown.mkdir()
    for process in processes:
        (shown / str(process)).symlink_to(f"/proc/{process}")
    return Sight(shown, processes[0] if processes else os.getpid(), (files,) if files else ())


def verdict(watched: Sight, bounds: Bounds, *, overrun: bool = False) -> Watch:
    """Watch until the room is ended; fail if it is not within some looks."""
    ended = threading.Event()
    watch = Watch(watched, bounds, ended.set, lambda: False, lambda: overrun)
    try:
        assert ended.wait(20 * usage.LOOK_AGAIN), "nobody ended it"
    finally:
        watch.stop()
    return watch


HOLD = f"held = bytearray({HELD * MIB})\n"
WAIT = "print('ready', flush=True)\ninput()\n"
TOO_MUCH = f"used more than {HELD // 2} MiB of memory"
SMALL = Bounds(memory=HELD // 2 * MIB)


def test_memory_is_seen_under_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = "open('/proc/self/comm', 'wb').write(bytes([255, 10, 192]))\n"
    with running(name + HOLD + WAIT) as process:
        assert verdict(sight(tmp_path, process), SMALL).reason == TOO_MUCH


def test_memory_is_seen_whose_first_thread_has_ended(tmp_path: Path) -> None:
    code = f"""
    import ctypes, platform, threading
    def hold():
        held = bytearray({HELD * MIB})
        print("ready", flush=True)
        input()
    threading.Thread(target=hold).start()
    ctypes.CDLL(None).syscall({{"x86_64": 60, "aarch64": 93}}[platform.machine()], 0)
    """
    with running(code) as process:
        assert "RssAnon" not in Path(f"/proc/{process}/status").read_text()
        assert verdict(sight(tmp_path, process), SMALL).reason == TOO_MUCH


def test_shared_pages_of_copies_are_counted_once(tmp_path: Path) -> None:
    with running(HOLD + "import os\nif os.fork() == 0:\n    input()\n" + WAIT) as process:
        child = int(Path(f"/proc/{process}/task/{process}/children").read_text())
        watched = sight(tmp_path, process, child)
        watch = Watch(watched, Bounds(memory=HELD * 3 // 2 * MIB), lambda: None, lambda: False)
        threading.Event().wait(4 * usage.LOOK_AGAIN)
        watch.stop()
        assert watch.reason is None


@pytest.mark.parametrize(
    ("code", "bounds"),
    [
        # 900 descriptors of pipes, each of which may hold two pages
        ("import os\nheld = [os.pipe() for _ in range(450)]\n", Bounds(memory=15 * MIB)),
        # sockets: their number is the network namespace's, which is this machine's here
        (
            "import socket\nheld = [socket.socketpair() for _ in range(300)]\n",
            Bounds(memory=100 * MIB),
        ),
    ],
    ids=["pipes", "sockets"],
)
def test_what_nobody_is_charged_for_counts_by_its_number(
    tmp_path: Path, code: str, bounds: Bounds
) -> None:
    with running(WAIT) as idle:
        quiet = Watch(
            sight(tmp_path, idle),
            Bounds(memory=bounds.memory + 200 * MIB),
            lambda: None,
            lambda: False,
        )
        threading.Event().wait(2 * usage.LOOK_AGAIN)
        quiet.stop()
        assert quiet.reason is None
    with running(code + WAIT) as process:
        (tmp_path / "more").mkdir()
        assert "of memory" in str(verdict(sight(tmp_path / "more", process), bounds).reason)


def test_mappings_are_counted_where_there_are_several_processes(tmp_path: Path) -> None:
    maps = "import mmap\nheld = [mmap.mmap(-1, 4096, prot=1 + i % 2, flags=34) for i in range(30_000)]\n"
    with ExitStack() as stack:
        processes = [stack.enter_context(running(maps + WAIT))]
        processes += [stack.enter_context(running(WAIT)) for _ in range(usage._FEW_PROCESSES)]
        watched = sight(tmp_path, *processes)
        shown = usage._look(watched.processes).memory
        assert usage._maps_of(shown, 10**6) > 30_000
        assert usage._maps_of(shown, 20_000) < 60_000  # no further than it has to
        reason = verdict(watched, Bounds(maps=20_000)).reason
        assert reason == "made more than 20,000 mappings of memory"


def test_a_room_that_cannot_be_looked_at_is_ended_and_that_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch = verdict(sight(tmp_path), Bounds())
    assert watch.failed
    assert "could not be watched any more (WatchError: none of its processes" in str(watch.reason)
    assert "A room was ended: its kernel could not be watched" in caplog.text


def test_a_room_that_has_ended_by_itself_is_no_failure(tmp_path: Path) -> None:
    watch = Watch(sight(tmp_path), Bounds(), lambda: None, lambda: True)
    threading.Event().wait(3 * usage.LOOK_AGAIN)
    watch.stop()
    assert (watch.reason, watch.failed) == (None, False)


def test_whatever_goes_wrong_in_a_watch_ends_its_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(folder: Path) -> int:
        raise ZeroDivisionError("of the kit's own")

    monkeypatch.setattr(usage, "_files_in", broken)
    with running(WAIT) as process:
        watch = verdict(sight(tmp_path, process, files=tmp_path), Bounds())
    assert watch.failed
    assert "ZeroDivisionError" in str(watch.reason)


def test_a_control_group_that_has_run_out_is_a_reason(tmp_path: Path) -> None:
    with running(WAIT) as process:
        watch = verdict(sight(tmp_path, process), Bounds(), overrun=True)
    assert watch.reason == "used more than 6,144 MiB of memory"
    assert not watch.failed


def test_waiting_for_a_processor_is_told_by_thread() -> None:
    waited = waited_for_a_processor(Path("/proc/self"))
    if Path("/proc/self/schedstat").exists():
        assert str(os.getpid()) in waited
        assert all(seconds >= 0 for seconds in waited.values())
    assert waited_for_a_processor(Path("/proc/0")) == {}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            """
            import os, select
            events = select.epoll()
            for place in range(10):
                file = os.eventfd(0)
                for number in range(300, 900):
                    os.dup2(file, number)
                    events.register(number, 1)
                os.dup2(file, 1000 + place)  # it must stay open under another number
            """,
            "waited for more than 5,000 events",
        ),
        (
            "held = [open('/proc/self/status') for _ in range(200)]\n",
            "opened more than 128 files of /proc",
        ),
        (
            "import os\nheld = open(f'/proc/{os.getppid()}/mem', 'rb')\n",
            "opened the memory of another process",
        ),
        (
            "held = [open('/proc/self/status') for _ in range(20)] + [open('/proc/self/mem')]\n",
            None,
        ),
    ],
    ids=["events", "files of /proc", "memory", "a little of each"],
)
def test_what_holds_memory_of_the_system_is_seen_by_what_it_is(
    code: str, reason: str | None
) -> None:
    with running(f"{textwrap.dedent(code)}\n{WAIT}") as process:
        opened, threads = Opened(), [Path(f"/proc/{process}/task/{process}")]
        answers = [opened.refused(threads) for _ in range(6)]  # in turns
        assert next(filter(None, answers), None) == reason


DEAD_OR_HIDING = """
import ctypes, os, signal, sys
from pathlib import Path
from autograder.kernel.opened import Opened
from autograder.kernel.usage import _maps_of

child = os.fork()
if not child:
    if sys.argv[1] == "hides":
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
        os.kill(os.getppid(), signal.SIGUSR1)
        signal.pause()
    os._exit(0)
if sys.argv[1] == "hides":
    signal.sigwait({signal.SIGUSR1})
else:
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # nobody has buried it yet
opened, threads = Opened(), [Path(f"/proc/{child}/task/{child}")]
print([opened.refused(threads) for _ in range(2)], _maps_of(threads, 10) > 10)
os.kill(child, signal.SIGKILL)
"""


@pytest.mark.parametrize(
    ("how", "told"),
    [("ends", "[None, None] False"), ("hides", "[None, 'hid what it has opened'] True")],
)
def test_a_process_that_has_just_ended_hides_nothing(how: str, told: str) -> None:
    """Root may look into either; to an ordinary user neither shows what it has opened."""
    program = f"import signal; signal.pthread_sigmask(0, [signal.SIGUSR1]){DEAD_OR_HIDING}"
    command = [sys.executable, "-c", program, how]
    if os.geteuid() == 0:
        command = command_as(any_user(), command)
    done = subprocess.run(command, cwd=KIT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == (told, 0), done.stderr


def test_a_process_that_ends_slowly_counts_as_what_it_last_had(tmp_path: Path) -> None:
    """What the system shows of it then cannot be made at will, so it is written down here."""
    shown = tmp_path / "processes"
    task = shown / "7" / "task" / "7"
    task.mkdir(parents=True)
    (task / "fd").mkdir()
    living = f"Name:\ta\nState:\tS (sleeping)\nRssAnon:\t{HELD * 1024} kB\nVmPTE:\t8 kB\n"
    (task / "status").write_text(living, encoding="ascii")
    with running(HOLD + WAIT) as process:
        watched = Sight(shown, process, ())
        watch = Watch(watched, Bounds(memory=HELD * 3 // 2 * MIB), lambda: None, lambda: False)
        threading.Event().wait(3 * usage.LOOK_AGAIN)
        assert watch.reason is None
        (task / "status").write_text("Name:\ta\nState:\tR (running)\n", encoding="ascii")
        (shown / str(process)).symlink_to(f"/proc/{process}")
        threading.Event().wait(4 * usage.LOOK_AGAIN)
        watch.stop()
        assert watch.reason == f"used more than {HELD * 3 // 2} MiB of memory"
