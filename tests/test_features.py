"""The feature store: what it answers equals what would be computed, and whatever is unusual is computed."""

from __future__ import annotations

import copy
import json
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import torch
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image
from transformers import CLIPModel
from transformers.modeling_outputs import BaseModelOutputWithPooling
from transformers.models.clip.image_processing_clip import CLIPImageProcessor

from autograder.assignments.assignment_2 import ASSIGNMENT as ASSIGNMENT_2
from autograder.authoring.command import SOURCE_NOTEBOOK
from autograder.clip.assets import find_model, room_surroundings
from autograder.clip.assets.loading import load_model
from autograder.clip.expected import Expected
from autograder.clip.features import command, store
from autograder.clip.features.building import digest, fill
from autograder.clip.features.inside.answers import Answers
from autograder.clip.features.inside.install import install
from autograder.clip.features.inside.stored import ABOUT, Store, row_key
from autograder.clip.features.offer import offer, offered, report
from autograder.clip.prompt_sets import CLASS_NAMES
from autograder.clip.reference import Reference
from autograder.judging.exercise import judge
from autograder.kernel.room import Bubblewrap
from autograder.kernel.runner import run_notebook
from autograder.kernel.surroundings import NOT_USED
from autograder.kernel.warm import WarmBubblewrap
from autograder.notebook.marks import grade_id
from autograder.verdicts import Status
from tests.accuracy_models import write_test_split
from tests.isolation import needs_bubblewrap
from tests.warm_rooms import LIMITS

