"""The data set and the models: every place looked in, every kind of damage, every way to fetch."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from autograder.clip import assets
from autograder.clip.assets import (
    ModelSnapshot,
    cache_root,
    describe,
    find_fashion_mnist,
    find_model,
    load_model,
    models,
    offline_environment,
    room_surroundings,
)
from autograder.clip.assets.strangers import find_named_model
from autograder.errors import AssetError
from autograder.fashion_mnist import downloads
from autograder.fashion_mnist.raw_files import RAW_FILES, RawFile
from tests.hub_caches import to_hub_layout

REPOSITORY = Path(__file__).resolve().parent.parent
RAW = Path("FashionMNIST") / "raw"
TEST_LABELS = next(file for file in RAW_FILES if file.name == "t10k-labels-idx1-ubyte")
REFERENCE = "openai/clip-vit-base-patch32"
NOBODY = 65534
SILENT_VARIABLES = (
    "FASHION_MNIST_ROOT",
    "CLIP_MODEL",
    "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
    "HF_HUB_OFFLINE",
    "TRANSFORMERS_OFFLINE",
    "HF_ENDPOINT",
)

needs_apt = pytest.mark.skipif(
    shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None,
    reason="no apt-get on this machine, so Debian's package cannot be had",
)


# --- what the tests work on -------------------------------------------------------------------


@pytest.fixture(scope="session")
def whole_root() -> Path:
    """A verified data set; fetched into the real cache where no earlier run did."""
    try:
        return find_fashion_mnist(fetch=True)
    except AssetError as error:
        pytest.skip(f"Fashion-MNIST cannot be had on this machine: {error}")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four ``.gz`` byte for byte as published, put together again from Debian's package.

    Debian packs the same deflate streams without the name and time in the gzip header.
    """
    work = tmp_path_factory.mktemp("debian")
    try:
        debian = downloads.from_debian(work)
    except downloads.DownloadError as error:
        pytest.skip(f"Debian's package cannot be had on this machine: {error}")
    folder = tmp_path_factory.mktemp("published")
    for file in RAW_FILES:
        # 2017-08-31, 10:50:06 and 10:50:27 UTC: the times that the published headers hold.
        packed_at = 1504176606 if file.name.startswith("train") else 1504176627
        content = (debian / f"{file.name}.gz").read_bytes()
        header = b"\x1f\x8b\x08\x08" + struct.pack("<I", packed_at) + content[8:10]
        named = header + file.name.encode() + b"\0" + content[10:]
        (folder / f"{file.name}.gz").write_bytes(named)
    return folder


@pytest.fixture(autouse=True)
def _own_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in SILENT_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf-home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))


def make_root(root: Path, source: Path, *, packed: bool) -> Path:
    """A data set folder: links to the unpacked files, or ``.gz`` files alone."""
    raw = root / RAW
    raw.mkdir(parents=True)
    for file in RAW_FILES:
        if packed:
            content = (source / RAW / file.name).read_bytes()
            (raw / f"{file.name}.gz").write_bytes(gzip.compress(content, 1, mtime=0))
        else:
            (raw / file.name).symlink_to(source / RAW / file.name)
    return root


