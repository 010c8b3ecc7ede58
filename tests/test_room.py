"""Rooms: what a kernel finds in one, what ends it, and what is gone afterwards."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder.clip.assets import find_fashion_mnist, find_model, surroundings_in
from autograder.errors import AssetError, SandboxError
from autograder.kernel import room
from autograder.kernel.isolation import BUBBLEWRAP, COLD, isolation_named
from autograder.kernel.limits import GIB, MIB, Bounds
from autograder.kernel.room import stage
from tests.isolation import needs_bubblewrap
from tests.rooms import run, text

KIT = Path(__file__).resolve().parent.parent


def test_only_files_and_folders_are_staged(tmp_path):
    files = tmp_path / "submitted"
    (files / "sub").mkdir(parents=True)
    (files / "a.txt").write_text("a")
    (files / "sub" / "b.txt").write_text("b")
    (files / "sub" / "link").symlink_to("/etc/passwd")
    (files / "folder").symlink_to("/etc")
    os.mkfifo(files / "pipe")
    (files / "a.txt").chmod(0o600)
    stage(files, tmp_path / "staged")
    found = sorted(
        str(p.relative_to(tmp_path / "staged")) for p in (tmp_path / "staged").rglob("*")
    )
    assert found == ["a.txt", "sub", "sub/b.txt"]
    assert (tmp_path / "staged" / "a.txt").stat().st_mode & 0o777 == 0o644


def test_without_bubblewrap_the_error_names_the_ways_out(tmp_path, monkeypatch):
    monkeypatch.setattr(room.shutil, "which", lambda name: None)
    with pytest.raises(SandboxError, match=r"(?s)not installed.*apt-get.*container.*none"):
        run(tmp_path, "1")


@needs_bubblewrap
def test_the_data_set_and_the_models_are_found_under_neutral_names(tmp_path):
    surroundings = surroundings_in(
        isolation_named(COLD), find_model(), find_fashion_mnist(), find_model("tiny")
    )
    cells, reason = run(
        tmp_path,
        "import os\nnames = ['CLIP_MODEL', 'CLIP_ALTERNATIVE_MODEL', 'FASHION_MNIST_ROOT']\n"
        "print([os.environ[name] for name in names])",
        "print(all(os.path.isfile(os.environ[name] + '/config.json') for name in names[:2]))\n"
        "print(len(os.listdir(os.environ['FASHION_MNIST_ROOT'] + '/FashionMNIST/raw')) >= 4)",
        "try: open(os.environ['CLIP_MODEL'] + '/config.json', 'a')\nexcept OSError as error: print(error.errno)",
        environment=surroundings.environment,
        folders=surroundings.folders,
    )
    assert reason == ""
    assert text(cells[0]) == "['/assets/models/small', '/assets/models/tiny', '/assets/data']\n"
    assert text(cells[1]) == "True\nTrue\n"
    assert text(cells[2]) in ("30\n", "13\n")  # a read-only file system, or another user's file


def test_weights_that_a_kernel_could_not_read_are_named_with_the_way_out(tmp_path, monkeypatch):
    folder = tmp_path / "mine"
    shutil.copytree(find_model("tiny").path, folder)
    (folder / "model.safetensors").chmod(0o600)  # as `save_pretrained` leaves them
    given = find_model(str(folder)), find_fashion_mnist()
    monkeypatch.setattr("os.geteuid", lambda: 0)
    with pytest.raises(AssetError, match=r"model\.safetensors may be read.*chmod -R a\+rX .*mine"):
        surroundings_in(isolation_named(COLD), *given)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert surroundings_in(isolation_named(COLD), *given).folders


@needs_bubblewrap
def test_nothing_of_the_kit_or_the_course_is_in_the_room(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    cells, _ = run(
        tmp_path,
        "import os\nprint(sorted(os.listdir('.')))\nfound = []\n"
        "for folder, folders, files in os.walk('/', onerror=None):\n"
        "    folders[:] = [name for name in folders if name not in ('proc', 'sys')]\n"
        "    found += [folder + '/' + name for name in files if name in\n"
        "              ('judging.py', 'nbgrader_plugins.py', 'worked.py', '.autograder-secret')]\n"
        "    found += [folder for name in [os.path.basename(folder)] if name in ('autograder', 'solutions')\n"
        "              and files]\n"
        "print(found)",
    )
    assert text(cells[0]) == "['mine.txt']\n[]\n"


@needs_bubblewrap
def test_where_the_kit_is_installed_among_the_packages_it_is_hidden(tmp_path, monkeypatch):
    place = Path(sys.prefix) / "lib" / "autograder-copy"
    place.mkdir(exist_ok=True)
    try:
        (place / "secret.py").write_text("x")
        monkeypatch.setattr(room, "_kit", lambda: (place,))
        cells, _ = run(tmp_path, f"import os\nprint(os.listdir({str(place)!r}))")
        assert text(cells[0]) == "[]\n"
    finally:
        shutil.rmtree(place)


@needs_bubblewrap
@pytest.mark.parametrize("way", [COLD, BUBBLEWRAP])
def test_processes_that_use_too_much_memory_together_end_the_room_and_the_student_hears_why(
    tmp_path, way
):
    _, reason = run(
        tmp_path,
        "import subprocess, sys, time\n"
        "code = 'x = bytearray(300 * 2**20); import time; time.sleep(60)'\n"
        "kept = [subprocess.Popen([sys.executable, '-c', code]) for _ in range(6)]\n"
        "time.sleep(30)",
        bounds=Bounds(memory=GIB),
        way=way,
    )
    assert reason == (
        "Not run: the kernel used more than 1,024 MiB of memory while cell 1 ran, "
        "so nothing after it could run"
    )


@needs_bubblewrap
def test_too_many_files_end_the_room(tmp_path):
    _, reason = run(
        tmp_path,
        "import pathlib, time\nfor i in range(20_000): pathlib.Path(f'/tmp/{i}').touch()\ntime.sleep(30)",
        bounds=Bounds(files=10_000),
    )
    assert "made more than 10,000 files" in reason


@needs_bubblewrap
def test_what_a_cell_displays_is_cut_and_the_cut_is_told(tmp_path):
    cells, reason = run(
        tmp_path,
        "for _ in range(40): print('x' * 2**17, flush=True)",
        "print('next')",
        bounds=Bounds(cell_output=MIB, output=2 * MIB),
    )
    assert len(text(cells[0])) <= MIB + 200
    assert text(cells[0]).endswith(
        "[Not all is shown: a cell may display 1 MiB, and a notebook 2 MiB.]\n"
    )
    assert text(cells[1]) == "next\n"
    assert reason == ""


@needs_bubblewrap
@pytest.mark.parametrize("way", [COLD, BUBBLEWRAP])
def test_what_a_kernel_has_started_ends_with_it(tmp_path, way):
    mark = f"{time.time_ns() % 10**9}.25"
    run(
        tmp_path,
        "import os, subprocess\n"
        f"subprocess.Popen(['sh', '-c', 'setsid sleep {mark} & setsid sleep {mark} &'])\n"
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        f"        os.execvp('sleep', ['sleep', '{mark}'])\n    os._exit(0)",
        way=way,
    )
    left = [p.pid for p in psutil.process_iter(["cmdline"]) if mark in (p.info["cmdline"] or [])]
    assert left == []


@needs_bubblewrap
@pytest.mark.parametrize("way", [COLD, BUBBLEWRAP])
def test_when_the_machine_runs_out_of_memory_kernels_go_first(tmp_path, way):
    cells, reason = run(tmp_path, "print(open('/proc/self/oom_score_adj').read())", way=way)
    assert (text(cells[0]).strip(), reason) == ("1000", "")
    assert Path("/proc/self/oom_score_adj").read_text().strip() != "1000"


@needs_bubblewrap
@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can become somebody else")
@pytest.mark.parametrize("way", [COLD, BUBBLEWRAP])
def test_an_ordinary_user_can_make_rooms_too(tmp_path, way):
    """Under a user without rights, with the system's Python: the rooms then have a user namespace."""
    python = Path("/usr/bin/python3")
    if not python.exists() or importlib.metadata.version("ipykernel") is None:
        pytest.skip("the system has no Python of its own")
    same = "import sys; print(sys.version_info[:2])"
    versions = {
        subprocess.run([name, "-c", same], capture_output=True, text=True, check=True).stdout
        for name in (str(python), sys.executable)
    }
    if len(versions) > 1:
        pytest.skip("the system's Python cannot use these packages: it has another version")
    script = tmp_path / "ask.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom tests.rooms import run, text\n"
        'seen = \'import os; print(os.listdir("/home"), open("/proc/self/uid_map").read().split())\'\n'
        'rights = \'print(open("/proc/self/status").read().split("CapEff:")[1].split()[0])\'\n'
        f"cells, reason = run(Path(sys.argv[1]), seen, rights, way={way!r})\n"
        "print(text(cells[0]), text(cells[1]), reason)\n"
    )
    packages = [path for path in sys.path if path.endswith("site-packages")]
    home = Path("/tmp") / f"nobody-{os.getpid()}-{way}"
    (home / "work").mkdir(parents=True)
    try:
        shutil.copy(script, home / "ask.py")
        for path in (home, home / "work", home / "ask.py"):
            os.chown(path, 65534, 65534)
        done = subprocess.run(
            [python, home / "ask.py", home / "work"],
            user=65534,
            group=65534,
            extra_groups=[],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": os.pathsep.join([str(KIT), *packages]),
            },
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        shutil.rmtree(home)
    if "Permission denied" in done.stderr and str(KIT) in done.stderr:
        pytest.skip("the kit lies where no other user may read")
    assert "['student'] ['0', '65534', '1']" in done.stdout, done.stderr
    assert "0000000000000000" in done.stdout


def test_packages_of_pythonpath_are_shown_but_no_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages, course, around = (tmp_path / name for name in ("packages", "course", "around"))
    (packages / "own").mkdir(parents=True)
    (course / "source").mkdir(parents=True)
    (course / "nbgrader_config.py").touch()
    (around / "work").mkdir(parents=True)
    monkeypatch.chdir(around / "work")
    named = ["", ".", "..", "own", str(course), str(around), str(around / "work"), str(KIT), "/no"]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([*named, str(packages)]))
    room._extra_packages.cache_clear()
    try:
        assert room._extra_packages() == (packages,)
    finally:
        room._extra_packages.cache_clear()