IMAGES = 150
PROCESSOR = (CLIPImageProcessor.__module__, CLIPImageProcessor.__qualname__)
CLOSE = {"rtol": 0, "atol": 2e-6}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("AUTOGRADER_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def reference(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    generator = np.random.default_rng(0)
    # Smooth pictures: noise would lie at the processor's limits after resizing.
    waves = generator.uniform(0, 6, (IMAGES, 1, 1)) * np.linspace(0, 1, 28)[:, None]
    images = (127 + 120 * np.sin(waves + np.linspace(0, 5, 28))).astype(np.uint8)
    root = write_test_split(tmp_path_factory.mktemp("data"), images, np.arange(IMAGES) % 10)
    return Reference(find_model("tiny"), root)


@pytest.fixture(scope="module")
def filled(reference: Reference) -> Store:
    found = store.trusted(reference, may_fill=True)
    assert found.complaint == ""
    assert found.store is not None
    return found.store


@pytest.fixture
def wrapped(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Answers]:
    """Return a function that installs a store in this process, until the test's end."""
    for name in ("get_image_features", "get_text_features"):
        monkeypatch.setattr(CLIPModel, name, getattr(CLIPModel, name))
    monkeypatch.setattr(CLIPImageProcessor, "__call__", CLIPImageProcessor.__call__)
    return lambda folder: install([str(folder)], [PROCESSOR])


@pytest.fixture
def answers(filled: Store, wrapped: Callable[[Path], Answers]) -> Answers:
    return wrapped(filled.folder)


@pytest.fixture(scope="module")
def loaded(reference: Reference) -> tuple[Any, Any]:
    return load_model(reference.snapshot)


@pytest.fixture
def model(loaded: tuple[Any, Any]) -> Any:
    return copy.deepcopy(loaded[0])


@pytest.fixture
def processor(loaded: tuple[Any, Any]) -> Any:
    return copy.deepcopy(loaded[1])


@pytest.fixture(scope="module")
def pixels(reference: Reference) -> torch.Tensor:
    return torch.from_numpy(reference.pixel_values(range(16)))


def features(model: Any, *args: Any, **options: Any) -> Any:
    with torch.no_grad():
        return model.get_image_features(*args, **options).pooler_output


def computed(model: Any, *args: Any, **options: Any) -> Any:
    with torch.no_grad():
        return CLIPModel.get_image_features.__wrapped__(model, *args, **options).pooler_output


def test_features_of_known_images_are_those_that_would_be_computed(answers, model, pixels):
    for batch in (pixels, pixels[3:4], pixels[[5, 1, 1]], pixels.clone()):
        got = features(model, batch)
        assert got.dtype is torch.float32
        assert not got.requires_grad
        torch.testing.assert_close(got, computed(model, batch), **CLOSE)
    assert answers.report() == {
        "hits": 4, "computed": 0, "compared": answers.counts["compared"], "errors": 0, "mismatch": None,
    }  # fmt: skip


def test_all_images_are_known_and_the_reference_comes_from_the_same_pass(reference, filled):
    model = reference.loaded[0]
    for start in range(0, IMAGES, 50):
        rows = np.arange(start, start + 50)
        values = reference.pixel_values(rows)
        there = filled.rows("image", map(row_key, values))
        assert there is not None
        np.testing.assert_array_equal(filled.pixels(there), values)
        unit = filled.features("image", there)
        unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
        np.testing.assert_allclose(unit, reference.image_embeddings()[rows], rtol=0, atol=2e-7)
    assert reference.features_path.exists()
    assert not model.training


def test_the_stored_rows_do_not_stand_beside_the_data_sets_labels(reference, filled):
    labels = reference.labels()
    known = reference.image_embeddings()
    nearest = (filled.array("image_features") @ known.T).argmax(axis=1)
    assert (labels[nearest] == labels).mean() < 0.3
    ordered = store._in_order(reference, filled)
    unit = ordered / np.linalg.norm(ordered, axis=1, keepdims=True)
    np.testing.assert_allclose(unit, known, rtol=0, atol=2e-7)


def test_writing_into_an_answer_changes_no_other(answers, model, processor, pixels, reference):
    first = features(model, pixels)
    kept = first.clone()
    first.zero_()
    assert torch.equal(features(model, pixels), kept)
    pictures = [Image.fromarray(image) for image in reference.images()[:3]]
    values = processor(images=pictures, return_tensors="pt")["pixel_values"]
    values.zero_()
    assert processor(images=pictures, return_tensors="pt")["pixel_values"].any()


class OwnModel(CLIPModel):
    """As a student might derive it."""


def _hook(model: Any) -> Any:
    model.vision_model.encoder.layers[0].register_forward_hook(lambda *args: None)
    return model


def _own_forward(model: Any) -> Any:
    inner = model.visual_projection.forward
    model.visual_projection.forward = lambda values: 2 * inner(values)
    return model


def _data_edit(model: Any) -> Any:
    model.visual_projection.weight.data *= 2
    return model


def _one_number(model: Any) -> Any:
    """Change what no sample looks at, for sure: a number in the middle, by a view that torch knows nothing of."""
    weights = model.vision_model.encoder.layers[0].mlp.fc1.weight.detach().numpy()
    weights[weights.shape[0] // 2] *= 3
    return model


def _in_place(model: Any) -> Any:
    with torch.no_grad():
        model.visual_projection.weight.mul_(2)
    return model


def _replaced(model: Any) -> Any:
    model.visual_projection = torch.nn.Linear(
        *model.visual_projection.weight.shape[::-1], bias=False
    )
    return model


def _own_class(model: Any) -> Any:
    model.__class__ = OwnModel
    return model


def _setting(model: Any) -> Any:
    model.vision_model.post_layernorm.eps = 0.5
    return model


CHANGES = [
    _hook, _own_forward, _data_edit, _one_number, _in_place, _replaced, _own_class, _setting,
    lambda model: model.train(), lambda model: model.double(), lambda model: model.half().float(),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seen_before", [True, False])
def test_a_model_that_was_changed_computes(answers, model, pixels, change, seen_before):
    if seen_before:
        features(model, pixels)
        for known in answers._towers["image"].values():
            known.cell = -2  # as in the next cell: all is hashed again
    before = answers.counts["hits"]
    changed = change(model)
    batch = pixels.to(changed.visual_projection.weight.dtype)
    assert torch.equal(features(changed, batch), computed(changed, batch))
    assert answers.counts["hits"] == before
    assert answers.mismatch is None


def test_weights_that_were_put_back_are_known_again(answers, model, pixels):
    weights = copy.deepcopy(model.state_dict())
    features(_in_place(model), pixels)
    model.load_state_dict(weights)
    features(model, pixels)
    assert answers.counts["hits"] == 1


CALLS: dict[str, Callable[[Any, torch.Tensor], Any]] = {
    "gradients": lambda model, pixels: model.get_image_features(pixels),
    "an input with a gradient": lambda model, pixels: model.requires_grad_(
        False
    ).get_image_features(pixels.clone().requires_grad_()),
    "more than features": lambda model, pixels: features(model, pixels, output_hidden_states=True),
    "interpolation": lambda model, pixels: features(model, pixels, interpolate_pos_encoding=True),
    "a tuple": lambda model, pixels: model.get_image_features(pixels, return_dict=False),
    "one image that is not known": lambda model, pixels: features(
        model, torch.cat([pixels, pixels[:1] + 1])
    ),
}


@pytest.mark.parametrize("what", CALLS)
def test_an_unusual_call_computes(answers, model, pixels, what):
    CALLS[what](model, pixels)
    assert answers.report() == {
        "hits": 0, "computed": 1, "compared": 0, "errors": 0, "mismatch": None,
    }  # fmt: skip


def test_unusual_surroundings_compute(answers, model, pixels):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        features(model, pixels)
    with torch.device("cpu"):
        features(model, pixels)
    handle = torch.nn.modules.module.register_module_forward_hook(lambda *args: None)
    features(model, pixels)
    handle.remove()
    assert answers.counts["hits"] == 0


def test_inference_mode_and_frozen_models_are_answered(answers, model, pixels):
    with torch.inference_mode():
        assert model.get_image_features(pixels).pooler_output.is_inference()
    model.requires_grad_(False)
    assert not model.get_image_features(pixel_values=pixels).pooler_output.requires_grad
    assert answers.counts["hits"] == 2


LOOKS: dict[str, Callable[[Any], Any]] = {
    "last_hidden_state": lambda out: out.last_hidden_state,
    "index": lambda out: out[0],
    "slice": lambda out: out[:2][0],
    "key": lambda out: out["last_hidden_state"],
    "to_tuple": lambda out: out.to_tuple()[0],
    "dict": lambda out: dict(out)["last_hidden_state"],
    "unpacked": lambda out: {**out}["last_hidden_state"],
    "values": lambda out: list(out.values())[0],  # noqa: RUF015
    "iteration": lambda out: out[next(iter(out))],
    "vars": lambda out: vars(out)["last_hidden_state"],
    "copy": lambda out: copy.copy(out).last_hidden_state,
    "pickle": lambda out: pickle.loads(pickle.dumps(out)).last_hidden_state,
    "get": lambda out: out.get("last_hidden_state"),
    "reversed": lambda out: out[list(reversed(out))[-1]],
}


@pytest.mark.parametrize("how", LOOKS)
def test_the_other_fields_are_computed_when_somebody_looks(answers, model, pixels, how):
    with torch.no_grad():
        real = CLIPModel.get_image_features.__wrapped__(model, pixels)
        mine = pixels.clone()
        output = model.get_image_features(mine)
    mine.zero_()  # the output is of what was there at the call
    assert isinstance(output, BaseModelOutputWithPooling)
    assert output.__class__ is BaseModelOutputWithPooling
    assert torch.equal(output.pooler_output, output[1])
    torch.testing.assert_close(LOOKS[how](output), LOOKS[how](real), **CLOSE)
    assert type(output) is BaseModelOutputWithPooling
    assert list(output) == list(real)
    assert len(output) == len(real)
    assert output.hidden_states is None
    assert answers.counts["hits"] == 1


def test_an_output_can_be_changed_like_a_real_one(answers, model, pixels):
    with torch.no_grad():
        output = model.get_image_features(pixels)
        output.pooler_output = output.pooler_output / 2
        assert torch.equal(output["pooler_output"], features(model, pixels) / 2)
        output.attentions = (1,)
    assert list(output) == ["last_hidden_state", "pooler_output", "attentions"]
    assert torch.equal(output.pooler_output, features(model, pixels) / 2)
    assert not hasattr(output, "image_embeds")


def test_asking_for_what_no_output_has_computes_nothing(answers, model, pixels):
    with torch.no_grad():
        output = model.get_image_features(pixels)
    with pytest.raises(
        AttributeError, match="'BaseModelOutputWithPooling' object has no attribute"
    ):
        _ = output.image_embeds
    assert type(output) is not BaseModelOutputWithPooling  # nobody has looked yet


def test_texts_are_known_with_any_padding(answers, model, processor):
    for options in ({"padding": True}, {"padding": "max_length", "max_length": 40}):
        inputs = processor(text=list(CLASS_NAMES), return_tensors="pt", **options)
        with torch.no_grad():
            real = CLIPModel.get_text_features.__wrapped__(model, **inputs)
            output = model.get_text_features(**inputs)
            alone = model.get_text_features(inputs["input_ids"])
        torch.testing.assert_close(output.pooler_output, real.pooler_output, **CLOSE)
        torch.testing.assert_close(alone.pooler_output, real.pooler_output, **CLOSE)
        torch.testing.assert_close(output.last_hidden_state, real.last_hidden_state, **CLOSE)
    assert answers.counts["hits"] == 4
    other = processor(text=["an unheard-of text"], return_tensors="pt")
    model.get_text_features(**other)
    assert answers.counts["hits"] == 4


def test_pixels_of_known_pictures_are_the_processors_own_bits(answers, processor, reference):
    grey = [Image.fromarray(image) for image in reference.images()[[7, 2, 2, 90]]]
    plain = CLIPImageProcessor.__call__.__wrapped__
    for pictures in (grey, tuple(grey), grey[0], [picture.convert("RGB") for picture in grey]):
        real = plain(processor.image_processor, pictures, return_tensors="pt")
        got = processor.image_processor(pictures, return_tensors="pt")
        assert type(got) is type(real)
        assert list(got) == list(real)
        assert torch.equal(got["pixel_values"], real["pixel_values"])
        assert got["pixel_values"].stride() == real["pixel_values"].stride()
        assert torch.equal(
            processor(images=pictures, return_tensors="pt").pixel_values, real["pixel_values"]
        )
    assert answers.counts["hits"] == 8
    assert answers.counts["errors"] == 0


def _settings_changed(processor: Any, pictures: list[Any]) -> Any:
    processor.image_processor.do_rescale = False
    return processor(images=pictures, return_tensors="pt")


def _method_changed(processor: Any, pictures: list[Any]) -> Any:
    processor.image_processor.resize = lambda image, *args, **options: image
    return processor(images=pictures, return_tensors="pt")


PROCESSINGS: dict[str, Callable[[Any, list[Any]], Any]] = {
    "settings": _settings_changed,
    "a method": _method_changed,
    "an option": lambda processor, pictures: processor(
        images=pictures, return_tensors="pt", do_rescale=False
    ),
    "numpy": lambda processor, pictures: processor(images=pictures, return_tensors="np"),
    "arrays": lambda processor, pictures: processor(
        images=[np.array(picture.convert("RGB")) for picture in pictures], return_tensors="pt"
    ),
    "another picture": lambda processor, pictures: processor(
        images=[*pictures, Image.new("L", (28, 28), 3)], return_tensors="pt"
    ),
}


@pytest.mark.parametrize("what", PROCESSINGS)
def test_unusual_processing_is_done(answers, processor, reference, what):
    pictures = [Image.fromarray(image) for image in reference.images()[:3]]
    processor(images=pictures, return_tensors="pt")
    PROCESSINGS[what](processor, pictures)
    assert answers.counts["hits"] == 1
    assert answers.counts["computed"] == 1
    assert answers.mismatch is None


def damaged(filled: Store, folder: Path, change: Callable[[np.ndarray], None], name: str) -> Path:
    """Copy a store, with other content that its own description vouches for."""
    shutil.copytree(filled.folder, folder)
    array = np.load(folder / f"{name}.npy")
    change(array)
    np.save(folder / f"{name}.npy", array)
    about = json.loads((folder / ABOUT).read_text())
    about["digests"][name] = digest(folder / f"{name}.npy")
    (folder / ABOUT).write_text(json.dumps(about))
    return folder


def _double(array: np.ndarray) -> None:
    array *= 2


def test_a_kernel_that_finds_a_wrong_feature_stops_using_the_store(
    filled, wrapped, model, processor, pixels, reference, tmp_path
):
    answers = wrapped(damaged(filled, tmp_path / "wrong", _double, "image_features"))
    assert torch.equal(features(model, pixels), computed(model, pixels))
    assert "image" in str(answers.mismatch)
    processor(images=Image.fromarray(reference.images()[0]), return_tensors="pt")
    assert answers.counts["hits"] == 0


def test_a_kernel_that_finds_wrong_pixels_stops_using_the_store(
    filled, wrapped, processor, reference, tmp_path
):
    def brighter(levels: np.ndarray) -> None:
        levels += 1

    answers = wrapped(damaged(filled, tmp_path / "wrong", brighter, "levels"))
    processor(images=Image.fromarray(reference.images()[0]), return_tensors="pt")
    assert "pixels" in str(answers.mismatch)
    assert answers.counts["hits"] == 0


@pytest.mark.parametrize("name", ["image_features", "text_features", "levels"])
def test_the_grader_looks_before_a_store_is_used(filled, reference, monkeypatch, tmp_path, name):
    def other(array: np.ndarray) -> None:
        array[:] = array[::-1].copy()

    folder = damaged(filled, tmp_path / "wrong", other, name)
    monkeypatch.setattr(store, "_known", {})
    monkeypatch.setattr(store, "place_of", lambda reference: folder)
    trust = store.trusted(reference, may_fill=True)
    assert trust.store is None
    assert "are not used" in trust.complaint
    assert store.trusted(reference, may_fill=True) is trust


def test_a_damaged_store_counts_as_absent_and_is_made_again(
    filled, reference, monkeypatch, tmp_path
):
    place = tmp_path / "feature-store" / "one"
    shutil.copytree(filled.folder, place)
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path))
    monkeypatch.setattr(store, "_known", {})
    monkeypatch.setattr(store, "place_of", lambda reference: place)
    content = (place / "image_features.npy").read_bytes()
    (place / "image_features.npy").write_bytes(content[:-5])
    assert store.whole(place) is None
    trust = store.trusted(reference, may_fill=True)
    assert trust.store is not None
    assert (place / "image_features.npy").read_bytes() == content
    assert store.fill_store(reference) is None  # another process would find it there
    assert [report.images for report in store.reports()] == [IMAGES]


def test_without_room_on_the_disk_there_are_features_and_no_pixels(
    reference, monkeypatch, wrapped, model, pixels, tmp_path
):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=1000))
    fill(reference, tmp_path)
    assert not Store(tmp_path).has_levels
    answers = wrapped(tmp_path)
    with torch.no_grad():
        output = model.get_image_features(pixels)
        real = CLIPModel.get_image_features.__wrapped__(model, pixels)
    torch.testing.assert_close(output.last_hidden_state, real.last_hidden_state, **CLOSE)
    assert answers.counts["hits"] == 1


