"""Machine code of UMAP's functions is kept from one process to the next, and gives the same map."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.kernel import compiled

pytestmark = pytest.mark.kernel

TAKES_A_DISTANCE = """
import json, sys
from autograder.kernel.kept_code import keep_code
keep_code()
import numpy
from pynndescent import distances
from pynndescent.pynndescent_ import init_random
from pynndescent.utils import make_heap
DRAWN = numpy.random.default_rng(1).integers(-(2**31), 2**31, 3)
rows = numpy.random.default_rng(0).normal(size=(50, 8)).astype(numpy.float32)
found = {}
for distance in (distances.euclidean, distances.cosine):
    heap = make_heap(50, 5)
    init_random(5, rows, heap, distance, numpy.array(DRAWN))
    found[distance.py_func.__name__] = float(heap[1][numpy.isfinite(heap[1])].sum())
stats = init_random.stats
print(json.dumps([found, sum(stats.cache_hits.values()), sum(stats.cache_misses.values())]))
"""


def run(folder: Path) -> tuple[dict[str, float], int, int]:
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", TAKES_A_DISTANCE],
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found, hits, misses = json.loads(done.stdout)
    return found, hits, misses


def test_functions_that_take_a_distance_are_compiled_once_for_all_processes(tmp_path: Path) -> None:
    first, second = run(tmp_path), run(tmp_path)
    files = sorted(tmp_path.rglob("*.nbc"))
    third = run(tmp_path)
    assert [found[1:] for found in (first, second, third)] == [(0, 2), (2, 0), (2, 0)]
    assert first[0] == second[0] == third[0]
    assert len(set(first[0].values())) == 2  # each distance has code of its own
    assert sorted(tmp_path.rglob("*.nbc")) == files  # nothing piles up


def test_code_of_other_versions_is_not_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path / "cache"))
    (made := tmp_path / "made").mkdir()
    (made / "f.1.nbc").write_bytes(b"machine code")
    compiled.keep(made)
    compiled.copy_kept(tmp_path / "same")
    assert (tmp_path / "same" / "f.1.nbc").read_bytes() == b"machine code"
    monkeypatch.setattr(compiled, "version", lambda package: "99")
    compiled.copy_kept(tmp_path / "other")
    assert not (tmp_path / "other").exists()
