"""The accuracy run and the grader's reference, held against a plain loop written out here."""

from __future__ import annotations

import argparse
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.datasets import FashionMNIST

from autograder.clip import command
from autograder.clip.accuracy import device
from autograder.clip.accuracy.encoders import (
    TestImages,
    TextEncoder,
    encode_in_batches,
    load_test_images,
    plain_image_encoder,
    plain_text_encoder,
)
from autograder.clip.accuracy.pictures import draw_confusion_matrix, draw_map
from autograder.clip.accuracy.record import AccuracyRun, Setting, as_json
from autograder.clip.accuracy.run import EncodedImages, PromptSet, encode_images, score_prompts
from autograder.clip.accuracy.tables import run_as_text
from autograder.clip.accuracy.umap_map import project
from autograder.clip.assets import ModelSnapshot, find_fashion_mnist, find_model
from autograder.clip.assets.loading import load_model
from autograder.clip.prompt_sets import CLASS_NAMES, PROMPT_SETS
from autograder.clip.reference import (
    COSINE_TOLERANCE,
    MARGIN_TOLERANCE,
    Reference,
    count_uncertain,
    pixel_settings,
    read_features,
    write_features,
)
from autograder.clip.small_clip.tokenizer import learn_merges, save_tokenizer
from autograder.errors import AssetError, KitError
from solutions.top_k import get_top_k_predictions, top_k_accuracy
from tests.accuracy_models import drawn_images, write_test_split

IMAGES = 130
BARE, GOOD = PROMPT_SETS["bare"], PROMPT_SETS["good"]


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete CLIP with random weights whose processor has to enlarge the images."""
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel

    folder = tmp_path_factory.mktemp("clip")
    save_tokenizer(folder, learn_merges([*BARE, *GOOD], 30))
    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    tower = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2}
    last = len(vocabulary) - 1
    torch.manual_seed(0)
    model = CLIPModel(
        CLIPConfig(
            vision_config={**tower, "num_hidden_layers": 2, "image_size": 56, "patch_size": 14},
            text_config={
                **tower,
                "num_hidden_layers": 1,
                "vocab_size": last + 1,
                "bos_token_id": last - 1,
                "eos_token_id": last,
                "pad_token_id": last,
                "max_position_embeddings": 77,
            },
            projection_dim=24,
        )
    )
    model.save_pretrained(folder)
    side = {"height": 56, "width": 56}
    CLIPImageProcessor(size={"shortest_edge": 56}, crop_size=side).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def snapshot(clip_folder: Path) -> ModelSnapshot:
    return find_model(str(clip_folder))


@pytest.fixture(scope="module")
def small_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """130 images in the data set's format, so that the whole split is encoded in a second."""
    labels = np.random.default_rng(6).permutation(np.arange(IMAGES) % 10)
    return write_test_split(tmp_path_factory.mktemp("data"), drawn_images(IMAGES), labels)


@pytest.fixture(scope="module")
def real_root() -> Path:
    try:
        return find_fashion_mnist()
    except AssetError as error:
        pytest.skip(str(error))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("AUTOGRADER_CACHE", str(folder))
    return folder


@pytest.fixture
def reference(snapshot: ModelSnapshot, small_root: Path, cache: Path) -> Reference:
    return Reference(snapshot, small_root)


