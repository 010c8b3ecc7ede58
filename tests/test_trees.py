"""Large files of a submission: they come to the worker and back, and lie in no process's memory meanwhile."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.grading.trees import ChangedFileError, LargeFile, Tree, loaded, pack, unpack

LARGE = os.urandom(3 * 2**20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "submitted"
    (place / "data").mkdir(parents=True)
    (place / "task.ipynb").write_bytes(b"{}")
    (place / "data" / "large").write_bytes(LARGE)
    (place / "data" / "other").write_bytes(LARGE[::-1])
    return place


def only_large(path: str, sha256: str) -> bool:
    return path == "data/large"


def test_a_large_file_is_fetched_from_its_folder(folder: Path, tmp_path: Path) -> None:
    tree = pack(folder, is_elsewhere=only_large)
    assert [e.path for e in tree.entries if isinstance(e.data, LargeFile)] == ["data/large"]
    assert len(pickle.dumps(tree)) < len(LARGE) + 10_000  # the other one, which nobody else has
    unpack(tree, tmp_path / "copy", folder)
    assert pack(tmp_path / "copy") == pack(folder) == loaded(tree, folder)
    assert tree.digest() == pack(folder).digest()
    assert tree.file_digests() == pack(folder).file_digests()


@pytest.mark.parametrize("change", ["other bytes", "longer", "gone", "link", "pipe"])
def test_a_large_file_that_is_not_the_same_is_not_taken(
    folder: Path, tmp_path: Path, change: str
) -> None:
    tree = pack(folder, is_elsewhere=only_large)
    large = folder / "data" / "large"
    large.rename(tmp_path / "large")
    match change:
        case "other bytes":
            large.write_bytes(b"?" + LARGE[1:])
        case "longer":
            large.write_bytes(LARGE + b"?")
        case "link":
            large.symlink_to(tmp_path / "large")
        case "pipe":
            os.mkfifo(large)
    with pytest.raises(ChangedFileError, match="run this again"):
        unpack(tree, tmp_path / "copy", folder)
    with pytest.raises(ChangedFileError, match="data/large"):
        loaded(tree, folder)
    with pytest.raises(ChangedFileError):
        unpack(tree, tmp_path / "without")


WAY = """
import pickle, resource, sys
from pathlib import Path
from autograder.grading.trees import pack, unpack
folder = Path(sys.argv[1])
used = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = used()
tree = pickle.loads(pickle.dumps(pack(folder, is_elsewhere=lambda path, sha256: True)))
unpack(tree, folder.parent / "worker", folder)
handed_in = tree.file_digests()
graded = pack(folder.parent / "worker", is_elsewhere=lambda path, sha256: handed_in.get(path) == sha256)
unpack(pickle.loads(pickle.dumps(graded)), folder.parent / "graded", folder)
print(used() - before)
"""


def test_the_way_there_and_back_takes_no_memory_for_large_files(
    folder: Path, tmp_path: Path
) -> None:
    with (folder / "sparse").open("wb") as file:
        file.truncate(64 * 2**20)
    done = subprocess.run(
        [sys.executable, "-c", WAY, str(folder)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 16 * 1024  # KiB
    assert (tmp_path / "graded" / "sparse").stat().st_size == 64 * 2**20
    assert pack(tmp_path / "graded") == pack(folder)


def test_an_empty_tree_needs_no_folder(tmp_path: Path) -> None:
    unpack(Tree(), tmp_path / "copy")
    assert list((tmp_path / "copy").iterdir()) == []
