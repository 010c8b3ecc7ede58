"""The comparison's page, JSON and map: numbers agree, nothing is fetched, and a browser shows images on hover."""

from __future__ import annotations

import base64
import io
import itertools
import json
import re
import sys
import types
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image

from autograder.cli import main
from autograder.clip.accuracy import umap_map
from autograder.clip.accuracy.encoders import TestImages
from autograder.clip.accuracy.umap_map import (
    NEIGHBOURS,
    exact_neighbours,
    make_map,
    project,
    project_on_gpu,
)
from autograder.clip.compare.classify import Answers
from autograder.clip.compare.glyphs import GLYPHS
from autograder.clip.compare.measure import class_gains, compare, measure
from autograder.clip.compare.page import as_html
from autograder.clip.compare.pictures import sprite_sheet
from autograder.clip.compare.plan import Plan, Texts
from autograder.clip.compare.record import Comparison, EmbeddedWith, as_json
from autograder.clip.compare.tables import as_text, p_words
from autograder.clip.prompt_sets import CLASS_NAMES
from autograder.course import KIT
from tests.browser import needs_browser, opened, title

IMAGES = 120
HOSTILE = "<img src=//x onerror=\"document.title='ran'\"></script>"


def clusters(count: int = IMAGES, width: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Unit rows about ten directions, and which direction each belongs to."""
    generator = np.random.default_rng(2)
    labels = np.arange(count) % 10
    rows = generator.normal(size=(10, width))[labels] + 0.4 * generator.normal(size=(count, width))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32), labels.astype(np.int64)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """Three runs: two with scores, of which one is named as an attacker would, and a CNN's answers."""
    embeddings, labels = clusters()
    generator = np.random.default_rng(3)
    images = generator.integers(0, 256, (IMAGES, 28, 28), np.uint8)
    answers = []
    for name, noise in (("bare", 0.6), (HOSTILE, 0.3)):
        scores = np.eye(10)[labels] * 0.5 + noise * generator.normal(size=(IMAGES, 10))
        chosen = scores.argmax(axis=1)
        answers.append(
            Answers(
                name, "small", name, "one prompt a class", True, chosen,
                scores.astype(np.float32), 5.0,
            )
        )  # fmt: skip
    stored = np.where(generator.random(IMAGES) < 0.9, labels, (labels + 1) % 10)
    answers.append(Answers("CNN", "CNN", "", "answers from a file", False, stored, None, 1.0))
    runs = tuple(measure(one, labels) for one in answers)
    with pytest.MonkeyPatch.context() as patch:
        # What compiling UMAP takes is paid once, by the tests of the map.
        patch.setattr(umap_map, "project", lambda rows, seed, near: rows[:, :2].copy())
        drawn = make_map("small", embeddings, labels, 0)
    return Comparison(
        plan=Plan("A & B", (), (Texts("bare", ()),), (1, 3)),
        split=TestImages(images, labels),
        split_images=10_000,
        device="a CPU (cpu)",
        models=(EmbeddedWith("small", "0" * 64, True, 5.0, 1.0),),
        runs=runs,
        differences=tuple(
            compare(runs, first, second, 0) for first, second in itertools.combinations(range(3), 2)
        ),
        gains=tuple(class_gains(runs, index, labels, 0) for index in (1, 2)),
        maps=(drawn,),
        notes=("small: a stand-in.",),
    )


@pytest.fixture(scope="module")
def page(comparison: Comparison) -> str:
    return as_html(comparison)


class Found(HTMLParser):
    """Everything on a page that could load something, and every text alternative."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.unnamed: list[str] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for key in ("src", "href", "srcset", "poster", "data", "action"):
            if given.get(key) and not str(given[key]).startswith("#"):
                self.addresses.append(str(given[key]))
        if tag == "img" and "alt" not in given:
            self.unnamed.append(tag)
        if given.get("role") in ("img", "application", "region") and not given.get("aria-label"):
            self.unnamed.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))


def test_the_page_holds_all_that_it_shows(page: str) -> None:
    found = Found(page)
    assert found.addresses
    assert all(address.startswith("data:image/png;base64,") for address in found.addresses)
    assert found.unnamed == []
    assert len(set(found.ids)) == len(found.ids)
    assert "default-src 'none'" in page
    style = page[page.index("<style>") : page.index("</style>")]
    assert not re.search(r"@import|https?:|url\((?!#)", style)


def test_names_cannot_act(page: str) -> None:
    assert HOSTILE not in page
    assert "<img src=//x" not in page
    # One end for each script of the page's own.
    assert page.count("</script>") == len(re.findall(r"<script[ >]", page)) == 2


def test_the_page_shows_the_numbers_of_the_json(comparison: Comparison, page: str) -> None:
    content = as_json(comparison)
    json.dumps(content, allow_nan=False)
    for run in content["runs"]:
        assert f"{100 * run['accuracy']:.2f} %" in page
        for row in run["confusion_matrix"]:
            assert all(f">{count}</td>" in page for count in row)
    assert content["runs"][2]["top_k"] is None
    difference = content["differences"][0]
    assert difference["both_right"] + difference["only_first_right"] == sum(
        row[index] for index, row in enumerate(content["runs"][0]["confusion_matrix"])
    )
    assert f"{100 * difference['difference']:+.2f}".replace("-", "−") in page
    assert content["subset"]
    assert "SUBSET" in page


def test_each_chart_has_a_table(page: str) -> None:
    assert page.count("<summary>As a table</summary>") >= 4
    for name in CLASS_NAMES:
        assert f'<th scope="row">{name}</th>' in page


def test_colour_and_shape_tell_the_same(page: str) -> None:
    assert len(set(GLYPHS)) == 10
    charts = re.findall(r'<svg class="swatch".*?</svg>', page)
    assert (
        len({re.sub(r'class="[^"]*"', "", chart) for chart in charts}) >= 13
    )  # 3 runs, 10 classes


def test_the_terminal_table_is_short(comparison: Comparison) -> None:
    text = as_text(comparison)
    assert "SUBSET: the first 120 of 10,000" in text
    assert len([line for line in text.splitlines() if line.startswith(("bare", "CNN"))]) == 2
    assert max(map(len, text.splitlines())) < 200
    assert (p_words(0.00001), p_words(0.05)) == ("< 0.0001", "0.0500")


def test_a_sheet_holds_each_image_at_its_place() -> None:
    images = np.random.default_rng(0).integers(0, 256, (7, 4, 5), np.uint8)
    sheet = sprite_sheet(images, columns=3)
    assert sheet.shape == (12, 15)
    for row, image in enumerate(images):
        top, left = row // 3 * 4, row % 3 * 5
        assert np.array_equal(sheet[top : top + 4, left : left + 5], image)
    assert not sheet[8:, 5:].any()


def test_the_page_of_one_run_has_no_comparison(comparison: Comparison) -> None:
    alone = replace(
        comparison, runs=comparison.runs[2:], differences=(), gains=(), maps=(), notes=()
    )
    page = as_html(alone)
    assert 'id="gains"' not in page
    assert 'id="calibration"' not in page
    assert "<canvas" not in page
    assert Found(page).unnamed == []


# In a browser


ASK = """<script>addEventListener("load", () => setTimeout(() => {
const plane = document.getElementById("plane"), box = plane.getBoundingClientRect();
const picture = document.getElementById("picture");
const drawn = () => picture.getContext("2d").getImageData(0, 0, 28, 28).data.filter((_, at) => at % 4 === 0);
const seen = {before: plane.dataset.chosen ?? null};
for (let y = 5; y < box.height && plane.dataset.chosen === undefined; y += 5)
  for (let x = 5; x < box.width && plane.dataset.chosen === undefined; x += 5)
    plane.dispatchEvent(new PointerEvent("pointermove", {clientX: box.left + x, clientY: box.top + y}));
seen.hovered = plane.dataset.chosen; seen.picture = [...drawn()];
seen.words = document.getElementById("words").innerText;
const visited = new Set();
for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight"]) {
  plane.dispatchEvent(new KeyboardEvent("keydown", {key, cancelable: true})); visited.add(plane.dataset.chosen); }
seen.visited = visited.size;
const dots = () => plane.getContext("2d").getImageData(0, 0, plane.width, plane.height).data;
const ink = () => dots().reduce((sum, one) => sum + one, 0);
const all = ink(); document.querySelectorAll(".classes button").forEach((button) => button.click());
seen.hidden = ink() < all / 2; seen.pressed = document.querySelectorAll(".classes [aria-pressed=true]").length;
seen.wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
const loaded = performance.getEntriesByType("resource").map((one) => one.name);
seen.fetched = loaded.filter((name) => !name.startsWith("data:"));
document.title = encodeURIComponent(JSON.stringify(seen));
}, 300));</script>"""


@needs_browser
def test_in_a_browser_an_image_is_shown_on_hover_and_by_keys_and_nothing_is_fetched(
    comparison: Comparison, page: str, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    file.write_text(page.replace("</body>", ASK + "</body>"), encoding="utf-8")
    seen = json.loads(unquote(title(opened(file.as_uri(), tmp_path / "profile"))))
    assert seen["before"] is None
    row = int(seen["hovered"])
    image = comparison.split.images[row]
    assert np.array_equal(np.array(seen["picture"], np.uint8).reshape(28, 28), image)
    assert seen["words"].startswith(f"Image {row}: {CLASS_NAMES[comparison.split.labels[row]]}")
    for run in comparison.runs:
        answer = CLASS_NAMES[run.answers.predicted[row]]
        assert f"{'✓' if run.right[row] else '✗'} {run.name}: {answer}" in seen["words"]
    assert seen["visited"] >= 3
    assert seen["hidden"]
    assert seen["pressed"] == 0
    assert seen["fetched"] == []
    assert seen["wide"] <= 0


@needs_browser
def test_in_a_browser_a_phones_width_is_enough(page: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    ask = (
        "<script>addEventListener('load', () => setTimeout(() => parent.postMessage("
        "document.documentElement.scrollWidth, '*'), 300))</script>"
    )
    file.write_text(page.replace("</body>", ask + "</body>"), encoding="utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(
        "<script>addEventListener('message', (told) => { document.title = told.data; })</script>"
        '<iframe src="page.html" style="width: 400px; height: 800px; border: 0"></iframe>',
        encoding="utf-8",
    )
    assert 0 < int(title(opened(frame.as_uri(), tmp_path / "profile"))) <= 400


# The map


def test_exact_neighbours_agree_with_sorting_all_cosines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(umap_map, "_ROWS_AT_ONCE", 50)
    rows, _ = clusters()
    near, distances = exact_neighbours(rows, 6)
    cosines = rows.astype(np.float64) @ rows.T.astype(np.float64)
    assert np.array_equal(near, np.argsort(-cosines, axis=1)[:, :6])
    assert np.allclose(distances, 1 - np.sort(cosines, axis=1)[:, ::-1][:, :6], atol=1e-6)
    assert (distances >= 0).all()


def test_a_map_is_the_same_for_a_seed_and_keeps_neighbours() -> None:
    from sklearn.manifold import trustworthiness

    rows, labels = clusters()
    plane = project(rows, seed=4)
    assert plane.shape == (IMAGES, 2)
    assert np.array_equal(plane, project(rows, seed=4))
    assert trustworthiness(rows, plane, n_neighbors=NEIGHBOURS, metric="cosine") > 0.8
    with pytest.raises(ValueError, match="at least 50"):
        project(rows[:49], seed=0)
    found = make_map("m", rows, labels, seed=4)
    near, _ = exact_neighbours(rows, NEIGHBOURS + 1)
    for label in range(10):
        rows_of = np.flatnonzero(labels == label)
        kept = np.mean([labels[near[row][near[row] != row]] == label for row in rows_of])
        assert found.kept_in_embedding[label] == pytest.approx(kept)


def test_where_cuml_and_a_gpu_are_there_they_make_the_map(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    class Recorder:
        def __init__(self, **options: object) -> None:
            asked.update(options)

        def fit_transform(self, rows: np.ndarray) -> np.ndarray:
            return rows[:, :2]

    manifold = types.ModuleType("cuml.manifold")
    manifold.UMAP = Recorder  # type: ignore[attr-defined]
    package = types.ModuleType("cuml")
    package.manifold = manifold  # type: ignore[attr-defined]
    rows, labels = clusters()
    monkeypatch.setitem(sys.modules, "cuml", package)
    monkeypatch.setitem(sys.modules, "cuml.manifold", manifold)
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    found = make_map("m", rows, labels, seed=7)
    assert found.way == "cuML"
    assert np.array_equal(found.plane, rows[:, :2])
    assert (asked["random_state"], asked["metric"]) == (7, "cosine")
    assert np.array_equal(project_on_gpu(manifold, rows, 1), rows[:, :2])


# The command


def test_the_command_of_the_docs_compares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = (KIT / "docs" / "compare.md").read_text(encoding="utf-8")
    command, plan = re.findall(r"```(?:sh|toml)\n(.*?)```", shown, re.DOTALL)
    assert command.startswith("autograder accuracy --compare comparison.toml ")
    monkeypatch.chdir(tmp_path)
    Path("comparison.toml").write_text(plan, encoding="utf-8")
    # A subset, so that it takes seconds; all else as the page says.
    options = [*command.split()[1:], "--limit", "60", "--device", "cpu"]
    assert main(options) == 0
    content = json.loads(Path("comparison/comparison.json").read_text(encoding="utf-8"))
    texts = ("bare", "good", "templates", "both")
    names = [*(f"{model}, {text}" for model in ("small", "tiny") for text in texts), "CNN"]
    assert [run["name"] for run in content["runs"]] == names
    assert len(content["differences"]) == 36
    assert len(content["maps"]) == 2
    assert all(sum(run["class_sizes"]) == 60 for run in content["runs"])
    told = capsys.readouterr().out
    assert all(name in told for name in names)
    page = Path("comparison/comparison.html").read_text(encoding="utf-8")
    address = re.search(r'id="sheet" alt="" src="data:image/png;base64,([^"]+)"', page)
    assert address
    with Image.open(io.BytesIO(base64.b64decode(address[1]))) as sheet:
        assert sheet.size == (2800, 28)
    assert main([*options, "--prompts", "good"]) == 1
    assert "--prompts and --compare" in capsys.readouterr().err
    assert main([*options, "--model", "tiny"]) == 1
    assert "--model and --compare" in capsys.readouterr().err
    assert main([*options, "--limit", "0"]) == 1
    assert "--limit must" in capsys.readouterr().err