def plain_features(
    folder: Path, root: Path, prompt_sets: Sequence[Sequence[str]], limit: int | None = None
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """The loop as transformers' documentation has it, in batches of 16: rows, labels, texts."""
    from transformers import CLIPModel, CLIPProcessor

    model = CLIPModel.from_pretrained(folder).eval()
    processor = CLIPProcessor.from_pretrained(folder)

    def unit(output: object) -> np.ndarray:
        features = getattr(output, "pooler_output", output)
        return (features / features.norm(dim=-1, keepdim=True)).numpy()

    dataset = FashionMNIST(root, train=False, download=False)
    pairs = [dataset[index] for index in range(limit or len(dataset))]
    rows = []
    with torch.no_grad():
        for start in range(0, len(pairs), 16):
            pictures = [picture for picture, _ in pairs[start : start + 16]]
            pixels = processor(images=pictures, return_tensors="pt")["pixel_values"]
            rows.append(unit(model.get_image_features(pixel_values=pixels)))
        texts = [
            unit(
                model.get_text_features(
                    **processor(text=list(prompts), return_tensors="pt", padding=True)
                )
            )
            for prompts in prompt_sets
        ]
    return np.concatenate(rows), np.array([label for _, label in pairs]), texts


# The reference


def test_reference_equals_the_plain_loop(
    reference: Reference, snapshot: ModelSnapshot, small_root: Path
) -> None:
    rows, labels, (texts,) = plain_features(snapshot.path, small_root, [GOOD])
    embeddings = reference.image_embeddings()
    assert embeddings.dtype == np.float32
    assert embeddings.shape == (IMAGES, 24)
    assert np.linalg.norm(embeddings - rows, axis=1).max() <= COSINE_TOLERANCE
    assert (reference.labels() == labels).all()
    assert reference.labels().dtype == np.int64
    assert np.linalg.norm(reference.text_embeddings(GOOD) - texts, axis=1).max() <= COSINE_TOLERANCE
    assert np.abs(reference.similarity(GOOD) - rows @ texts.T).max() <= COSINE_TOLERANCE
    differing = (reference.predictions(GOOD) != (rows @ texts.T).argmax(axis=1)).sum()
    assert differing <= reference.uncertain(GOOD) < IMAGES / 10
    expected = np.mean((rows @ texts.T).argmax(axis=1) == labels)
    assert abs(reference.accuracy(GOOD) - expected) <= reference.uncertain(GOOD) / IMAGES


def test_reference_arrays_cannot_be_changed_by_a_check(reference: Reference) -> None:
    for array in (reference.image_embeddings(), reference.labels(), reference.similarity(BARE)):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_when_there_are_fewer_prompts_than_classes_then_no_accuracy(reference: Reference) -> None:
    with pytest.raises(ValueError, match="9 prompts for 10 classes"):
        reference.accuracy(BARE[:9])


def test_uncertain_counts_margins_below_the_tolerance() -> None:
    near, far = 0.4 * MARGIN_TOLERANCE, 4 * MARGIN_TOLERANCE
    rows = [[0.5, 0.5, 0.1], [0.2, 0.2 + far, 0.1], [0.1, 0.3, 0.3 + near], [0.1, 0.1, 0.9]]
    assert count_uncertain(np.array(rows)) == 2
    assert count_uncertain(np.array(rows)[:, :1]) == 0


def test_equal_prompts_are_all_uncertain(reference: Reference) -> None:
    assert reference.uncertain(["a shirt"] * 10) == IMAGES


@pytest.fixture
def keep_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_batch_size_and_threads_move_cosines_by_less_than_a_fifth_of_the_tolerance(
    snapshot: ModelSnapshot, small_root: Path, keep_threads: None
) -> None:
    model, processor = load_model(snapshot)
    encode, embed = (
        make(model, processor, "cpu") for make in (plain_image_encoder, plain_text_encoder)
    )
    images = load_test_images(small_root).images[:40]
    variants, texts = [], []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        for size in (1, 16, 500):
            batches = encode_in_batches(encode, images, size)
            variants.append(np.concatenate([rows for _, rows in batches]))
        texts.append(embed(GOOD))
        texts.append(np.concatenate([embed([prompt]) for prompt in GOOD]))
    cosines = np.stack([rows @ text.T for rows in variants for text in texts])
    assert np.ptp(cosines, axis=0).max() <= COSINE_TOLERANCE / 5


# The feature cache


def test_when_the_cache_holds_the_features_then_they_are_read(
    reference: Reference, snapshot: ModelSnapshot, small_root: Path, cache: Path
) -> None:
    first = reference.image_embeddings()
    path = reference.features_path
    assert path.parent == cache / "features"
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    # Moved by less than the sampling can see, so that reading can be told from computing.
    moved = first + np.float32(3e-7)
    write_features(path, moved, {})
    assert (Reference(snapshot, small_root).image_embeddings() == moved).all()


def _truncated(path: Path, rows: np.ndarray) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _empty(path: Path, rows: np.ndarray) -> None:
    path.write_bytes(b"")


def _other_digest(path: Path, rows: np.ndarray) -> None:
    changed = rows.copy()
    changed[3] = changed[4]
    np.savez(path, embeddings=changed, digest=np.load(path)["digest"])


def _without_digest(path: Path, rows: np.ndarray) -> None:
    np.savez(path, embeddings=rows)


def _pickled(path: Path, rows: np.ndarray) -> None:
    np.savez(path, embeddings=np.array([{"a": 1}], object), digest=np.array("x"))


def _forged(path: Path, rows: np.ndarray) -> None:
    write_features(path, np.ascontiguousarray(rows[::-1]), {})


def _not_finite(path: Path, rows: np.ndarray) -> None:
    changed = rows.copy()
    changed[5, 5] = np.nan
    write_features(path, changed, {})


def _too_few(path: Path, rows: np.ndarray) -> None:
    write_features(path, rows[:-1], {})


def _double(path: Path, rows: np.ndarray) -> None:
    write_features(path, rows.astype(np.float64), {})


def _long_rows(path: Path, rows: np.ndarray) -> None:
    write_features(path, 2 * rows, {})


@pytest.mark.parametrize(
    "spoil",
    [
        _truncated,
        _empty,
        _other_digest,
        _without_digest,
        _pickled,
        _forged,
        _not_finite,
        _too_few,
        _double,
        _long_rows,
    ],
)
def test_when_the_stored_features_are_off_then_they_are_computed_and_stored_again(
    reference: Reference,
    snapshot: ModelSnapshot,
    small_root: Path,
    spoil: Callable[[Path, np.ndarray], None],
) -> None:
    right = reference.image_embeddings()
    path = reference.features_path
    spoil(path, right)
    again = Reference(snapshot, small_root).image_embeddings()
    assert np.abs(again - right).max() <= COSINE_TOLERANCE
    assert (read_features(path, right.shape) == again).all()


def test_when_the_cache_cannot_be_written_then_the_result_is_the_same(
    reference: Reference,
    snapshot: ModelSnapshot,
    small_root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = reference.image_embeddings()
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path / "file"))
    again = Reference(snapshot, small_root).image_embeddings()
    assert np.abs(again - right).max() <= COSINE_TOLERANCE