def test_a_cache_that_cannot_be_written_costs_time_only(reference, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(store, "_known", {})
    monkeypatch.setattr(store, "place_of", lambda reference: tmp_path / "nowhere")
    trust = store.trusted(reference, may_fill=True)
    assert trust.store is None
    assert "each kernel computes its own" in trust.complaint
    assert store.embeddings_by_filling(reference) is None


def test_with_transformers_4_answers_are_tensors(
    filled, model, pixels, wrapped, processor, monkeypatch
):
    plain = CLIPModel.get_image_features

    def get_image_features(self: Any, pixel_values: Any = None, **options: Any) -> torch.Tensor:
        return plain(self, pixel_values, **options).pooler_output

    monkeypatch.setattr(CLIPModel, "get_image_features", get_image_features)
    answers = wrapped(filled.folder)
    with torch.no_grad():
        got = model.get_image_features(pixels)
        torch.testing.assert_close(got, plain(model, pixels).pooler_output, **CLOSE)
    assert type(got) is torch.Tensor
    assert answers.counts["hits"] == 1


def test_the_command_says_what_is_kept_and_removes_it(
    filled, reference, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path))

    def said(action: str) -> str:
        parser = command.argparse.ArgumentParser()
        command.add_arguments(parser)
        assert command.main(parser.parse_args([action])) == 0
        return str(capsys.readouterr().out)

    assert "Nothing is kept" in said("status")
    shutil.copytree(filled.folder, tmp_path / "feature-store" / "one")
    assert "tiny: features and pixels of 150 images" in said("status")
    assert "gone" in said("remove")
    assert not (tmp_path / "feature-store").exists()


