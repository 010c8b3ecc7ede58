"""Models of the hub that a notebook names: in grading they are found without a network, or stood in for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.clip.assets.models import REFERENCE_MODEL
from autograder.clip.reference import Reference
from autograder.clip.stand_ins import GradingExpected
from autograder.errors import AssetError
from autograder.kernel.isolation import BUBBLEWRAP, COLD
from tests.courses import SmallCourse, autograde, make_small_course, printing, submit
from tests.hub_caches import to_hub_layout
from tests.isolation import needs_bubblewrap

NAMED = "openai/clip-vit-base-patch16"
WIDTHS = (
    "\nfrom transformers import CLIPModel, CLIPProcessor\n"
    f'for name in ("{NAMED}", "{REFERENCE_MODEL}"):\n'
    "    CLIPProcessor.from_pretrained(name)\n"
    "    print(CLIPModel.from_pretrained(name).config.projection_dim)\n"
)


@pytest.fixture
def expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GradingExpected:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    (tmp_path / "hub" / "hub").mkdir(parents=True)
    return GradingExpected(Reference(find_model(), find_fashion_mnist()), find_model("tiny"))


def test_a_model_that_is_not_here_is_stood_in_for(expected: GradingExpected) -> None:
    assert expected.snapshot_named(NAMED) == find_model("tiny")
    assert expected.of_model(REFERENCE_MODEL) is expected


def test_a_model_that_a_course_has_in_a_folder_stands_in_for_the_usual_one(
    expected: GradingExpected, tmp_path: Path
) -> None:
    folder = shutil.copytree(find_model("small").path, tmp_path / "own")
    reference = Reference(find_model(str(folder)), find_fashion_mnist())
    own = GradingExpected(reference, find_model("tiny"))
    assert not reference.snapshot.is_stand_in
    assert own.of_model(REFERENCE_MODEL) is own
    assert own.snapshot_named(NAMED) == find_model("tiny")


def test_a_model_that_is_here_is_the_real_one(expected: GradingExpected, tmp_path: Path) -> None:
    to_hub_layout(tmp_path / "hub" / "hub", NAMED, find_model("small").path)
    snapshot = expected.snapshot_named(NAMED)
    assert snapshot.name == NAMED
    assert snapshot.path.is_relative_to(tmp_path)
    assert expected.models_named_in(f'"{NAMED}"') == {NAMED: snapshot}


@pytest.mark.parametrize("name", ["google/siglip/x", "../clip", "owner/evil", "bert-base", "/clip"])
def test_what_is_no_clip_model_of_the_hub_is_refused(expected: GradingExpected, name: str) -> None:
    with pytest.raises(AssetError):
        expected.snapshot_named(name)
    assert expected.models_named_in(f'"{name}"') == {}


@needs_bubblewrap
@pytest.mark.parametrize("way", [BUBBLEWRAP, COLD])
def test_a_graded_notebook_finds_the_models_that_it_names(tmp_path: Path, way: str) -> None:
    make_small_course(tmp_path)
    submit(tmp_path, "ada", printing(WIDTHS))
    course = SmallCourse(tmp_path, autograde(tmp_path, f"--RunAndJudge.isolation={way}"))
    (cell,) = (cell for cell in course.graded("ada").cells if "from_pretrained" in cell.source)
    shown = "".join(output.get("text", "") for output in cell.outputs)
    assert shown.split() == ["32", "64"], cell.outputs