def test_whatever_the_features_depend_on_changes_their_place(
    reference: Reference, snapshot: ModelSnapshot, small_root: Path, tmp_path: Path
) -> None:
    def place(change: Callable[[Path], None]) -> str:
        folder = tmp_path / f"model-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(snapshot.path, folder)
        change(folder)
        return Reference(find_model(str(folder)), small_root).features_path.name

    def in_json(name: str, *keys: str, to: object) -> Callable[[Path], None]:
        def change(folder: Path) -> None:
            content = json.loads((folder / name).read_text(encoding="utf-8"))
            inner = content
            for key in keys[:-1]:
                inner = inner[key]
            assert inner[keys[-1]] != to
            inner[keys[-1]] = to
            (folder / name).write_text(json.dumps(content), encoding="utf-8")

        return change

    def other_weights(folder: Path) -> None:
        from safetensors.torch import load_file, save_file

        state = load_file(folder / "model.safetensors")
        state["logit_scale"] += 1
        save_file(state, folder / "model.safetensors", metadata={"format": "pt"})

    here = reference.features_path.name
    assert place(lambda folder: None) == here, "the folder's name must not matter"
    other_images = write_test_split(tmp_path / "other", drawn_images(IMAGES, 7), reference.labels())
    other_labels = write_test_split(
        tmp_path / "relabelled", drawn_images(IMAGES), reference.labels()[::-1]
    )
    places = [
        here,
        place(other_weights),
        place(in_json("preprocessor_config.json", "image_mean", to=[0.5, 0.5, 0.5])),
        place(in_json("preprocessor_config.json", "resample", to=2)),
        place(in_json("preprocessor_config.json", "crop_size", to={"height": 42, "width": 42})),
        place(in_json("config.json", "vision_config", "hidden_act", to="gelu")),
        Reference(snapshot, other_images).features_path.name,
    ]
    assert len(set(places)) == len(places)
    assert Reference(snapshot, other_labels).features_path.name == here


def test_pixel_settings_do_not_depend_on_how_a_version_writes_them() -> None:
    one = {
        "size": {"shortest_edge": 224},
        "resample": Image.Resampling.BICUBIC,
        "rescale_factor": 1 / 255,
    }
    two = {
        "size": {"shortest_edge": 224, "height": None},
        "resample": 3,
        "rescale_factor": 0.00392156862745098,
    }
    assert pixel_settings({**one, "image_mean": (0.5,)}) == pixel_settings(
        {**two, "image_mean": [0.5]}
    )


# The computation, on hand-made embeddings


