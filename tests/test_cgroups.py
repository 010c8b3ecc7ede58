"""Control groups, for real where this user gets them; else that it is said why not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.kernel import cgroups
from autograder.kernel.cgroups import Way, group_for, way_here
from autograder.kernel.isolation import BUBBLEWRAP, COLD
from autograder.kernel.limits import MIB, Bounds
from tests.isolation import needs_bubblewrap
from tests.rooms import run

_HERE = way_here(os.environ.get(cgroups.VARIABLE, ""))
needs_groups = pytest.mark.skipif(
    not isinstance(_HERE, Way), reason=f"this user gets no control groups here: {_HERE}"
)


def test_without_groups_everything_goes_on_without_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cgroups.VARIABLE, cgroups.NOT_USED)
    group = group_for(Bounds(), 3)
    group.begun(os.getpid())
    assert (group.prefix, group.members, group.overrun()) == ((), None, False)
    group.close()
    assert cgroups.prefix_outside() == ()
    assert "says so" in str(way_here(cgroups.NOT_USED))


def test_a_folder_that_is_no_group_is_named(tmp_path: Path) -> None:
    reason = way_here(str(tmp_path))
    assert isinstance(reason, str)
    assert str(tmp_path) in reason or "no control groups of version 2" in reason


@needs_groups
@needs_bubblewrap
@pytest.mark.parametrize("way", [COLD, BUBBLEWRAP])
def test_the_group_of_a_room_holds_its_memory_and_its_processes(tmp_path: Path, way: str) -> None:
    bounds = Bounds(memory=400 * MIB, disk=16 * MIB, processes=64)
    # Faster than a watch looks.
    burst = (
        "import os, time\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0:\n"
        "        held = bytearray(200 * 2**20)\n"
        "        time.sleep(30)\n"
        "time.sleep(30)"
    )
    _, reason = run(tmp_path, burst, bounds=bounds, way=way)
    assert "used more than 400 MiB of memory" in reason
    cells, _ = run(tmp_path, "print(open('/proc/self/cgroup').read())", bounds=bounds, way=way)
    assert "0::/" in str(cells[0].outputs)