@pytest.fixture(scope="session")
def packed_root(whole_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``.gz`` files alone, packed otherwise than anybody publishes them."""
    return make_root(tmp_path_factory.mktemp("packed"), whole_root, packed=True)


def replace_file(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def flip_last_byte(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def python(code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env=child_environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def child_environment(**variables: str) -> dict[str, str]:
    paths = [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **variables}


# Without torchvision, whose import alone takes longer than all the rest.
FETCH_FROM_DEBIAN = """
from autograder.fashion_mnist import data_set as fashion_mnist
from autograder.clip.assets import find_fashion_mnist
fashion_mnist.SOURCES = fashion_mnist.SOURCES[1:]
print(find_fashion_mnist(fetch=True))
"""

# A fresh interpreter gives up root before it looks for anything, so that the interpreter itself
# may lie where an ordinary user may not go.
AS_ORDINARY_USER = f"""
import os, sys
from pathlib import Path
from autograder.fashion_mnist import data_set as fashion_mnist
from autograder.clip.assets import find_fashion_mnist
from autograder.errors import AssetError
fashion_mnist.SOURCES = fashion_mnist.SOURCES[1:]
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
assert os.geteuid() != 0
try:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print(find_fashion_mnist(root, fetch=root is None))
except AssetError as error:
    print("AssetError:", error)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an ordinary user may enter and write, which pytest's own are not."""
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


# --- servers that stand for the outside world -------------------------------------------------


class Site:
    """A web server for files; also a proxy, since it answers whatever host is asked for."""

    def __init__(self, answers: Callable[[str], tuple[bytes, dict[str, str]] | None]) -> None:
        self.requests: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                self.reply(with_body=False)

            def do_GET(self) -> None:
                site.requests.append(self.path)
                self.reply(with_body=True)

            def reply(self, *, with_body: bool) -> None:
                answer = answers(self.path)
                body, headers = answer if answer else (b"", {})
                self.send_response(200 if answer else 404)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if with_body:
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator[Site]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


@pytest.fixture
def mirror(published: Path) -> Iterator[Site]:
    """Torchvision's source, as reached through a proxy."""

    def answers(path: str) -> tuple[bytes, dict[str, str]] | None:
        file = published / path.rsplit("/", 1)[-1]
        return (file.read_bytes(), {}) if file.is_file() else None

    with Site(answers).running() as site:
        yield site


@pytest.fixture
def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def only_apt_gets_out(monkeypatch: pytest.MonkeyPatch, folder: Path, closed: str) -> None:
    """Refuse torchvision its connection and leave apt-get the way out that it has."""
    usual = os.environ.get("http_proxy", "DIRECT")
    (folder / "apt.conf").write_text(f'Acquire::http::Proxy "{usual}";\n')
    monkeypatch.setenv("APT_CONFIG", str(folder / "apt.conf"))
    monkeypatch.setenv("http_proxy", closed)


@pytest.fixture
def watched_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real apt-get behind a script that notes its calls, and stalls where told to."""
    real = shutil.which("apt-get")
    folder = tmp_path / "watched"
    folder.mkdir()
    script = folder / "apt-get"
    script.write_text(
        "#!/bin/sh\n"
        f'echo "$@" >> {folder}/calls\n'
        f"while [ -e {folder}/stall ]; do sleep 0.1; stalled=yes; done\n"
        '[ -n "$stalled" ] && exit 1\n'
        f'exec {real} "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


def downloads_begun(watched: Path) -> list[str]:
    calls = watched / "calls"
    lines = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
    return [line for line in lines if " download " in line]


# --- Fashion-MNIST: where it is looked for ----------------------------------------------------


def test_when_the_path_is_whole_then_it_is_the_root_and_nothing_is_cached(
    whole_root: Path, tmp_path: Path
) -> None:
    root = make_root(tmp_path / "data", whole_root, packed=False)
    assert find_fashion_mnist(root) == root
    assert not cache_root().exists()


def test_torchvision_reads_the_root_that_was_found(whole_root: Path, tmp_path: Path) -> None:
    from torchvision.datasets import FashionMNIST

    root = find_fashion_mnist(make_root(tmp_path / "data", whole_root, packed=False))
    test = FashionMNIST(root, train=False)
    assert len(test) == 10_000
    assert test.targets.bincount().tolist() == [1000] * 10
    assert test.classes[9] == "Ankle boot"


def test_the_path_goes_before_the_variable_and_the_variable_before_the_cache(
    whole_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, named = (make_root(tmp_path / name, whole_root, packed=False) for name in "ab")
    cached = make_root(cache_root() / "fashion_mnist", whole_root, packed=False)
    assert find_fashion_mnist() == cached
    monkeypatch.setenv("FASHION_MNIST_ROOT", str(named))
    assert find_fashion_mnist() == named
    assert find_fashion_mnist(fetch=True) == named
    assert find_fashion_mnist(given) == given


def test_when_the_variable_is_empty_then_it_counts_as_unset(
    whole_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = make_root(cache_root() / "fashion_mnist", whole_root, packed=False)
    monkeypatch.setenv("FASHION_MNIST_ROOT", "")
    assert find_fashion_mnist() == cached


def test_when_nothing_is_there_then_the_error_names_variable_and_command() -> None:
    with pytest.raises(AssetError, match="autograder assets fetch fashion-mnist") as caught:
        find_fashion_mnist()
    assert "FASHION_MNIST_ROOT" in str(caught.value)
    assert str(cache_root()) in str(caught.value)


@pytest.mark.parametrize("fetch", [False, True])
@pytest.mark.parametrize("through", ["path", "variable"])
def test_when_a_named_folder_is_wrong_then_a_good_cache_is_no_excuse(
    whole_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, through: str, fetch: bool
) -> None:
    make_root(cache_root() / "fashion_mnist", whole_root, packed=False)
    wrong = tmp_path / "nowhere"
    if through == "variable":
        monkeypatch.setenv("FASHION_MNIST_ROOT", str(wrong))
    with pytest.raises(AssetError, match="does not exist") as caught:
        find_fashion_mnist(wrong if through == "path" else None, fetch=fetch)
    assert str(wrong) in str(caught.value)
    assert ("FASHION_MNIST_ROOT" in str(caught.value)) == (through == "variable")


@pytest.mark.parametrize("inner", [RAW, RAW.parent])
def test_when_an_inner_folder_is_named_then_the_error_names_the_root(
    whole_root: Path, tmp_path: Path, inner: Path
) -> None:
    root = make_root(tmp_path / "data", whole_root, packed=False)
    with pytest.raises(AssetError, match=f"{root} is one: name that"):
        find_fashion_mnist(root / inner)


# --- Fashion-MNIST: damage --------------------------------------------------------------------


@pytest.mark.parametrize("file", RAW_FILES, ids=lambda file: file.name)
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda content: b"", "is empty: it has 0 bytes"),
        (lambda content: content[: len(content) // 2], "is damaged: it has"),
        (lambda content: content + b"\0", "is damaged: it has"),
        (flip_last_byte, "is damaged: its SHA-256 is"),
    ],
    ids=["empty", "truncated", "too long", "one bit"],
)
def test_when_a_file_is_damaged_then_the_error_names_it_and_what_was_expected(
    whole_root: Path,
    tmp_path: Path,
    file: RawFile,
    damage: Callable[[bytes], bytes],
    said: str,
) -> None:
    root = make_root(tmp_path / "data", whole_root, packed=False)
    replace_file(root / RAW / file.name, damage((whole_root / RAW / file.name).read_bytes()))
    with pytest.raises(AssetError, match=said) as caught:
        find_fashion_mnist(root)
    text = str(caught.value)
    assert str(root / RAW / file.name) in text
    assert f"{file.size:,}" in text or file.sha256 in text
    assert "Replace it" in text


def test_when_a_damaged_file_has_its_packed_twin_then_deleting_it_is_the_way_out(
    whole_root: Path, tmp_path: Path
) -> None:
    root = make_root(tmp_path / "data", whole_root, packed=False)
    content = (whole_root / RAW / TEST_LABELS.name).read_bytes()
    damaged = root / RAW / TEST_LABELS.name
    replace_file(damaged, content[:-1])
    damaged.with_name(f"{damaged.name}.gz").write_bytes(gzip.compress(content))
    with pytest.raises(AssetError, match="Delete it"):
        find_fashion_mnist(root)
    damaged.unlink()
    assert find_fashion_mnist(root) == cache_root() / "fashion_mnist"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda packed: b"", "is empty"),
        (lambda packed: packed[:-9], "is damaged"),
        (lambda packed: b"<html>" + packed, "is damaged"),
        (lambda packed: gzip.compress(b"\0" * TEST_LABELS.size), "is not the original"),
        (lambda packed: gzip.compress(b"\0" * 50_000_000), "is not the original"),
    ],
    ids=["empty", "truncated", "a web page", "other content", "far too large"],
)
@pytest.mark.parametrize("unpacked_too", [False, True])
def test_when_a_packed_file_is_wrong_then_it_is_refused(
    whole_root: Path,
    tmp_path: Path,
    damage: Callable[[bytes], bytes],
    said: str,
    unpacked_too: bool,
) -> None:
    root = make_root(tmp_path / "data", whole_root, packed=False)
    file = root / RAW / TEST_LABELS.name
    packed = file.with_name(f"{file.name}.gz")
    packed.write_bytes(damage(gzip.compress(file.read_bytes())))
    if not unpacked_too:
        file.unlink()
    with pytest.raises(AssetError, match=said) as caught:
        find_fashion_mnist(root)
    assert str(packed) in str(caught.value)
    assert not (cache_root() / "fashion_mnist").exists()


def test_when_a_file_is_missing_both_ways_then_the_error_names_it(
    whole_root: Path, tmp_path: Path
) -> None:
    root = make_root(tmp_path / "data", whole_root, packed=False)
    (root / RAW / TEST_LABELS.name).unlink()
    with pytest.raises(AssetError, match="t10k-labels-idx1-ubyte is missing"):
        find_fashion_mnist(root)


def test_when_the_cache_is_damaged_then_the_error_names_the_command(whole_root: Path) -> None:
    cached = make_root(cache_root() / "fashion_mnist", whole_root, packed=False)
    replace_file(cached / RAW / TEST_LABELS.name, b"")
    with pytest.raises(AssetError, match="again with: autograder assets fetch fashion-mnist"):
        find_fashion_mnist()


# --- Fashion-MNIST: packed files, other people's folders --------------------------------------


def test_when_only_packed_files_are_there_then_they_are_unpacked_into_the_cache(
    packed_root: Path,
) -> None:
    before = {path: path.stat().st_mtime_ns for path in packed_root.rglob("*")}
    root = find_fashion_mnist(packed_root)
    assert root == cache_root() / "fashion_mnist"
    for file in RAW_FILES:
        content = (root / RAW / file.name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file.sha256
    assert {path: path.stat().st_mtime_ns for path in packed_root.rglob("*")} == before
    # A kernel that runs as another user has to read it.
    assert stat.S_IMODE(root.stat().st_mode) == stat.S_IMODE((root / RAW).stat().st_mode)
    assert find_fashion_mnist() == root
    assert not list(cache_root().glob(".partial-*"))


def test_when_the_folder_is_read_only_and_anothers_then_an_ordinary_user_can_use_it(
    packed_root: Path, open_folder: Path
) -> None:
    theirs = open_folder / "course"
    shutil.copytree(packed_root, theirs)
    for path in [theirs, *theirs.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    cache = open_folder / "cache"
    done = python(AS_ORDINARY_USER, str(theirs), AUTOGRADER_CACHE=str(cache))
    assert done.stdout.strip() == str(cache / "fashion_mnist"), done.stderr


def test_when_the_cache_cannot_be_written_then_the_error_names_its_variable(
    packed_root: Path, open_folder: Path
) -> None:
    theirs = open_folder / "course"
    shutil.copytree(packed_root, theirs)
    theirs.chmod(0o755)
    closed = open_folder / "closed"
    closed.mkdir(mode=0o555)
    done = python(AS_ORDINARY_USER, str(theirs), AUTOGRADER_CACHE=str(closed / "cache"))
    assert done.stdout.startswith(f"AssetError: the cache folder {closed / 'cache'}"), done.stderr
    assert "AUTOGRADER_CACHE" in done.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of another user's")
def test_when_the_folder_may_not_be_entered_then_the_error_says_so(
    whole_root: Path, open_folder: Path
) -> None:
    private = make_root(open_folder / "private", whole_root, packed=False)
    private.chmod(0o700)
    done = python(AS_ORDINARY_USER, str(private), AUTOGRADER_CACHE=str(open_folder / "cache"))
    assert done.stdout.startswith("AssetError: "), done.stderr
    assert str(private) in done.stdout
    assert "may not be read" in done.stdout


# --- Fashion-MNIST: downloads -----------------------------------------------------------------


def test_the_checksums_of_packed_files_agree_with_those_of_torchvision(published: Path) -> None:
    from torchvision.datasets import FashionMNIST

    assert sorted(name for name, _ in FashionMNIST.resources) == sorted(
        f"{file.name}.gz" for file in RAW_FILES
    )
    by_name = {f"{file.name}.gz": file for file in RAW_FILES}
    for name, md5 in FashionMNIST.resources:
        content = (published / name).read_bytes()
        assert hashlib.md5(content).hexdigest() == md5
        assert hashlib.sha256(content).hexdigest() == by_name[name].packed_sha256[0]
        unpacked = gzip.decompress(content)
        assert hashlib.sha256(unpacked).hexdigest() == by_name[name].sha256
        assert len(unpacked) == by_name[name].size
        without_name = content[:3] + b"\0" + content[4:10] + content[10 + len(name) - 2 :]
        debians = [by_name[name].packed_sha256[1]]
        stamped = without_name[:4] + struct.pack("<I", 1591347949) + without_name[8:]
        assert [hashlib.sha256(stamped).hexdigest()] == debians


def test_when_torchvision_reaches_its_source_then_its_download_is_used(
    mirror: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", mirror.url)
    root = find_fashion_mnist(fetch=True)
    assert root == cache_root() / "fashion_mnist"
    asked = len(mirror.requests)
    assert len(set(mirror.requests)) == 4
    assert find_fashion_mnist(fetch=True) == root
    assert len(mirror.requests) == asked


@needs_apt
def test_when_two_processes_fetch_at_once_then_one_downloads_and_both_are_served(
    published: Path, watched_apt: Path
) -> None:
    command = [sys.executable, "-c", FETCH_FROM_DEBIAN]
    both = [
        subprocess.Popen(command, env=child_environment(), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=60)[0].strip() for process in both]
    assert answers == [str(cache_root() / "fashion_mnist")] * 2
    assert len(downloads_begun(watched_apt)) == 1
    assert sorted(path.name for path in cache_root().iterdir()) == [
        "fashion_mnist",
        "fashion_mnist.lock",
    ]


@needs_apt
def test_when_a_fetch_is_killed_then_nothing_half_done_is_used_or_left_behind(
    published: Path, watched_apt: Path
) -> None:
    (watched_apt / "stall").touch()
    fetching = subprocess.Popen([sys.executable, "-c", FETCH_FROM_DEBIAN], env=child_environment())
    deadline = time.monotonic() + 30
    while not downloads_begun(watched_apt) and time.monotonic() < deadline:
        time.sleep(0.05)
    fetching.send_signal(signal.SIGKILL)
    fetching.wait()
    (watched_apt / "stall").unlink()
    assert list(cache_root().glob(".partial-*"))
    with pytest.raises(AssetError, match="is not on this machine"):
        find_fashion_mnist()
    done = python(FETCH_FROM_DEBIAN)
    assert done.stdout.strip() == str(cache_root() / "fashion_mnist"), done.stderr
    assert not list(cache_root().glob(".partial-*"))


@needs_apt
def test_when_torchvisions_source_never_answers_then_debians_package_soon_heals_the_cache(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = cache_root() / "fashion_mnist" / RAW / TEST_LABELS.name
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"")
    monkeypatch.setattr(downloads, "FIRST_ANSWER_SECONDS", 1)
    # One that accepts connections and never says a word: worse than one that refuses them.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        only_apt_gets_out(monkeypatch, tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert find_fashion_mnist(fetch=True) == cache_root() / "fashion_mnist"
    assert hashlib.sha256(damaged.read_bytes()).hexdigest() == TEST_LABELS.sha256


def test_when_no_source_is_reached_then_the_error_says_what_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed_port: str
) -> None:
    if (Path("/") / downloads.DEBIAN_FOLDER).exists():
        pytest.skip("Debian's package is installed here, so that source cannot fail")
    (tmp_path / "apt.conf").write_text(f'Acquire::http::Proxy "{closed_port}";\n')
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))
    monkeypatch.setenv("https_proxy", closed_port)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(AssetError, match="could not be downloaded") as caught:
        find_fashion_mnist(fetch=True)
    tried = str(caught.value).splitlines()[1:3]
    assert tried[0].startswith(f"  torchvision's download: {tmp_path / 'no-python'} cannot be run")
    assert tried[1].startswith("  Debian's package dataset-fashion-mnist: ")
    assert "FASHION_MNIST_ROOT" in str(caught.value)
    assert [path.name for path in cache_root().iterdir()] == ["fashion_mnist.lock"]


@needs_apt
def test_when_the_package_lists_are_empty_then_an_ordinary_user_gets_debians_package(
    published: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch, closed_port: str
) -> None:
    only_apt_gets_out(monkeypatch, open_folder, closed_port)
    lists = open_folder / "no-lists" / "partial"
    lists.mkdir(parents=True)
    with (open_folder / "apt.conf").open("a") as configuration:
        configuration.write(f'Dir::State::lists "{lists.parent}";\n')
    cache = open_folder / "cache"
    done = python(AS_ORDINARY_USER, AUTOGRADER_CACHE=str(cache))
    assert done.stdout.strip() == str(cache / "fashion_mnist"), done.stderr
    assert [path.name for path in lists.parent.iterdir()] == ["partial"]


# --- the cache folder -------------------------------------------------------------------------


def test_the_cache_is_where_the_variables_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cache_root() == tmp_path / "cache"
    monkeypatch.delenv("AUTOGRADER_CACHE")
    assert cache_root() == tmp_path / "xdg" / "clip-autograder"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_root() == tmp_path / ".cache" / "clip-autograder"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_root() == tmp_path / ".cache" / "clip-autograder"


# --- models: what the tests work on -----------------------------------------------------------


def save_processor(folder: Path) -> None:
    """A processor with a tokenizer of CLIP's vocabulary size that spells words letter by letter.

    Written in the two-file form of version 4 and in the one-file form of version 5.
    """
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import CLIPImageProcessor, CLIPTokenizer

    letters = sorted(ByteLevel.alphabet())
    tokens = [*letters, *(f"{letter}</w>" for letter in letters)]
    tokens += [f"<|unused{number}|>" for number in range(49_406 - len(tokens))]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    CLIPTokenizer.from_pretrained(str(folder)).save_pretrained(folder)
    CLIPImageProcessor().save_pretrained(folder)


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete CLIP model of one layer a tower, with random weights."""
    from transformers import CLIPConfig, CLIPModel

    folder = tmp_path_factory.mktemp("small-model")
    tower = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "projection_dim": 8,
    }
    config = CLIPConfig(
        text_config=tower, vision_config={**tower, "patch_size": 112}, projection_dim=8
    )
    CLIPModel(config).save_pretrained(folder)
    save_processor(folder)
    return folder