ROOM = """
import os, sys
import torch
from transformers import CLIPModel, CLIPProcessor
from torchvision.datasets import FashionMNIST
model = CLIPModel.from_pretrained(os.environ["CLIP_MODEL"]).eval()
processor = CLIPProcessor.from_pretrained(os.environ["CLIP_MODEL"])
data = FashionMNIST(os.environ["FASHION_MNIST_ROOT"], train=False)
pixels = processor(images=[data[i][0] for i in range(8)], return_tensors="pt")["pixel_values"]
with torch.no_grad():
    features = model.get_image_features(pixels).pooler_output
print([name for name in globals() if "store" in name or name in ("given", "json", "types")])
"""
WRITE = """
import pathlib
def refused(action):
    try:
        action()
    except OSError:
        return True
    return False
folder = pathlib.Path("/assets/features/0")
print(sorted(file.name for file in folder.iterdir()) != [], [
    refused(action)
    for action in (
        lambda: (folder / "image_features.npy").open("r+b"),
        lambda: (folder / "more").touch(),
        lambda: (folder / "about.json").unlink(),
        lambda: (folder / "about.json").chmod(0o777),
        lambda: folder.rename("/assets/features/1"),
    )
])
"""


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmBubblewrap]:
    with closing(WarmBubblewrap()) as isolation:
        yield isolation