def hand_made() -> tuple[EncodedImages, TextEncoder]:
    """Six images of three classes; similarity to prompt c is entry c of a row."""
    rows = np.zeros((6, 10), np.float32)
    rows[0, [0, 1]] = 0.8, 0.6  # class 0, right
    rows[1, [1, 0]] = 0.8, 0.6  # class 0, taken for 1
    rows[2, [1]] = 1.0  # class 1, right
    rows[3, [9, 8, 1]] = 0.8, 0.5, 0.3  # class 1, third
    rows[4, [3, 4]] = 0.8, 0.6  # class 9, not found among the best two
    rows[5, [9]] = 1.0  # class 9, right
    labels = np.array([0, 0, 1, 1, 9, 9])
    return EncodedImages(rows, labels, 1.0), lambda prompts: np.eye(10, dtype=np.float32)


def test_figures_of_a_hand_made_example() -> None:
    encoded, texts = hand_made()
    result = score_prompts(encoded, texts, PromptSet("bare", BARE), (1, 2, 3, 10))
    assert (result.correct, result.accuracy) == (3, 0.5)
    assert result.top_k == {1: 3 / 6, 2: 4 / 6, 3: 5 / 6, 10: 1.0}
    confusion = np.array(result.confusion_matrix)
    cells = {(int(t), int(p)): int(confusion[t, p]) for t, p in np.argwhere(confusion)}
    assert cells == {(0, 0): 1, (0, 1): 1, (1, 1): 1, (1, 9): 1, (9, 3): 1, (9, 9): 1}
    assert result.recall == (0.5, 0.5, *[None] * 7, 0.5)
    assert result.uncertain == 0


def test_top_k_agrees_with_the_reference_solution() -> None:
    generator = np.random.default_rng(2)
    # Rounded, so that ties occur.
    rows = generator.normal(size=(400, 10)).round(1).astype(np.float32)
    labels = generator.integers(0, 10, 400)
    encoded = EncodedImages(rows, labels, 1.0)
    chosen = PromptSet("bare", BARE)
    result = score_prompts(encoded, lambda _: np.eye(10, dtype=np.float32), chosen, (1, 3, 5))
    for k, share in result.top_k.items():
        assert share == top_k_accuracy(labels, get_top_k_predictions(rows, k))
    assert result.top_k[1] == result.accuracy


def test_images_are_encoded_once_and_in_order() -> None:
    seen: list[int] = []

    def encoder(images: np.ndarray) -> np.ndarray:
        seen.extend(int(image[0, 0]) for image in images)
        return np.repeat(images[:, 0, :1], 4, axis=1).astype(np.float32)

    images = np.arange(23, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8)
    split = TestImages(images, np.arange(23) % 10)
    counted: list[int] = []
    encoded = encode_images(encoder, split, limit=19, batch_size=8, progress=counted.append)
    assert seen == list(range(19))
    assert counted == [8, 8, 3]
    assert (encoded.embeddings[:, 0] == np.arange(19)).all()
    assert (encoded.labels == split.labels[:19]).all()


@pytest.mark.parametrize("options", [{"limit": 0}, {"limit": 24}, {"limit": -1}, {"batch_size": 0}])
def test_encoding_refuses_numbers_out_of_range(options: dict[str, int]) -> None:
    split = TestImages(np.zeros((23, 28, 28), np.uint8), np.zeros(23, np.int64))
    with pytest.raises(KitError, match="must be"):
        encode_images(lambda images: np.ones((len(images), 4), np.float32), split, **options)


def test_scoring_refuses_nine_prompts_and_k_out_of_range() -> None:
    encoded, texts = hand_made()
    with pytest.raises(KitError, match="has 9 prompts"):
        score_prompts(encoded, texts, PromptSet("nine", BARE[:9]), (1,))
    with pytest.raises(KitError, match="from 1 to 10, not 11"):
        score_prompts(encoded, texts, PromptSet("bare", BARE), (11,))


def test_a_prompt_that_is_too_long_is_named(snapshot: ModelSnapshot) -> None:
    encode = plain_text_encoder(*load_model(snapshot), "cpu")
    with pytest.raises(KitError, match=r"'a photo of a shirt shirt .*tokens.*77 at most"):
        encode(["a dress", "a photo of a shirt" + " shirt" * 90])


