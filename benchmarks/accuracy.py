"""The accuracy run beside the ways that people know: how many images a second, and of how much the machine can do.

python -m benchmarks.accuracy [--images N] [--rounds N]

All ways embed the same images with the same weights, ViT-B/32's architecture at 224 pixels with random numbers, in
one process and in turns, round after round; the table has medians. Beside them stands what a large
`torch.matmul` of the same number format reaches in the same rounds. Ratios are what to read: a machine
that others use as well is slower for all ways alike.

Rates count the whole tower's operations for each way, by `autograder.clip.accuracy.tower.tower_flops`, whether or not a
way leaves some out. open_clip joins in where it is installed (`pip install open_clip_torch`).
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image

from autograder.clip.accuracy.encoders import (
    Floats,
    Greys,
    ImageEncoder,
    TestImages,
    load_test_images,
    plain_image_encoder,
    preprocess,
)
from autograder.clip.accuracy.engine import (
    PRECISIONS,
    choose_batch_size,
    cpu_has_bfloat16,
    fast_image_encoder,
    open_engine,
)
from autograder.clip.accuracy.pixels import fast_pixels
from autograder.clip.accuracy.run import encode_images
from autograder.clip.accuracy.tower import tower_flops
from autograder.clip.assets import find_fashion_mnist
from autograder.clip.prompt_sets import CLASS_NAMES
from benchmarks.base_model import random_base_model

IMAGES = 64
ROUNDS = 3

SEED_BATCH = 16
"""Batch size of the assignment's own loader."""

PEER_TOLERANCE = 1e-4
"""Largest distance of unit rows of two float32 computations, one of which resizes with Pillow and in float."""

PRODUCT_SIDE = 2048
EMULATED = 64
"""Emulated number formats get so many times fewer operations."""

PIXEL_IMAGES = 1000
"""Images that are preprocessed both ways."""

PROMPT_TOKENS = 8
"""About what "a photo of an ankle boot" has, with its start and end."""


@dataclass(frozen=True)
class Way:
    """A way of embedding images.

    Attributes:
        name: for the table.
        embed: does it, once, for the images that it is given; the result is not looked at.
    """

    name: str
    embed: Callable[[Greys], object]


def pillow_processor() -> Any:
    """Return CLIP's image processor with Pillow as its backend."""
    try:
        from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
    except ImportError:  # transformers 4
        from transformers import CLIPImageProcessor as CLIPImageProcessorPil
    return CLIPImageProcessorPil()


def seed_way(model: Any, device: str = "cpu") -> Way:
    """The assignment as it was handed out: Pillow, batches of 16, the ten prompts embedded in every batch."""
    processor = pillow_processor()
    tokens = torch.randint(0, 400, (len(CLASS_NAMES), PROMPT_TOKENS)).to(device)
    tokens[:, -1] = model.config.text_config.vocab_size - 1

    def embed(images: Greys) -> None:
        for start in range(0, len(images), SEED_BATCH):
            pictures = [Image.fromarray(image) for image in images[start : start + SEED_BATCH]]
            pixels = processor(images=pictures, return_tensors="pt")["pixel_values"].to(device)
            with torch.no_grad():
                model.get_image_features(pixel_values=pixels)
                model.get_text_features(input_ids=tokens, attention_mask=torch.ones_like(tokens))

    return Way(
        f"the assignment's own loop: Pillow, batch {SEED_BATCH}, texts in every batch", embed
    )


def open_clip_way(model: Any, images: Greys) -> Way | None:
    """open_clip's ViT-B/32 with its own preprocessing and the same weights; None where it is not installed."""
    try:
        import open_clip
    except ImportError:
        return None
    peer, _, transform = open_clip.create_model_and_transforms(
        "ViT-B-32-quickgelu", pretrained=None
    )
    peer.visual.load_state_dict(open_clip_weights(model))
    peer.eval()

    def embed(images: Greys) -> torch.Tensor:
        parts = []
        for start in range(0, len(images), SEED_BATCH):
            batch = images[start : start + SEED_BATCH]
            with torch.inference_mode():
                pixels = torch.stack([transform(Image.fromarray(image)) for image in batch])
                parts.append(peer.encode_image(pixels, normalize=True))
        return torch.cat(parts)

    few = images[:4]
    ours = plain_image_encoder(model, pillow_processor(), "cpu")(few)
    distance = float(np.linalg.norm(embed(few).numpy() - ours, axis=1).max())
    if distance > PEER_TOLERANCE:
        raise RuntimeError(f"open_clip's embeddings differ by {distance:.1e} with the same weights")
    return Way(f"open_clip {open_clip.__version__}, its own transform, batch {SEED_BATCH}", embed)