@needs_bubblewrap
@pytest.mark.parametrize("kind", ["warm", "cold"])
def test_kernels_in_rooms_read_the_store_and_cannot_write_it(
    filled, reference, tmp_path, kind, loaded, pixels, warm
):
    given = offered([filled], hides_this_machine=True)
    surroundings = room_surroundings(reference.snapshot, reference.data_root)
    notebook = new_notebook(cells=[new_code_cell(ROOM), new_code_cell(WRITE)])
    notebook.cells[-1].metadata["nbgrader"] = {"grade": True, "grade_id": "end"}
    said: list[Any] = []

    def judge(cell: Any, student: Any) -> None:
        said.extend(student.fetch(name).array for name in ("features", "pixels"))

    run_notebook(
        notebook,
        files=tmp_path,
        environment=surroundings.environment,
        folders={**surroundings.folders, **given.folders},
        limits=LIMITS,
        judge=judge,
        isolation=warm if kind == "warm" else Bubblewrap(),
        startup=given.startup,
        ending=lambda student: said.append(report(student)),
    )
    printed = ["".join(_printed(output) for output in cell.outputs) for cell in notebook.cells]
    assert printed == ["[]\n", "True [True, True, True, True, True]\n"]
    np.testing.assert_array_equal(said[1], pixels[:8].numpy())
    np.testing.assert_allclose(said[0], computed_plainly(loaded[0], pixels[:8]), rtol=0, atol=2e-6)
    assert said[2]["hits"] == 2
    assert said[2]["mismatch"] is None
    assert said[2]["errors"] == 0


