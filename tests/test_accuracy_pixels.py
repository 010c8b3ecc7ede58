"""The fast way from bytes to pixel values, held against the processors bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from autograder.clip.accuracy.encoders import load_test_images, preprocess
from autograder.clip.accuracy.pixels import fast_pixels
from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.clip.assets.loading import load_model
from autograder.errors import AssetError
from tests.accuracy_models import drawn_images, image_processor, pillow_processor


@pytest.fixture(scope="module")
def test_images() -> np.ndarray:
    try:
        return load_test_images(find_fashion_mnist()).images
    except AssetError as error:
        pytest.skip(str(error))


def differing_values(processor: Any, images: np.ndarray) -> int:
    """Count values whose bits are not the processor's."""
    pixels = fast_pixels(processor, images[:8])
    assert pixels is not None, "the fast way does not know this processor"
    # By weights alone, as on a GPU, and with the library's kernel where it is the processor's.
    ways = [replace(pixels, resized=None)] + [pixels] * (pixels.resized is not None)
    differing = 0
    for start in range(0, len(images), 500):
        batch = images[start : start + 500]
        wanted = preprocess(processor, batch)
        for way in ways:
            made = way(torch.from_numpy(batch))
            assert made.shape == wanted.shape
            assert made.dtype == torch.float32
            differing += int((made.view(torch.int32) != wanted.view(torch.int32)).sum())
    return differing


def test_all_test_images_are_bit_for_bit_as_the_small_models_processor_gives_them(
    test_images: np.ndarray,
) -> None:
    try:
        _, processor = load_model(find_model("small"))
    except AssetError as error:
        pytest.skip(str(error))
    assert len(test_images) == 10_000
    assert differing_values(processor, test_images) == 0


@pytest.mark.parametrize("make", [image_processor, pillow_processor])
def test_a_sample_at_224_pixels_is_bit_for_bit_as_both_backends_give_it(
    make: Callable[[int], Any], test_images: np.ndarray
) -> None:
    # With all 10,000 images and either backend the count is 0 as well; that takes minutes.
    assert differing_values(make(224), test_images[::50]) == 0


@pytest.mark.parametrize("side", [20, 28, 31, 56, 336])
@pytest.mark.parametrize("make", [image_processor, pillow_processor])
def test_other_sides_and_hard_edges(make: Callable[[int], Any], side: int) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (12, 28, 28), np.uint8)
    edges = 255 * (noise > 127).astype(np.uint8)  # overshoots on both sides have to be cut off
    assert differing_values(make(side), np.concatenate([noise, edges, drawn_images(8)])) == 0


def test_cropping_is_done_by_leaving_rows_out() -> None:
    processor = image_processor(
        60, size={"shortest_edge": 60}, crop_size={"height": 49, "width": 49}
    )
    assert differing_values(processor, drawn_images(20)) == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"resample": 2},  # bilinear
        {"size": {"height": 56, "width": 40}},
        {"crop_size": {"height": 80, "width": 80}},  # pads
        {"do_normalize": False},
        {"image_mean": [0.5]},
    ],
    ids=str,
)
def test_what_the_fast_way_does_not_know_is_left_to_the_processor(settings: Any) -> None:
    processor = image_processor(56, **settings)
    assert fast_pixels(processor, drawn_images(4)) is None


def test_a_processor_that_does_not_do_what_its_settings_say_is_found_out() -> None:
    class Odd:
        def __init__(self) -> None:
            self.real = image_processor(56)

        def to_dict(self) -> dict[str, Any]:
            return self.real.to_dict()

        def __call__(self, **inputs: Any) -> Any:
            made = self.real(**inputs)
            made["pixel_values"][1, 2, 30, 30] += 1e-6
            return made

    assert fast_pixels(image_processor(56), drawn_images(4)) is not None
    assert fast_pixels(Odd(), drawn_images(4)) is None


def test_the_librarys_kernel_is_used_only_where_it_is_the_processors() -> None:
    by_torch = fast_pixels(image_processor(56), drawn_images(4))
    by_pillow = fast_pixels(pillow_processor(56), drawn_images(4))
    assert by_torch is not None
    assert by_pillow is not None
    assert (by_torch.resized, by_pillow.resized) == (56, None)
    assert by_torch.to("meta").resized is None, "other devices have no kernel for bytes"


def test_no_images_give_no_pixel_values() -> None:
    pixels = fast_pixels(image_processor(56), drawn_images(4))
    assert pixels is not None
    assert pixels(torch.empty((0, 28, 28), dtype=torch.uint8)).shape == (0, 3, 56, 56)