def open_clip_weights(model: Any) -> dict[str, torch.Tensor]:
    """Return the weights of a `CLIPModel`'s image tower by the names that open_clip gives them."""
    tower = model.vision_model
    norms = {"ln_pre": tower.pre_layrnorm, "ln_post": tower.post_layernorm}
    weights = {
        "class_embedding": tower.embeddings.class_embedding,
        "positional_embedding": tower.embeddings.position_embedding.weight,
        "conv1.weight": tower.embeddings.patch_embedding.weight,
        "proj": model.visual_projection.weight.T,
    }
    for number, layer in enumerate(tower.encoder.layers):
        block = f"transformer.resblocks.{number}"
        attention = layer.self_attn
        three = (attention.q_proj, attention.k_proj, attention.v_proj)
        weights[f"{block}.attn.in_proj_weight"] = torch.cat([part.weight for part in three])
        weights[f"{block}.attn.in_proj_bias"] = torch.cat([part.bias for part in three])
        norms |= {
            f"{block}.ln_1": layer.layer_norm1,
            f"{block}.ln_2": layer.layer_norm2,
            f"{block}.attn.out_proj": attention.out_proj,
            f"{block}.mlp.c_fc": layer.mlp.fc1,
            f"{block}.mlp.c_proj": layer.mlp.fc2,
        }
    for name, module in norms.items():
        weights[f"{name}.weight"], weights[f"{name}.bias"] = module.weight, module.bias
    return weights


def kit_way(
    model: Any, processor: Any, images: Greys, device: str = "cpu", number_format: str = "float32"
) -> Way:
    """What `autograder accuracy` does once its engine is open; the engine's notes are printed."""
    batch_size = choose_batch_size(model, device)
    engine = open_engine(
        model, processor, device, images, precision=PRECISIONS[number_format], batch_size=batch_size
    )
    for note in engine.notes:
        print(f"{number_format}: {note}")

    def embed(images: Greys) -> Floats:
        split = TestImages(images, np.zeros(len(images), np.int64))
        return encode_images(
            engine.encode, split, batch_size=batch_size, workers=engine.workers
        ).embeddings

    name = f"`autograder accuracy`, {engine.way}, {engine.precision.name}, batch {batch_size}"
    return Way(name, embed)


def product_rate(dtype: torch.dtype, side: int, device: str = "cpu") -> float:
    """Return the operations a second of one product of square matrices, the better of two layouts."""
    left = torch.randn(side, side, device=device).to(dtype)
    right = torch.randn(side, side, device=device).to(dtype)
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    rates = []
    for other in (right, right.T):
        wait()
        start = time.perf_counter()
        torch.matmul(left, other)
        wait()
        rates.append(2 * side**3 / (time.perf_counter() - start))
    return max(rates)