@pytest.fixture(scope="session")
def base_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The architecture of ViT-B/32, whole, with random weights: 151 million numbers."""
    import torch
    from transformers import CLIPConfig, CLIPModel

    folder = tmp_path_factory.mktemp("base-model")
    # Initialising 151 million numbers takes longer than all the rest, and their values do not
    # matter here: built without storage, then filled with small ones.
    with torch.device("meta"):
        model = CLIPModel(CLIPConfig())
    model = model.to_empty(device="cpu")
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weights in model.parameters():
            weights.uniform_(-0.02, 0.02, generator=generator)
    model.save_pretrained(folder, safe_serialization=True)
    save_processor(folder)
    return folder


@pytest.fixture
def copied_model(small_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_model, tmp_path / "model"))


def image_and_text(model: Any, processor: Any) -> Any:
    from PIL import Image

    grey = Image.linear_gradient("L").resize((28, 28)).convert("RGB")
    inputs = processor(
        text=["a sandal", "an ankle boot"], images=[grey], return_tensors="pt", padding=True
    )
    return model(**inputs)


# --- models: found ----------------------------------------------------------------------------


def test_when_a_folder_is_named_then_it_is_the_snapshot(small_model: Path) -> None:
    snapshot = find_model(str(small_model))
    assert snapshot == ModelSnapshot(str(small_model), small_model.resolve(), is_stand_in=False)
    content = (small_model / "model.safetensors").read_bytes()
    assert snapshot.weights_sha256 == hashlib.sha256(content).hexdigest()


def test_when_no_name_is_given_then_the_variable_goes_before_the_stand_in(
    small_model: Path, copied_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(models.STAND_INS, "small", small_model)
    assert find_model() == ModelSnapshot("small", small_model, is_stand_in=True)
    monkeypatch.setenv("CLIP_MODEL", str(copied_model))
    assert find_model().path == copied_model
    # A kernel is given the folder, and has to learn the same from it.
    assert find_model(str(small_model)).is_stand_in


@pytest.mark.parametrize("name", ["small", "tiny"])
def test_the_stand_ins_of_this_installation_load(name: str) -> None:
    if not models.STAND_INS[name].is_dir():
        pytest.skip(f"the model {name} has not been trained here")
    snapshot = find_model(name)
    assert snapshot.is_stand_in
    model, processor = load_model(snapshot)
    assert image_and_text(model, processor).logits_per_image.shape == (1, 2)


def test_when_a_stand_in_is_missing_then_the_error_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(models.STAND_INS, "tiny", tmp_path / "none")
    with pytest.raises(AssetError, match="the kit's model tiny is missing"):
        find_model("tiny", fetch=True)


@pytest.mark.parametrize("name", ["/no/such/folder", "./none", "smal", "a/b/c"])
def test_when_a_name_is_none_then_the_error_says_what_a_name_may_be(name: str) -> None:
    with pytest.raises(AssetError, match="there is no model") as caught:
        find_model(name, fetch=True)
    assert name in str(caught.value)
    assert REFERENCE in str(caught.value)


def test_when_a_hub_model_is_missing_then_the_error_names_the_command() -> None:
    with pytest.raises(AssetError) as caught:
        find_model(REFERENCE)
    assert f"autograder assets fetch {REFERENCE}" in str(caught.value)
    assert str(cache_root() / "huggingface" / "hub") in str(caught.value)


@pytest.mark.parametrize("where", ["HF_HUB_CACHE", "HF_HOME", "AUTOGRADER_CACHE", "default"])
def test_a_hub_model_is_found_in_each_cache(
    small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub-cache"))
    cache = {
        "HF_HUB_CACHE": tmp_path / "hub-cache",
        "HF_HOME": tmp_path / "hf-home" / "hub",
        "AUTOGRADER_CACHE": tmp_path / "cache" / "huggingface" / "hub",
        "default": tmp_path / "xdg" / "huggingface" / "hub",
    }[where]
    snapshot = to_hub_layout(cache, REFERENCE, small_model)
    assert find_model(REFERENCE) == ModelSnapshot(REFERENCE, snapshot, is_stand_in=False)


def test_when_one_cache_is_damaged_then_a_whole_one_is_used_and_else_the_damage_is_named(
    copied_model: Path, small_model: Path, tmp_path: Path
) -> None:
    weights = copied_model / "model.safetensors"
    replace_file(weights, weights.read_bytes()[:-100])
    to_hub_layout(tmp_path / "hf-home" / "hub", REFERENCE, copied_model)
    with pytest.raises(AssetError, match="its header promises") as caught:
        find_model(REFERENCE)
    assert f"again with: autograder assets fetch {REFERENCE}" in str(caught.value)
    whole = to_hub_layout(cache_root() / "huggingface" / "hub", REFERENCE, small_model)
    assert find_model(REFERENCE).path == whole


# --- models: damage ---------------------------------------------------------------------------


def edit_config(folder: Path, **changes: object) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, **changes}), encoding="utf-8")


def remove(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)


def cut(folder: Path, name: str, size: int) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:size])


def drop_tensors(folder: Path, prefix: str) -> None:
    from safetensors.torch import load_file, save_file

    path = folder / "model.safetensors"
    kept = {name: value for name, value in load_file(path).items() if not name.startswith(prefix)}
    save_file(kept, path, metadata={"format": "pt"})


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda at: remove(at, "config.json"), "it has no config.json"),
        (lambda at: cut(at, "config.json", 20), "config.json is damaged"),
        (lambda at: edit_config(at, model_type="siglip"), "type 'siglip'; only 'clip'"),
        (lambda at: remove(at, "model.safetensors"), "holds no weights"),
        (lambda at: cut(at, "model.safetensors", -1), "its header promises"),
        (lambda at: cut(at, "model.safetensors", 100), "fewer than its header"),
        (lambda at: cut(at, "model.safetensors", 0), "0 bytes are fewer"),
        (
            lambda at: (at / "model.safetensors").write_bytes(struct.pack("<Q", 4) + b"oops"),
            "its header cannot be read",
        ),
        (
            lambda at: (at / "model.safetensors").write_text("version https://git-lfs" + " " * 99),
            "no safetensors file",
        ),
        (lambda at: drop_tensors(at, "visual_projection"), "visual_projection.weight is missing"),
        (
            lambda at: remove(at, "tokenizer.json", "vocab.json"),
            "lacks the files of its tokenizer",
        ),
        (
            lambda at: remove(at, "preprocessor_config.json", "processor_config.json"),
            "lacks the files of its image processor",
        ),
        (lambda at: cut(at, "tokenizer_config.json", 20), "tokenizer_config.json is damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_when_a_model_folder_is_damaged_then_the_error_names_file_and_damage(
    copied_model: Path, damage: Callable[[Path], object], said: str
) -> None:
    damage(copied_model)
    with pytest.raises(AssetError) as caught:
        find_model(str(copied_model))
    assert said in str(caught.value)
    assert str(copied_model) in str(caught.value)


@pytest.fixture
def pickled_model(copied_model: Path) -> Path:
    """The weights as ``pytorch_model.bin``, the only format of many older models."""
    import torch
    from safetensors.torch import load_file

    path = copied_model / "model.safetensors"
    torch.save(load_file(path), copied_model / "pytorch_model.bin")
    path.unlink()
    return copied_model


def test_weights_in_the_older_format_load(pickled_model: Path) -> None:
    model, processor = load_model(find_model(str(pickled_model)))
    assert image_and_text(model, processor).logits_per_image.shape == (1, 2)


@pytest.mark.parametrize("size", [0, 1000, -10])
def test_when_weights_in_the_older_format_are_cut_short_then_they_are_refused(
    pickled_model: Path, size: int
) -> None:
    cut(pickled_model, "pytorch_model.bin", size)
    with pytest.raises(AssetError, match=r"pytorch_model\.bin is damaged"):
        find_model(str(pickled_model))


def test_weights_in_several_files_are_checked_hashed_and_loaded(
    small_model: Path, tmp_path: Path
) -> None:
    from transformers import CLIPModel

    folder = tmp_path / "sharded"
    CLIPModel.from_pretrained(small_model).save_pretrained(folder, max_shard_size="100KB")
    save_processor(folder)
    shards = sorted(folder.glob("model-*.safetensors"))
    assert len(shards) > 1
    snapshot = find_model(str(folder))
    load_model(snapshot)
    lines = "".join(
        f"{hashlib.sha256(shard.read_bytes()).hexdigest()}  {shard.name}\n" for shard in shards
    )
    assert snapshot.weights_sha256 == hashlib.sha256(lines.encode()).hexdigest()
    shards[1].unlink()
    with pytest.raises(AssetError, match=f"{shards[1].name} is missing"):
        find_model(str(folder))


def test_the_checksum_of_weights_is_remembered_until_the_file_changes(copied_model: Path) -> None:
    snapshot = find_model(str(copied_model))
    truth = snapshot.weights_sha256
    (memory,) = (cache_root() / "checksums").glob("*.json")
    entry = json.loads(memory.read_text(encoding="utf-8"))
    memory.write_text(json.dumps({**entry, "sha256": "remembered"}), encoding="utf-8")
    assert snapshot.weights_sha256 == "remembered"
    weights = copied_model / "model.safetensors"
    times = weights.stat()
    replace_file(weights, flip_last_byte(weights.read_bytes()))
    # Not even a file of the same size and modification time is taken for the old one.
    os.utime(weights, ns=(times.st_atime_ns, times.st_mtime_ns))
    changed = snapshot.weights_sha256
    assert changed == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert changed != truth
    memory.write_text("{", encoding="utf-8")
    assert snapshot.weights_sha256 == changed


# --- models: that a submission names ------------------------------------------------------------


def change(folder: Path, name: str, **settings: Any) -> None:
    """Change settings in one of a model's JSON files, which need not be there yet."""
    path = folder / name
    content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    replace(path, json.dumps(content | settings))