def test_many_prompts_are_encoded_as_few_are(snapshot: ModelSnapshot) -> None:
    encode = plain_text_encoder(*load_model(snapshot), "cpu")
    prompts = [f"a photo of {number} shirts" for number in range(150)]
    together, last = encode(prompts), encode(prompts[-3:])
    assert together.shape == (150, 24)
    assert np.abs(together[-3:] - last).max() <= COSINE_TOLERANCE
    assert encode([]).shape == (0, 24)


def test_a_model_with_damaged_weights_is_refused(snapshot: ModelSnapshot) -> None:
    model, processor = load_model(snapshot)
    with torch.no_grad():
        model.visual_projection.weight.fill_(float("nan"))
    with pytest.raises(AssetError, match="not finite"):
        plain_image_encoder(model, processor, "cpu")(drawn_images(2))


# Text, record and pictures

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "schema", "data", "images", "images_in_split", "is_subset", "class_names", "model", "device",
        "dtype", "way", "margin_tolerance", "sample_difference", "notes", "batch_size", "seed",
        "seconds", "resumed_images", "images_per_second", "versions", "prompt_sets",
    ],
    "properties": {
        "schema": {"const": 1},
        "data": {"type": "string"},
        "images": {"type": "integer", "minimum": 1},
        "images_in_split": {"type": "integer"},
        "is_subset": {"type": "boolean"},
        "class_names": {"const": list(CLASS_NAMES)},
        "model": {
            "type": "object",
            "required": ["name", "weights_sha256", "is_stand_in"],
            "properties": {
                "weights_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "is_stand_in": {"type": "boolean"},
            },
        },
        "device": {
            "type": "object",
            "required": ["type", "name", "threads"],
            "properties": {
                "type": {"enum": ["cpu", "cuda", "mps"]},
                "name": {"type": "string", "minLength": 1},
            },
        },
        "dtype": {"const": "float32"},
        "way": {"enum": ["fast", "plain"]},
        "margin_tolerance": {"type": "number", "minimum": 0},
        "sample_difference": {"type": "number", "minimum": 0},
        "notes": {"type": "array", "items": {"type": "string"}},
        "resumed_images": {"type": "integer", "minimum": 0},
        "batch_size": {"type": "integer"},
        "seed": {"type": "integer"},
        "seconds": {"type": "number", "minimum": 0},
        "images_per_second": {"type": "number", "minimum": 0},
        "versions": {"type": "object", "required": ["python", "torch", "transformers", "numpy"]},
        "prompt_sets": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "prompts", "accuracy", "correct", "images", "uncertain",
                             "class_sizes", "recall", "top_k", "confusion_matrix"],
                "properties": {
                    "prompts": {"type": "array", "minItems": 10, "maxItems": 10},
                    "accuracy": {"type": "number", "minimum": 0, "maximum": 1},
                    "recall": {
                        "type": "array", "minItems": 10, "maxItems": 10,
                        "items": {"type": ["number", "null"]},
                    },
                    "top_k": {"type": "object", "minProperties": 1},
                    "confusion_matrix": {"type": "array", "minItems": 10, "maxItems": 10},
                },
            },
        },
    },
}  # fmt: skip


def hand_made_run(split_images: int) -> AccuracyRun:
    encoded, texts = hand_made()
    results = tuple(
        score_prompts(encoded, texts, PromptSet(name, prompts), (1, 3))
        for name, prompts in (("bare", BARE), ("good", GOOD))
    )
    setting = Setting("small", "ab" * 32, True, "cpu", "a processor", 2, 100, 0, split_images)
    return AccuracyRun(setting, 6, 0.5, results)


def test_text_shows_every_figure_and_that_the_model_is_a_stand_in() -> None:
    text = run_as_text(hand_made_run(6))
    assert "not zero-shot" in text
    assert "all 6 test images" in text
    assert "SUBSET" not in text
    assert re.search(r"^bare +0\.5000 +0\.5000 +0\.8333 +0$", text, re.MULTILINE)
    assert re.search(r"^Trouser +2 +0\.500 +0\.500$", text, re.MULTILINE)
    assert re.search(r"^Dress +0 +- +-$", text, re.MULTILINE)


def test_when_a_run_is_a_subset_then_text_says_so_first_and_last() -> None:
    lines = run_as_text(hand_made_run(10_000)).splitlines()
    for line in (lines[0], lines[-1]):
        assert "SUBSET: the first 6 of 10,000 test images" in line
        assert "NOT the test accuracy" in line