def measure_ways(model: Any, processor: Any, images: Greys, rounds: int) -> None:
    """Print a table of all ways, in float32."""
    peer = open_clip_way(model, images)
    ways = [way for way in (seed_way(model), peer, kit_way(model, processor, images)) if way]
    for way in ways:  # once, for caches and for what libraries set up
        way.embed(images[:SEED_BATCH])
    products: list[float] = []
    rates: dict[str, list[float]] = {way.name: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            products.append(product_rate(torch.float32, PRODUCT_SIDE))
            start = time.perf_counter()
            way.embed(images)
            rates[way.name].append(len(images) / (time.perf_counter() - start))
    limit = statistics.median(products)
    first = statistics.median(rates[ways[0].name])
    print(
        f"{len(images)} images, {rounds} rounds, medians; torch.matmul in float32 with {torch.get_num_threads()} "
        f"threads: {limit / 1e9:.0f} GFLOP/s\n"
    )
    print("| way | images/s | GFLOP/s | share of torch.matmul | ratio |")
    print("|---|---:|---:|---:|---:|")
    for way in ways:
        rate = statistics.median(rates[way.name])
        flops = rate * tower_flops(model)
        print(
            f"| {way.name} | {rate:.1f} | {flops / 1e9:.0f} | {flops / limit:.2f} | {rate / first:.2f} |"
        )
    if peer is None:
        print("\nopen_clip is not installed, so it is left out.")


def measure_tower(model: Any, processor: Any, images: Greys, rounds: int) -> None:
    """Print the share of torch.matmul for each number format, in processor time of one thread.

    Other programs on the same cores take no processor time of this one, so these ratios hold on a busy machine too.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    pixels = fast_pixels(processor, images[:8])
    print("| number format | torch.matmul, GFLOP/s | images to embeddings, GFLOP/s | share |")
    print("|---|---:|---:|---:|")
    try:
        for name in ("float32", "bfloat16"):
            precision = PRECISIONS[name]
            emulated = name == "bfloat16" and not cpu_has_bfloat16()
            count = 2 if emulated else choose_batch_size(model, "cpu")
            side = PRODUCT_SIDE // 4 if emulated else PRODUCT_SIDE
            encode = fast_image_encoder(model, processor, pixels, "cpu", precision)
            encode(images[:count])
            limit, rate = _processor_rates(
                model, encode, images[:count], precision.dtype, side, rounds
            )
            note = " (emulated on this processor)" if emulated else ""
            print(f"| {name}{note} | {limit / 1e9:.1f} | {rate / 1e9:.1f} | {rate / limit:.2f} |")
    finally:
        torch.set_num_threads(threads)


def _processor_rates(
    model: Any, encode: ImageEncoder, images: Greys, dtype: torch.dtype, side: int, rounds: int
) -> tuple[float, float]:
    """Return operations in a second of processor time: of a product of matrices, and of an encoder; medians."""
    left, right = (torch.randn(side, side).to(dtype) for _ in range(2))
    limits, rates = [], []
    for _ in range(rounds):
        layouts = []
        for other in (right, right.T):
            start = time.process_time()
            torch.matmul(left, other)
            layouts.append(2 * side**3 / (time.process_time() - start))
        limits.append(max(layouts))
        start = time.process_time()
        encode(images)
        rates.append(len(images) * tower_flops(model) / (time.process_time() - start))
    return statistics.median(limits), statistics.median(rates)


def measure_pixels(processor: Any, images: Greys) -> None:
    """Print how fast batches of bytes become what the tower takes, in processor time of one thread.

    The tower takes levels; pixel values are made of them only to compare with the processor's own, bit by bit.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    print(
        "| processor's backend | processor, images/s | levels, images/s | ratio | pixel values, images/s | ratio "
        "| values that differ |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    try:
        for name, slow in (("torchvision", processor), ("Pillow", pillow_processor())):
            fast = fast_pixels(slow, images[:8])
            assert fast is not None
            times: dict[str, list[float]] = {"slow": [], "levels": [], "values": []}
            differing = 0
            for start in range(0, len(images) - SEED_BATCH + 1, SEED_BATCH):
                batch = images[start : start + SEED_BATCH]
                given = torch.from_numpy(batch)
                marks = [time.process_time()]
                wanted = preprocess(slow, batch)
                marks.append(time.process_time())
                fast.levels(given)
                marks.append(time.process_time())
                made = fast(given)
                marks.append(time.process_time())
                if start:  # the first batch is for warming up
                    for key, begin, end in zip(times, marks, marks[1:], strict=False):
                        times[key].append(end - begin)
                differing += int((made.view(torch.int32) != wanted.view(torch.int32)).sum())
            before, levels, values = (SEED_BATCH / statistics.median(times[key]) for key in times)
            print(
                f"| {name} | {before:.0f} | {levels:.0f} | {levels / before:.1f} | {values:.0f} "
                f"| {values / before:.1f} | {differing} |"
            )
    finally:
        torch.set_num_threads(threads)


def main(images: int = IMAGES, rounds: int = ROUNDS) -> None:
    """Print the three tables.

    Args:
        images: how many test images each way embeds in a round.
        rounds: how often each way has its turn.
    """
    all_images = load_test_images(find_fashion_mnist(fetch=True)).images
    drawn = np.ascontiguousarray(all_images[:: max(len(all_images) // images, 1)][:images])
    more = np.ascontiguousarray(all_images[:: len(all_images) // PIXEL_IMAGES])
    model, processor = random_base_model()
    measure_ways(model, processor, drawn, rounds)
    print()
    measure_tower(model, processor, drawn, rounds)
    print()
    measure_pixels(processor, more)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=IMAGES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    main(options.images, options.rounds)