def replace(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)  # its content may be shared with another copy
    path.write_text(text, encoding="utf-8")


def tower(folder: Path, name: str, **settings: Any) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    change(folder, "config.json", **{name: config[name] | settings})


def as_shards(folder: Path, shard: str) -> None:
    (folder / "model.safetensors").rename(folder / "one.safetensors")
    change(folder, "model.safetensors.index.json", weight_map={"logit_scale": shard})


Harm = tuple[Callable[[Path], None], str]
HARMFUL: dict[str, Harm] = {
    "code": (lambda f: change(f, "config.json", auto_map={"AutoModel": "evil.Evil"}), "'auto_map'"),
    "code of a processor": (
        lambda f: change(f, "processor_config.json", auto_map={"AutoProcessor": "evil.Evil"}),
        "'auto_map'",
    ),
    "a kernel of the hub": (
        lambda f: change(f, "config.json", attn_implementation="evil/attention"),
        "'attn_implementation'",
    ),
    "a kernel, further in": (
        lambda f: tower(f, "vision_config", _attn_implementation="evil/attention"),
        "'_attn_implementation'",
    ),
    "quantisation": (
        lambda f: change(f, "config.json", quantization_config={"quant_method": "gptq"}),
        "'quantization_config'",
    ),
    "an adapter": (lambda f: change(f, "adapter_config.json", x=1), "is an adapter"),
    "another model": (
        lambda f: change(f, "processor_config.json", audio_tokenizer={"x": "../evil"}),
        "'audio_tokenizer'",
    ),
    "another tokenizer": (
        lambda f: change(f, "tokenizer_config.json", tokenizer_class="EvilTokenizer"),
        "not CLIP's",
    ),
    "a file elsewhere": (
        lambda f: change(f, "tokenizer_config.json", vocab_file="/etc/passwd"),
        "'vocab_file'",
    ),
    "huge": (lambda f: tower(f, "text_config", hidden_size=10**9), "hidden_size is 1000000000"),
    "deep": (lambda f: tower(f, "vision_config", num_hidden_layers=10**6), "num_hidden_layers is"),
    "no number": (lambda f: tower(f, "vision_config", image_size="1e9"), "image_size is 1e9"),
    "larger than its weights": (
        lambda f: tower(f, "text_config", hidden_size=2048, num_hidden_layers=32),
        "weights, more than the",
    ),
    "patches": (lambda f: tower(f, "vision_config", patch_size=1), "patches a side"),
    "pictures": (
        lambda f: change(f, "preprocessor_config.json", size={"shortest_edge": 10**6}),
        "shortest_edge is 1000000",
    ),
    "nested": (lambda f: replace(f / "tokenizer_config.json", "[" * 100_000), "is damaged"),
    "a large small file": (
        lambda f: replace(f / "tokenizer_config.json", " " * (17 << 20)),
        "more than 16,777,216 bytes",
    ),
    "a shard elsewhere": (lambda f: as_shards(f, "../../evil.safetensors"), "no file beside it"),
    "an absolute shard": (lambda f: as_shards(f, "/evil.safetensors"), "no file beside it"),
}