def test_a_long_path_is_shortened_at_its_beginning() -> None:
    run = hand_made_run(6)
    run = replace(run, setting=replace(run.setting, model="/folder" * 30 + "/my-clip"))
    first = run_as_text(run).splitlines()[0]
    assert "/my-clip (stand-in" in first
    assert len(first) < 140


def test_record_follows_the_schema_and_is_json() -> None:
    content = json.loads(json.dumps(as_json(hand_made_run(10_000)), allow_nan=False))
    jsonschema.validate(content, SCHEMA)
    assert content["is_subset"] is True
    assert content["prompt_sets"][0]["recall"][2] is None
    assert content["versions"]["torch"] == torch.__version__.partition("+")[0]


def assert_is_a_legible_picture(path: Path) -> None:
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert 900 <= picture.width <= 2_000
        assert 700 <= picture.height <= 2_000
        grey = np.asarray(picture.convert("L")).astype(int)
    inside = grey[100:-100, 100:-200]
    assert (inside < 128).mean() > 0.001, "hardly anything is drawn"
    assert len(np.unique(inside)) > 20
    # Nothing is cut off: the rim is white.
    rim = np.concatenate(
        [grey[:2].ravel(), grey[-2:].ravel(), grey[:, :2].ravel(), grey[:, -2:].ravel()]
    )
    assert (rim == 255).all()


def test_confusion_matrix_is_drawn(tmp_path: Path) -> None:
    run = hand_made_run(10_000)
    draw_confusion_matrix(run, run.results[0], tmp_path / "matrix.png")
    assert_is_a_legible_picture(tmp_path / "matrix.png")


def test_map_is_drawn_with_all_classes_and_with_one_point_a_class(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 10, 800)
    centres = generator.normal(size=(10, 2)) * 5
    plane = (centres[labels] + generator.normal(size=(800, 2))).astype(np.float32)
    draw_map(hand_made_run(10_000), plane, labels, tmp_path / "map.png")
    assert_is_a_legible_picture(tmp_path / "map.png")
    draw_map(hand_made_run(10_000), plane[:3], np.array([4, 4, 4]), tmp_path / "few.png")
    with Image.open(tmp_path / "few.png") as picture:
        colours = picture.convert("RGB").getcolors(1 << 20)
    purple = sum(n for n, (r, g, b) in colours if r - g > 60 and b - g > 60)
    assert purple > 100, "the three coats are not there"


def test_umap_keeps_clusters_together_and_needs_enough_images() -> None:
    generator = np.random.default_rng(1)
    labels = np.arange(90) % 3
    centres = np.eye(8, dtype=np.float32)[:3]
    embeddings = centres[labels] + 0.05 * generator.normal(size=(90, 8)).astype(np.float32)
    plane = project(embeddings, 0)
    assert plane.shape == (90, 2)
    middles = np.stack([plane[labels == index].mean(axis=0) for index in range(3)])
    nearest = np.linalg.norm(plane[:, None] - middles, axis=2).argmin(axis=1)
    assert (nearest == labels).mean() > 0.95
    with pytest.raises(ValueError, match="at least 50"):
        project(embeddings[:49], 0)


# The command


