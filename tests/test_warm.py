"""Kernels copied from a fork server: nothing leaks, everything works, and there is a way back to cold ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from autograder.kernel import fork_server
from autograder.kernel import warm as warm_module
from autograder.kernel.copies import ForkServerError
from autograder.kernel.warm import ForkServer, WarmBubblewrap
from tests.isolation import needs_bubblewrap
from tests.warm_rooms import run

pytestmark = needs_bubblewrap
KIT = Path(__file__).resolve().parent.parent

WORK = {
    "a matrix product by threads": """
import torch
a = torch.rand(600, 600)
print(bool((a @ a).isfinite().all()))
""",
    "training": """
layer = torch.nn.Linear(3, 1)
layer(torch.ones(2, 3)).sum().backward()
print(layer.weight.grad is not None)
""",
    "a transformer": """
import os
from PIL import Image
from transformers import CLIPModel, CLIPProcessor
model = CLIPModel.from_pretrained(os.environ["CLIP_MODEL"]).eval()
processor = CLIPProcessor.from_pretrained(os.environ["CLIP_MODEL"])
image = Image.new("RGB", (28, 28))
inputs = processor(text=["bag", "coat"], images=[image], return_tensors="pt", padding=True)
print(tuple(model(**inputs).logits_per_image.shape) == (1, 2))
""",
    "the data set by workers": """
import torchvision
from torch.utils.data import DataLoader
from torchvision.transforms import ToTensor
root = os.environ["FASHION_MNIST_ROOT"]
data = torchvision.datasets.FashionMNIST(root, train=False, transform=ToTensor())
batches = DataLoader(data, batch_size=2000, num_workers=2)
print(sum(len(labels) for _, labels in batches) == 10_000)
""",
    "joblib": """
from joblib import Parallel, delayed
print(Parallel(n_jobs=2)(delayed(abs)(i) for i in (-1, 2)) == [1, 2])
""",
    "multiprocessing": """
import multiprocessing
with multiprocessing.Pool(2) as pool:
    print(pool.map(abs, [-1, 2]) == [1, 2])
""",
    "numba by threads": """
import numba
import numpy as np
@numba.njit(parallel=True)
def total(x):
    s = 0.0
    for i in numba.prange(len(x)):
        s += x[i]
    return s
print(total(np.ones(1000)) == 1000.0)
""",
    "scikit-learn": """
from sklearn.metrics import confusion_matrix
print(confusion_matrix([0, 1], [0, 1]).trace() == 2)
""",
    "a picture": """
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.show()
print(True)
""",
    "tables and their pictures": """
import pandas as pd
import seaborn as sns
table = pd.DataFrame([[1, 0], [0, 1]], index=["bag", "coat"], columns=["bag", "coat"])
sns.heatmap(table, annot=True)
plt.show()
print(table.loc["bag", "bag"] == 1)
""",
    "scipy and a bar of progress": """
from scipy.stats import entropy
from tqdm.auto import tqdm
print(sum(entropy([1.0]) == 0 for _ in tqdm(range(2))) == 2)
""",
    "a subprocess": """