@pytest.mark.parametrize(("harm", "said"), HARMFUL.values(), ids=HARMFUL)
def test_a_model_that_brings_more_than_numbers_is_not_loaded_for_a_submission(
    copied_model: Path, tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    harm(copied_model)
    to_hub_layout(tmp_path / "hf-home" / "hub", "owner/harmful", copied_model)
    with pytest.raises(AssetError, match=re.escape(said)):
        find_named_model("owner/harmful")


def test_weights_that_can_hold_a_program_are_not_loaded_for_a_submission(
    pickled_model: Path, tmp_path: Path
) -> None:
    to_hub_layout(tmp_path / "hf-home" / "hub", "owner/pickled", pickled_model)
    assert find_model("owner/pickled").path.is_dir()
    with pytest.raises(AssetError, match="offer it as the alternative model"):
        find_named_model("owner/pickled")


def test_the_usual_models_are_loaded_for_a_submission(
    tmp_path: Path, small_model: Path, base_model: Path
) -> None:
    for number, folder in enumerate((*models.STAND_INS.values(), small_model, base_model)):
        to_hub_layout(tmp_path / "hf-home" / "hub", f"owner/m{number}", folder)
        assert find_named_model(f"owner/m{number}").name == f"owner/m{number}"
    assert find_named_model("tiny") == find_model("tiny")


# --- models: loaded ---------------------------------------------------------------------------


def test_a_model_is_loaded_for_evaluation_in_float32_whatever_it_was_saved_in(
    small_model: Path, tmp_path: Path
) -> None:
    import torch
    from transformers import CLIPModel

    folder = Path(shutil.copytree(small_model, tmp_path / "half"))
    CLIPModel.from_pretrained(small_model).half().save_pretrained(folder)
    model, _ = load_model(find_model(str(folder)))
    assert {weights.dtype for weights in model.parameters()} == {torch.float32}
    assert not model.training


def test_when_weights_are_missing_then_no_random_ones_are_used(copied_model: Path) -> None:
    drop_tensors(copied_model, "vision_model.encoder.layers.0.self_attn")
    snapshot = find_model(str(copied_model))
    with pytest.raises(AssetError, match=r"lacks 8 of its weights.*vision_model\.encoder"):
        load_model(snapshot)


LOAD = """
import sys
calls = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        calls.append(arguments)
sys.addaudithook(watch)
from pathlib import Path
from PIL import Image
from autograder.clip.assets import find_model, load_model
snapshot = find_model(sys.argv[1])
model, processor = load_model(snapshot)
inputs = processor(
    text=["a sandal"], images=[Image.new("RGB", (28, 28))], return_tensors="pt", padding=True
)
outputs = model(**inputs)
print(snapshot.path)
print(tuple(outputs.text_embeds.shape), tuple(outputs.image_embeds.shape))
print(calls)
"""


def test_the_real_architecture_loads_from_a_folder(base_model: Path) -> None:
    model, processor = load_model(find_model(str(base_model)))
    assert sum(weights.numel() for weights in model.parameters()) == 151_277_313
    outputs = image_and_text(model, processor)
    assert outputs.image_embeds.shape == (1, 512)
    assert outputs.text_embeds.shape == (2, 512)
    assert outputs.logits_per_image.isfinite().all()


def test_the_real_architecture_is_found_by_its_id_silently_and_without_a_network(
    base_model: Path, tmp_path: Path
) -> None:
    snapshot = to_hub_layout(tmp_path / "hf-home" / "hub", REFERENCE, base_model)
    done = python(LOAD, REFERENCE)
    assert done.stdout.splitlines() == [str(snapshot), "(1, 512) (1, 512)", "[]"], done.stderr
    assert done.stderr == ""


# --- models: fetched --------------------------------------------------------------------------


@pytest.fixture
def hub(small_model: Path) -> Iterator[Site]:
    """A hub with one model, in two formats, and files that nobody needs."""
    files = {path.name: path.read_bytes() for path in small_model.iterdir()}
    files |= {"pytorch_model.bin": b"PK", "tf_model.h5": b"h5", "README.md": b"# CLIP"}
    commit = "0123456789abcdef0123456789abcdef01234567"
    siblings = [{"rfilename": name} for name in sorted(files)]
    about = {"id": REFERENCE, "modelId": REFERENCE, "sha": commit, "siblings": siblings}
    tree = [
        {
            "type": "file",
            "path": name,
            "size": len(content),
            "oid": hashlib.sha1(content).hexdigest(),
        }
        for name, content in sorted(files.items())
    ]

    def answers(path: str) -> tuple[bytes, dict[str, str]] | None:
        path = path.split("?")[0]
        as_json = {"Content-Type": "application/json"}
        if path.startswith(f"/api/models/{REFERENCE}/tree/"):
            return json.dumps(tree).encode(), as_json
        if path in (f"/api/models/{REFERENCE}", f"/api/models/{REFERENCE}/revision/main"):
            return json.dumps(about).encode(), as_json
        name = path.rsplit("/", 1)[-1]
        if f"/{REFERENCE}/resolve/" in path and name in files:
            etag = hashlib.sha256(files[name]).hexdigest()
            return files[name], {"ETag": f'"{etag}"', "X-Repo-Commit": commit}
        return None

    with Site(answers).running() as site:
        yield site


FETCH_MODEL = """
import sys
from autograder.clip.assets import find_model
from autograder.errors import AssetError
try:
    print(find_model(sys.argv[1], fetch=True).path)
except AssetError as error:
    print("AssetError:", error)
"""


def test_a_model_is_fetched_with_what_is_needed_and_no_more(hub: Site) -> None:
    done = python(FETCH_MODEL, REFERENCE, HF_ENDPOINT=hub.url)
    folder = Path(done.stdout.strip())
    assert folder.is_relative_to(cache_root() / "huggingface" / "hub"), done.stdout + done.stderr
    names = {path.name for path in folder.iterdir()}
    assert {"config.json", "model.safetensors", "preprocessor_config.json"} <= names
    assert not names & {"pytorch_model.bin", "tf_model.h5", "README.md"}
    # From here on without the hub.
    snapshot = find_model(REFERENCE)
    assert snapshot.path == folder
    load_model(snapshot)
    before = len(hub.requests)
    assert python(FETCH_MODEL, REFERENCE, HF_ENDPOINT=hub.url).stdout.strip() == str(folder)
    assert len(hub.requests) == before


def test_when_a_fetched_file_is_damaged_then_it_is_fetched_again(
    hub: Site,
) -> None:
    python(FETCH_MODEL, REFERENCE, HF_ENDPOINT=hub.url)
    folder = find_model(REFERENCE).path
    weights = (folder / "model.safetensors").resolve()
    whole = weights.read_bytes()
    replace_file(weights, whole[:-5])
    with pytest.raises(AssetError, match="its header promises"):
        find_model(REFERENCE)
    done = python(FETCH_MODEL, REFERENCE, HF_ENDPOINT=hub.url)
    assert done.stdout.strip() == str(folder), done.stdout + done.stderr
    assert (folder / "model.safetensors").read_bytes() == whole


def test_when_the_hub_is_not_reached_then_the_error_says_so(closed_port: str) -> None:
    done = python(FETCH_MODEL, REFERENCE, HF_ENDPOINT=closed_port)
    assert done.stdout.startswith(f"AssetError: the model {REFERENCE} could not be downloaded")
    assert "give the folder's path instead" in done.stdout


# --- what a kernel is given, what people are told ---------------------------------------------


def test_the_environment_names_model_data_and_alternative(
    small_model: Path, copied_model: Path, tmp_path: Path
) -> None:
    snapshot = find_model(str(small_model))
    alternative = find_model(str(copied_model))
    variables = offline_environment(snapshot, tmp_path, alternative)
    home = cache_root() / "huggingface"
    assert variables == {
        "CLIP_MODEL": str(small_model),
        "FASHION_MNIST_ROOT": str(tmp_path),
        "CLIP_ALTERNATIVE_MODEL": str(copied_model),
        "HF_HOME": str(home),
        "HF_HUB_CACHE": str(home / "hub"),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
    assert "CLIP_ALTERNATIVE_MODEL" not in offline_environment(snapshot, tmp_path)


@pytest.mark.parametrize("cache", ["hf-home/hub", "a-hub-cache"])
def test_with_the_environment_a_notebook_that_names_the_hub_model_finds_it_offline(
    small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: str
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / cache))
    folder = to_hub_layout(tmp_path / cache, REFERENCE, small_model)
    variables = offline_environment(find_model(REFERENCE), tmp_path)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "elsewhere"))
    # How from_pretrained turns the id into files, without the import of the model's code.
    done = python(
        "import sys\n"
        "from transformers.utils import cached_file\n"
        "print(cached_file(sys.argv[1], 'config.json'))\n"
        "print(cached_file(sys.argv[1], 'model.safetensors'))\n",
        REFERENCE,
        **variables,
    )
    wanted = [str(folder / "config.json"), str(folder / "model.safetensors")]
    assert done.stdout.splitlines() == wanted, done.stderr