def run_command(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.main(parser.parse_args([str(argument) for argument in arguments]))


def check_command_against_plain_loop(
    name: str, folder: Path, root: Path, out: Path, printed: pytest.CaptureFixture[str]
) -> None:
    """Run the command on 200 images and compare every figure with the plain loop's."""
    options = ("--device", "cpu", "--limit", "200", "--no-umap", "--batch-size", "64")
    sets = ("--prompts", "bare", "--prompts", "good", "--top-k", "5,1,3")
    assert run_command("--model", name, "--data", root, "--out", out, *options, *sets) == 0
    record = json.loads((out / "accuracy.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, SCHEMA)
    assert (record["images"], record["is_subset"], record["images_in_split"]) == (200, True, 10_000)
    rows, labels, all_texts = plain_features(folder, root, [BARE, GOOD], 200)
    for result, texts in zip(record["prompt_sets"], all_texts, strict=True):
        similarity = rows @ texts.T
        slack = count_uncertain(similarity)
        assert slack <= 2, "the comparison would mean little"
        predicted = similarity.argmax(axis=1)
        confusion = np.zeros((10, 10), int)
        for true, guess in zip(labels, predicted, strict=True):
            confusion[true, guess] += 1
        assert np.abs(confusion - result["confusion_matrix"]).sum() <= 2 * slack
        assert abs(result["correct"] - (predicted == labels).sum()) <= slack
        assert result["accuracy"] == result["correct"] / 200
        assert list(result["top_k"]) == ["1", "3", "5"]
        for k, share in result["top_k"].items():
            best = np.argsort(-similarity, axis=1)[:, : int(k)]
            assert share == pytest.approx((best == labels[:, None]).any(axis=1).mean(), abs=0.01)
        assert_is_a_legible_picture(out / f"confusion_matrix_{result['name']}.png")
    assert not (out / "umap.png").exists()
    text = printed.readouterr().out
    assert "SUBSET: the first 200 of 10,000" in text
    for result in record["prompt_sets"]:
        assert f"{result['accuracy']:.4f}" in text


def test_command_equals_the_plain_loop_with_random_weights(
    clip_folder: Path,
    real_root: Path,
    cache: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    check_command_against_plain_loop(
        str(clip_folder), clip_folder, real_root, tmp_path / "out", capsys
    )


def test_command_equals_the_plain_loop_with_the_small_model(
    real_root: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        small = find_model("small")
    except AssetError as error:
        pytest.skip(str(error))
    check_command_against_plain_loop("small", small.path, real_root, tmp_path / "out", capsys)
    record = json.loads((tmp_path / "out" / "accuracy.json").read_text(encoding="utf-8"))
    assert record["model"]["is_stand_in"] is True
    bare, good = (result["accuracy"] for result in record["prompt_sets"])
    assert good > 0.5
    assert good > bare


def test_prompt_files_and_few_images(
    clip_folder: Path,
    real_root: Path,
    cache: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "my prompts.txt"
    file.write_text("\n".join(f"a {name}" for name in CLASS_NAMES), encoding="utf-8")
    out = tmp_path / "out"
    options = ("--limit", "20", "--prompts", file, "--out", out, "--data", real_root)
    assert run_command("--model", clip_folder, "--device", "cpu", *options) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "accuracy.json",
        "confusion_matrix_my_prompts.png",
    ]
    assert "no UMAP picture: 20 images are fewer than the 50" in capsys.readouterr().out
    record = json.loads((out / "accuracy.json").read_text(encoding="utf-8"))
    assert record["prompt_sets"][0]["prompts"] == [f"a {name}" for name in CLASS_NAMES]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--limit", "0"], "--limit must be at least 1, not 0"),
        (["--limit", "-5"], "not -5"),
        (["--batch-size", "0"], "--batch-size must be at least 1"),
        (["--device", "tpu"], "--device tpu is unknown; choose one of auto, cpu, cuda, mps"),
        (["--top-k", "1,11"], "'1,11' cannot be read"),
        (["--top-k", "0"], "numbers from 1 to 10"),
        (["--top-k", "one"], "'one' cannot be read"),
        (["--top-k", ""], "'' cannot be read"),
        (["--prompts", "nine.txt"], r"nine\.txt: 9 prompts"),
        (["--prompts", "no-such-set"], "no-such-set"),
        (["--prompts", "bare", "--prompts", "bare"], "a prompt set named bare already"),
        (["--model", "no-such-model"], "no-such-model"),
        (["--data", "nowhere"], "nowhere"),
        (["--out", "nine.txt"], r"--out .*nine\.txt cannot be made a folder"),
    ],
)
def test_when_an_option_cannot_be_used_then_the_error_says_what_can(
    arguments: list[str],
    message: str,
    clip_folder: Path,
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nine.txt").write_text("\n".join(CLASS_NAMES[:9]), encoding="utf-8")
    common = [] if "--model" in arguments else ["--model", str(clip_folder)]
    with pytest.raises(KitError, match=message):
        run_command(*common, "--no-umap", *arguments)


def test_when_the_limit_exceeds_the_split_then_the_error_says_how_many_there_are(
    clip_folder: Path, real_root: Path, cache: Path, tmp_path: Path
) -> None:
    with pytest.raises(KitError, match="10,001 is more than the 10,000"):
        run_command(
            "--model", clip_folder, "--data", real_root, "--out", tmp_path, "--limit", "10001"
        )


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_when_the_device_is_not_there_then_the_error_points_to_auto() -> None:
    with pytest.raises(KitError, match="no such device here; use --device auto"):
        device.choose_device("cuda")


def test_auto_takes_a_device_that_is_there() -> None:
    chosen = device.choose_device("auto")
    assert device.choose_device(chosen) == chosen
    assert device.device_name(chosen)