import subprocess
print(subprocess.run(["true"]).returncode == 0)
""",
}


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmBubblewrap]:
    with closing(WarmBubblewrap()) as isolation:
        yield isolation


def test_all_that_students_use_works_in_a_copy(warm, tmp_path):
    printed = dict(zip(WORK, run(warm, tmp_path, *WORK.values(), assets=True), strict=True))
    assert {what for what, said in printed.items() if "True" not in said.split()} == set(), printed
    assert printed["a picture"].startswith("[picture]")


def test_kernels_start_wherever_temporary_files_are(tmp_path, monkeypatch):
    # Folders that no room has, with a path that is too long for sockets whoever runs this.
    elsewhere, files = tmp_path / "elsewhere" / ("long" * 15), tmp_path / "files"
    elsewhere.mkdir(parents=True)
    files.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    compile_more = (
        "import numpy, umap.distances as of\n"
        "print(of.euclidean(numpy.array([3], 'int16'), numpy.array([1], 'int16')))"
    )
    with closing(WarmBubblewrap()) as isolation:
        assert run(isolation, files, compile_more) == ["2.0"]
        assert isolation._server is not None


def test_nothing_of_one_submission_is_seen_by_the_next(warm, tmp_path):
    first = run(
        warm,
        tmp_path,
        "import builtins, numpy, os, pathlib, random, sys\nnumpy.left = builtins.left = 1\nos.environ['LEFT'] = '1'\n"
        "pathlib.Path('left.txt').touch(); pathlib.Path('/tmp/left.txt').touch()\n"
        "print(random.random(), numpy.random.rand())",
        "print(os.getuid())",
    )
    second = run(
        warm,
        tmp_path,
        "import builtins, numpy, os, pathlib, random, sys\n"
        "print(hasattr(numpy, 'left'), hasattr(builtins, 'left'), 'LEFT' in os.environ)\n"
        "print(os.listdir('.'), os.listdir('/tmp'))",
        "print(random.random(), numpy.random.rand())",
        "print(os.getuid())",
        "print('autograder' in sys.modules, any('secret' in str(value).lower() for value in os.environ.values()))",
    )
    assert second[0].startswith("False False False\n[] ")
    assert "left.txt" not in second[0]
    assert set(first[0].split()).isdisjoint(second[1].split())
    assert second[3].split() == ["False", "False"]


def test_when_the_server_cannot_start_then_kernels_start_cold_and_it_is_said(
    tmp_path, monkeypatch, caplog
):
    broken = "raise OSError('no fork here')"
    monkeypatch.setattr("autograder.kernel.warm.text_of", lambda module: broken)
    with closing(WarmBubblewrap()) as isolation:
        assert run(isolation, tmp_path, "print(6 * 7)") == ["42"]
        assert run(isolation, tmp_path, "print(6 * 7)") == ["42"]
    warnings = [record.getMessage() for record in caplog.records if record.name.endswith("warm")]
    assert len(warnings) == 1
    assert "Kernels start from nothing" in warnings[0]


def test_when_the_server_ends_over_an_import_then_its_reason_is_said(tmp_path, monkeypatch, caplog):
    text = warm_module.text_of(fork_server)
    first = "    missing = [name for name in modules if name not in sys.modules]\n"
    assert first in text
    broken = text.replace(
        first, f"{first}    if 'tqdm.auto' in missing: raise OSError('no tqdm')\n"
    )
    monkeypatch.setattr(warm_module, "text_of", lambda module: broken)
    with closing(WarmBubblewrap()) as isolation:
        assert run(isolation, tmp_path, "import tqdm\nprint(6 * 7)") == ["42"]
    (warning,) = [r.getMessage() for r in caplog.records if r.name == warm_module.__name__]
    assert warning.endswith("OSError: no tqdm")


def test_when_the_server_ends_while_a_room_is_made_then_the_kernel_starts_cold(
    tmp_path, monkeypatch
):
    def ended(*_: object) -> None:
        raise ForkServerError("it has ended")

    monkeypatch.setattr(warm_module, "_request_kernel", ended)
    (tmp_path / "notes.txt").write_text("with the room's files")
    with closing(WarmBubblewrap()) as isolation:
        printed = run(isolation, tmp_path, "print(open('notes.txt').read())")
    assert printed == ["with the room's files"]


def test_when_the_grader_is_killed_then_server_and_kernels_end(tmp_path):
    mark = f"{time.time_ns() % 10**9}.75"
    program = (
        "from pathlib import Path\nfrom autograder.kernel import warm\n"
        "from autograder.kernel.warm import WarmBubblewrap\nfrom tests.warm_rooms import run\n"
        "class Telling(warm.ForkServer):\n    def __init__(self, variables):\n"
        "        super().__init__(variables)\n        print(self._scratch.name, flush=True)\n"
        "warm.ForkServer = Telling\n"
        f"run(WarmBubblewrap(), Path({str(tmp_path)!r}), \"import subprocess\\nsubprocess.run(['sleep', '{mark}'])\")"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=KIT, stdout=subprocess.PIPE, text=True
    ) as grader:
        assert grader.stdout is not None
        folder = Path(grader.stdout.readline().strip())
        deadline = time.monotonic() + 120
        while not _with(mark) and time.monotonic() < deadline:
            time.sleep(0.1)
        family = psutil.Process(grader.pid).children(recursive=True)
        assert (folder / "compiled").is_dir()
        assert _with(mark)
        os.kill(grader.pid, signal.SIGKILL)
    gone, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert len(gone) >= 3
    assert not _with(mark)
    assert not folder.exists()


def test_a_server_that_starts_says_nothing_that_could_be_taken_for_a_reason() -> None:
    with closing(ForkServer({"PATH": os.environ["PATH"]})) as server:
        server.wait_until_ready()
        assert server.last_words() == ""


@pytest.mark.parametrize("moment", ["while the server imports", "with its message unread"])
def test_a_server_clears_up_whenever_the_grader_is_killed(moment: str) -> None:
    program = (
        "import os, select, time\nfrom autograder.kernel.warm import ForkServer\n"
        "server = ForkServer({'PATH': os.environ['PATH']})\n"
        f"if {moment == 'with its message unread'}:\n    select.select([server._socket], [], [])\n"
        "print(server._scratch.name, flush=True)\ntime.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=KIT, stdout=subprocess.PIPE, text=True
    ) as grader:
        assert grader.stdout is not None
        folder = Path(grader.stdout.readline().strip())
        (server,) = psutil.Process(grader.pid).children()
        assert folder.is_dir()
        grader.kill()
    server.wait(timeout=60)
    assert not folder.exists()


def _with(mark: str) -> list[int]:
    found = psutil.process_iter(["cmdline"])
    return [p.pid for p in found if (p.info["cmdline"] or [""])[-1] == mark]


def test_who_needs_umap_waits_until_it_is_compiled_once_for_all(tmp_path, monkeypatch):
    """A server that notes what it would compile, half a minute's work; `test_demo.py` has the real one."""
    whole = warm_module.text_of(fork_server)
    noting = (
        f"{whole}\ndef _compile_umap():\n    import builtins\n"
        "    builtins.compiled = getattr(builtins, 'compiled', 0) + 1\n"
    )
    monkeypatch.setattr(warm_module, "text_of", lambda module: noting)
    ask = "import builtins\nprint(getattr(builtins, 'compiled', 0))"
    needs_umap = f"if False:\n    import umap\n{ask}"
    with closing(WarmBubblewrap()) as isolation:
        sources = (ask, needs_umap, ask, needs_umap)
        assert [run(isolation, tmp_path, source) for source in sources] == [["0"]] + 3 * [["1"]]


