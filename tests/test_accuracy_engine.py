"""The fast image tower and the choice of a way, held against transformers' own forward pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from autograder.clip.accuracy import engine
from autograder.clip.accuracy.encoders import plain_image_encoder
from autograder.clip.accuracy.engine import (
    FAST,
    PLAIN,
    PRECISIONS,
    choose_batch_size,
    choose_precision,
    fast_image_encoder,
    open_engine,
    sparing,
)
from autograder.clip.accuracy.pixels import fast_pixels
from autograder.clip.accuracy.tower import ImageTower, UnknownArchitecture, tower_flops
from autograder.clip.reference import COSINE_TOLERANCE
from autograder.errors import AssetError, KitError
from tests.accuracy_models import drawn_images, image_processor, random_clip

IMAGES = drawn_images(24)


@pytest.fixture(scope="module")
def model() -> Any:
    return random_clip()


@pytest.fixture(scope="module")
def processor() -> Any:
    return image_processor(56)


def features(model: Any, pixels: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        output = model.get_image_features(pixel_values=pixels)
    return getattr(output, "pooler_output", output)


@pytest.mark.parametrize(
    "vision",
    [
        {},
        {"hidden_act": "gelu"},
        {"num_hidden_layers": 1},
        {"image_size": 60},  # four pixels are in no patch
        {"layer_norm_eps": 0.1},
    ],
    ids=str,
)
def test_tower_computes_what_transformers_does(vision: dict[str, Any]) -> None:
    model = random_clip(**vision)
    side = vision.get("image_size", 56)
    pixels = torch.randn(7, 3, side, side, generator=torch.Generator().manual_seed(1))
    wanted = features(model, pixels)
    with torch.inference_mode():
        made = ImageTower(model, torch.float32)(pixels)
    assert made.shape == wanted.shape
    assert (made - wanted).norm(dim=-1).max() <= 2e-6 * wanted.norm(dim=-1).min()
    # The model is as it was: the tower shares weights with it.
    assert torch.equal(features(model, pixels), wanted)


def test_tower_refuses_other_sizes_and_architectures(model: Any) -> None:
    with pytest.raises(ValueError, match="images of 28 x 28; this tower takes 56"):
        ImageTower(model, torch.float32)(torch.zeros(1, 3, 28, 28))
    with pytest.raises(UnknownArchitecture, match="relu"):
        ImageTower(random_clip(hidden_act="relu"), torch.float32)


class _WithoutLayers:
    """A model of another build: nothing but a configuration and a projection."""

    def __init__(self, model: Any) -> None:
        self.config = model.config
        self.visual_projection = model.visual_projection


def test_a_model_of_another_build_is_no_tower(model: Any) -> None:
    with pytest.raises(UnknownArchitecture, match="vision_model"):
        ImageTower(_WithoutLayers(model), torch.float32)


def test_flops_of_vit_b_32_and_of_a_sum_by_hand() -> None:
    from transformers import CLIPConfig

    class B32:
        config = CLIPConfig()  # the defaults are ViT-B/32's

    assert tower_flops(B32) == pytest.approx(8.82e9, rel=0.002)
    # The last layer alone: 12 times, so what is left out of it is a little under a twelfth.
    assert 0.92 < tower_flops(B32, shortened=True) / tower_flops(B32) < 0.95
    one = random_clip(
        num_hidden_layers=1, hidden_size=4, intermediate_size=8, num_attention_heads=1
    )
    # 16 patches of 588 values to 4; 17 tokens: 4 products 4 x 4, two of 17 x 4 x 17, two of 4 x 8;
    # the projection of one token to 24.
    by_hand = 16 * 588 * 4 + 17 * (4 * 16 + 2 * 17 * 4 + 2 * 4 * 8) + 4 * 24
    assert tower_flops(one) == 2 * by_hand


def test_the_whole_path_on_a_device_equals_the_plain_one(model: Any, processor: Any) -> None:
    """What CUDA runs, with the CPU as the device: bytes up, enlarged, normalised, embedded."""
    pixels = fast_pixels(processor, IMAGES[:4])
    encode = fast_image_encoder(model, processor, pixels, "cpu", PRECISIONS["float32"])
    rows = encode(IMAGES)
    wanted = plain_image_encoder(model, processor, "cpu")(IMAGES)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows - wanted, axis=1).max() <= COSINE_TOLERANCE
    # Without the fast pixels, as for a processor that they do not know.
    slow = fast_image_encoder(model, processor, None, "cpu", PRECISIONS["float32"])
    assert np.linalg.norm(slow(IMAGES) - wanted, axis=1).max() <= COSINE_TOLERANCE


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_half_precision_stays_within_its_tolerances(model: Any, processor: Any, name: str) -> None:
    precision = PRECISIONS[name]
    chosen = open_engine(model, processor, "cpu", IMAGES, precision=precision, batch_size=8)
    assert (chosen.way, chosen.precision.name) == (FAST, name)
    rows = chosen.encode(IMAGES)
    wanted = plain_image_encoder(model, processor, "cpu")(IMAGES)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5), "lengths are made 1 in float32"
    difference = np.linalg.norm(rows - wanted, axis=1).max()
    assert COSINE_TOLERANCE < difference <= precision.row_tolerance
    texts = np.random.default_rng(3).normal(size=(10, 24)).astype(np.float32)
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    moved = np.ptp((rows - wanted) @ texts.T, axis=1)
    assert moved.max() <= precision.margin_tolerance


def test_float32_is_fast_where_it_agrees(model: Any, processor: Any) -> None:
    precision = PRECISIONS["float32"]
    chosen = open_engine(model, processor, "cpu", IMAGES, precision=precision, batch_size=8)
    assert (chosen.way, chosen.notes) == (FAST, ())
    assert chosen.workers == torch.get_num_threads()
    assert 0 < chosen.difference <= COSINE_TOLERANCE


def test_a_fast_way_that_is_wrong_is_not_taken(
    model: Any, processor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wrong(ImageTower):
        def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
            made = super().forward(pixel_values)
            made[-1, 0] += 2e-2 * made[-1].norm()
            return made

    monkeypatch.setattr(engine, "ImageTower", Wrong)
    precision = PRECISIONS["float16"]
    chosen = open_engine(model, processor, "cpu", IMAGES, precision=precision, batch_size=8)
    assert (chosen.way, chosen.precision.name, chosen.workers) == (PLAIN, "float32", 1)
    assert "not the fast way in float16: its rows differ by 1." in chosen.notes[0]
    assert "not the fast way in float32" in chosen.notes[1]
    wanted = plain_image_encoder(model, processor, "cpu")(IMAGES)
    assert (chosen.encode(IMAGES) == wanted).all()


def test_when_half_precision_overflows_then_float32_is_taken(processor: Any) -> None:
    model = random_clip()
    with torch.no_grad():
        model.visual_projection.weight.mul_(1e6)
    chosen = open_engine(
        model, processor, "cpu", IMAGES, precision=PRECISIONS["float16"], batch_size=8
    )
    assert (chosen.way, chosen.precision.name) == (FAST, "float32")
    assert "float16: its rows are not finite" in chosen.notes[0]


def test_an_unknown_architecture_and_an_unknown_processor_go_the_plain_way() -> None:
    precision = PRECISIONS["float32"]
    bilinear = image_processor(56, resample=2)
    model = random_clip(hidden_act="relu")
    chosen = open_engine(model, bilinear, "cpu", IMAGES, precision=precision, batch_size=8)
    assert chosen.way == PLAIN
    assert "the processor" in chosen.notes[0]
    assert "activation relu" in chosen.notes[1]


def test_damaged_weights_are_no_reason_for_another_way(processor: Any) -> None:
    model = random_clip()
    with torch.no_grad():
        model.visual_projection.weight.fill_(float("nan"))
    with pytest.raises(AssetError, match="not finite"):
        open_engine(model, processor, "cpu", IMAGES, precision=PRECISIONS["float32"], batch_size=8)


def test_auto_takes_what_the_device_has_in_hardware(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_precision("auto", "cuda").name == "float16"
    assert choose_precision("auto", "mps").name == "float32"
    for has, name in ((True, "bfloat16"), (False, "float32")):
        monkeypatch.setattr(engine, "cpu_has_bfloat16", lambda has=has: has)
        assert choose_precision("auto", "cpu").name == name
    assert choose_precision("bfloat16", "cpu").dtype == torch.bfloat16
    with pytest.raises(KitError, match="--dtype int8 is unknown; choose one of float32, "):
        choose_precision("int8", "cpu")


def test_emulated_bfloat16_is_said_to_be(
    model: Any, processor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "cpu_has_bfloat16", lambda: False)
    precision = PRECISIONS["bfloat16"]
    chosen = open_engine(model, processor, "cpu", IMAGES, precision=precision, batch_size=8)
    assert "only emulates bfloat16" in chosen.notes[0]


def test_large_models_get_small_batches(model: Any) -> None:
    from transformers import CLIPConfig

    class B32:
        config = CLIPConfig()

    assert choose_batch_size(B32, "cpu") == 17
    assert choose_batch_size(model, "cpu") == 1000
    assert choose_batch_size(B32, "cuda") == 500


# Memory


def _out_of_cuda_memory() -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


def _out_of_cpu_memory() -> None:
    torch.empty(1 << 50)


def _out_of_numpy_memory() -> None:
    np.empty(1 << 50)


@pytest.mark.parametrize("run_out", [_out_of_cuda_memory, _out_of_cpu_memory, _out_of_numpy_memory])
def test_when_memory_runs_out_then_batches_are_halved_from_then_on(run_out: Any) -> None:
    tried: list[int] = []

    def encode(images: np.ndarray) -> np.ndarray:
        tried.append(len(images))
        if len(images) > 6:
            run_out()
        return images[:, 0, :4].astype(np.float32)

    encode_sparingly = sparing(encode)
    assert (encode_sparingly(IMAGES) == IMAGES[:, 0, :4]).all()
    assert tried == [24, 12, 6, 6, 6, 6]
    tried.clear()
    assert (encode_sparingly(IMAGES[:9]) == IMAGES[:9, 0, :4]).all()
    assert tried == [6, 3]


def test_when_there_is_no_room_for_one_image_then_the_error_says_what_to_do() -> None:
    def encode(images: np.ndarray) -> np.ndarray:
        _out_of_cpu_memory()
        return images

    with pytest.raises(KitError, match="not enough memory to embed a single image"):
        sparing(encode)(IMAGES[:2])


def test_other_errors_are_not_taken_for_lack_of_memory() -> None:
    calls: list[int] = []

    def encode(images: np.ndarray) -> np.ndarray:
        calls.append(len(images))
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        sparing(encode)(IMAGES)
    assert calls == [24]