@pytest.mark.parametrize("cache", ["hf-home/hub", "a-hub-cache"])
def test_a_room_shows_a_hub_model_where_it_says_that_the_cache_is(
    small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: str
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / cache))
    folder = to_hub_layout(tmp_path / cache, REFERENCE, small_model)
    for file in folder.iterdir():
        file.chmod(0o644)  # as root grades, kernels are of another user
    given = room_surroundings(find_model(REFERENCE), tmp_path)
    model, name = folder.parents[1], folder.relative_to(tmp_path / cache)
    assert given.folders[model] == f"{given.environment['HF_HUB_CACHE']}/{model.name}"
    assert given.environment["CLIP_MODEL"] == f"{given.environment['HF_HUB_CACHE']}/{name}"
    assert given.environment["HF_HUB_CACHE"] == f"{given.environment['HF_HOME']}/hub"


def test_the_reports_tell_ready_damaged_and_missing_apart(
    whole_root: Path, small_model: Path, copied_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASHION_MNIST_ROOT", str(whole_root))
    monkeypatch.setitem(models.STAND_INS, "small", small_model)
    cut(copied_model, "model.safetensors", 1000)
    monkeypatch.setenv("CLIP_MODEL", str(copied_model))
    reports = {report.what: report for report in describe(["not a name"])}
    data = reports["Fashion-MNIST"]
    assert (data.where, data.state, data.detail) == (whole_root, "ready", "")
    assert data.size >= sum(file.size for file in RAW_FILES)
    assert reports["model small"].state == "ready"
    damaged = reports[f"model {copied_model}"]
    assert (damaged.where, damaged.state) == (copied_model, "damaged")
    assert "model.safetensors" in damaged.detail
    missing = reports[f"model {REFERENCE}"]
    assert (missing.where, missing.state, missing.size) == (None, "missing", 0)
    assert "autograder assets fetch" in missing.detail
    assert reports["model not a name"].state == "missing"


def test_importing_the_package_is_cheap_and_everything_named_is_there() -> None:
    assert all(hasattr(assets, name) for name in assets.__all__)
    done = python(
        "import sys, autograder.clip.assets\n"
        "print({'torch', 'torchvision', 'transformers', 'huggingface_hub'} & set(sys.modules))"
    )
    assert done.stdout.strip() == "set()", done.stderr