@needs_bubblewrap
def test_verdicts_are_the_same_with_a_store_and_without(filled, reference, tmp_path, warm):
    """The solved notebook up to its baseline, on the small data set; some checks miss 10,000 images, both times."""
    source = nbformat.read(SOURCE_NOTEBOOK, as_version=4)
    last = next(n for n, cell in enumerate(source.cells) if grade_id(cell) == "check_baseline")
    surroundings = room_surroundings(reference.snapshot, reference.data_root)
    expected = Expected(reference)
    found = []
    used: list[dict[str, Any]] = []
    for stores in ([], [filled]):
        given = offered(stores, hides_this_machine=True)
        notebook = copy.deepcopy(source)
        del notebook.cells[last + 1 :]
        verdicts = []

        def judge_cell(cell: Any, student: Any, verdicts: list[Any] = verdicts) -> None:
            verdicts.extend(judge(ASSIGNMENT_2, grade_id(cell), student, expected, seed=1).verdicts)

        run_notebook(
            notebook,
            files=tmp_path,
            environment=surroundings.environment,
            folders={**surroundings.folders, **given.folders},
            limits=LIMITS,
            judge=judge_cell,
            isolation=warm,
            startup=given.startup,
            ending=lambda student: used.append(report(student)),
        )
        found.append(verdicts)
    assert found[0] == found[1]
    assert sum(verdict.status is Status.PASSED for verdict in found[0]) > 15
    assert used[0] == {}
    assert used[1]["hits"] > 15


def test_what_a_kernel_is_offered_depends_on_its_notebook_and_on_trust(reference, monkeypatch):
    expected = Expected(reference)
    nothing = offer(expected, frozenset({"numpy"}), hides_this_machine=True)
    assert nothing.startup == ""
    wrong = store.Trust(None, "rows differ")
    monkeypatch.setattr("autograder.clip.features.offer.trusted", lambda *args, **options: wrong)
    refused = offer(expected, frozenset({"transformers"}), hides_this_machine=True)
    assert refused.startup == ""
    assert refused.folders == {}
    assert refused.complaints == (f"{NOT_USED}rows differ",)


def _printed(output: Any) -> str:
    """Return what was printed; a bar that counts weights is nothing of ours."""
    return str(output.text) if output.output_type == "stream" else output.get("evalue", "")


def computed_plainly(model: Any, pixels: torch.Tensor) -> Any:
    with torch.no_grad():
        return model.get_image_features(pixels).pooler_output.numpy()