def test_when_the_server_that_has_compiled_umap_is_killed_then_another_takes_its_place(
    tmp_path, monkeypatch
):
    idle = f"{warm_module.text_of(fork_server)}\ndef _compile_umap():\n    pass\n"
    monkeypatch.setattr(warm_module, "text_of", lambda module: idle)
    with closing(WarmBubblewrap()) as isolation:
        run(isolation, tmp_path, "if False:\n    import umap")
        assert isolation._server is not None
        first = psutil.Process(isolation._server._process.pid)
        (successor,) = first.children()
        successor.kill()
        first.wait(10)
        assert run(isolation, tmp_path, "print(6 * 7)") == ["42"]
        assert isolation._server is not None
        assert isolation._server.is_alive()  # so it was not from nothing


def test_what_numba_has_compiled_is_there_for_the_next_server(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path / "cache"))
    first = warm_module.ForkServer({"PATH": os.environ["PATH"]})
    first.wait_until_ready()
    made = Path(first.compiled) / "umap_x"
    made.mkdir(parents=True, exist_ok=True)
    (made / "f.1.nbc").write_bytes(b"machine code")
    (made / "f.2.nbc.tmp.1234").write_bytes(b"half of")
    kill = first._process.kill
    # On a busy machine much time may pass before it; a server that saw its socket closed would clear up meanwhile.
    monkeypatch.setattr(first._process, "kill", lambda: (time.sleep(1), kill()))
    first.close()
    second = warm_module.ForkServer({"PATH": os.environ["PATH"]})
    try:
        kept = Path(second.compiled) / "umap_x"
        assert [path.name for path in kept.iterdir()] == ["f.1.nbc"]
    finally:
        second.close()


def test_an_import_that_starts_a_thread_is_named_with_the_thread(tmp_path, monkeypatch):
    module = "import threading\nrun = threading.Event()\nthreading.Thread(target=run.wait, name='t').start()\n"
    (tmp_path / "restless.py").write_text(module)
    monkeypatch.syspath_prepend(tmp_path)
    try:
        with pytest.raises(
            RuntimeError, match=r"import of \['restless'\] started threads \['.+'\]"
        ):
            fork_server._import(("json", "restless"))
    finally:
        sys.modules.pop("restless").run.set()


def test_pyarrow_is_told_to_start_no_thread() -> None:
    """Pandas imports it where it is installed, and scikit-learn pandas; Arrow's jemalloc reads the variable."""
    with closing(ForkServer({"PATH": os.environ["PATH"]})) as server:
        server.wait_until_ready()
        variables = Path(f"/proc/{server._process.pid}/environ").read_bytes().split(b"\0")
    assert b"JE_ARROW_MALLOC_CONF=background_thread:false" in variables
