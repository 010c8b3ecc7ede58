"""The small CLIP: its captions, its tokeniser, its training and the two committed checkpoints."""

from __future__ import annotations

import json
import logging
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import CLIPModel, CLIPProcessor
from transformers.utils import logging as transformers_logging

from autograder.clip.assets import find_fashion_mnist
from autograder.clip.prompt_sets import CLASS_NAMES, PROMPT_SETS, load_prompts
from autograder.clip.small_clip import CHECKPOINT, CHECKPOINT_TINY, lexicon
from autograder.clip.small_clip.captions import meaning, read
from autograder.clip.small_clip.card import card_folder, card_text
from autograder.clip.small_clip.data import Split, load_split, to_pixel_values
from autograder.clip.small_clip.evaluate import (
    Accuracy,
    accuracy_of,
    embed_images,
    embed_texts,
    load_checkpoint,
)
from autograder.clip.small_clip.evaluate import main as evaluate_main
from autograder.clip.small_clip.grammar import CaptionGrammar
from autograder.clip.small_clip.model import (
    HEAD_WIDTH,
    IMAGE_MEAN,
    IMAGE_STD,
    SIZES,
    build_model,
    save_model,
    text_features,
)
from autograder.clip.small_clip.tokenizer import byte_symbols, learn_merges, vocabulary
from autograder.clip.small_clip.train import fit, make_pool, soft_contrastive_loss
from autograder.clip.small_clip.train import main as train_main
from autograder.errors import AssetError, KitError

BOTH = pytest.mark.parametrize("folder", [CHECKPOINT, CHECKPOINT_TINY], ids=["small", "tiny"])

UNSEEN_GOOD_PROMPTS = (
    "a black and white catalogue image of a short-sleeved t-shirt",
    "a photo of trousers, a type of clothing",
    "a grayscale picture of a knitted pullover sweater with long sleeves",
    "a low-resolution photo of a sleeveless dress",
    "a product photo of a winter coat with a zipper",
    "an image of an open-toed sandal, a type of shoe",
    "a picture of a button-up shirt with a collar",
    "a photo of a running shoe with laces",
    "a black and white catalogue image of a handbag",
    "a product photo of an ankle boot shoe",
)


@pytest.fixture(scope="module")
def root() -> Path:
    return find_fashion_mnist()


@pytest.fixture(scope="module")
def test_split(root: Path) -> Split:
    return load_split(root, "test")


@pytest.fixture(scope="module", params=[CHECKPOINT, CHECKPOINT_TINY], ids=["small", "tiny"])
def embedded(
    request: pytest.FixtureRequest, test_split: Split
) -> tuple[Path, CLIPModel, CLIPProcessor, torch.Tensor]:
    model, processor = load_checkpoint(request.param)
    return request.param, model, processor, embed_images(model, processor, test_split.images)


# Captions


def test_every_phrase_of_the_lexicon_is_found_again_in_a_text() -> None:
    for name in (*lexicon.NOUNS, *lexicon.ATTRIBUTES):
        reading = read(f"One photo of a {name.upper()}, please!")
        assert name in (*reading.nouns, *reading.attributes)
        assert reading.in_context


def test_meaning_is_a_positive_distribution_for_any_text() -> None:
    texts = ["", "?!", "en rød kjole 👗", *(c.text for c in CaptionGrammar(3).sample(2_000))]
    table = np.stack([meaning(text) for text in texts])
    assert table.shape == (len(texts), 10)
    np.testing.assert_allclose(table.sum(axis=1), 1.0, rtol=1e-12)
    assert table.min() > 0
    np.testing.assert_allclose(table[0], 0.1)


def test_meaning_does_not_depend_on_case_hyphens_plural_or_unknown_words() -> None:
    expected = meaning("a photo of a long sleeve t shirt")
    for text in ("A PHOTO of a Long-Sleeve T-Shirt", "photos: long sleeve, xyzzy blue t-shirts."):
        np.testing.assert_array_equal(meaning(text), expected)


def test_careful_prompts_point_at_their_class_more_than_template_and_bare_names() -> None:
    confidence = {
        name: np.mean([meaning(prompt)[label] for label, prompt in enumerate(prompts)])
        for name, prompts in PROMPT_SETS.items()
    }
    assert confidence["bare"] < confidence["template"] < confidence["good"]
    assert confidence["misleading"] < confidence["good"]


def test_a_wrong_attribute_moves_the_meaning_to_a_neighbouring_class() -> None:
    assert meaning("a photo of a top").argmax() == lexicon.TEE
    assert meaning("a photo of a long-sleeved top").argmax() == lexicon.PULLOVER
    assert meaning("a dress shirt").argmax() == lexicon.SHIRT


def test_when_seed_is_the_same_then_captions_are_the_same() -> None:
    first, again, other = (CaptionGrammar(seed).sample(200) for seed in (7, 7, 8))
    assert [c.text for c in first] == [c.text for c in again]
    assert [c.text for c in first] != [c.text for c in other]
    for caption in first:
        np.testing.assert_array_equal(caption.distribution, meaning(caption.text))


def test_the_grammar_covers_every_class_and_many_texts() -> None:
    captions = CaptionGrammar(1).sample(3_000)
    best = np.bincount([int(c.distribution.argmax()) for c in captions], minlength=10)
    assert best.min() > 100
    assert len({c.text for c in captions}) > 2_000


# Prompt sets


def test_prompt_sets_hold_ten_prompts_and_bare_are_the_class_names() -> None:
    assert set(PROMPT_SETS) == {"bare", "good", "misleading", "template"}
    assert all(len(prompts) == 10 for prompts in PROMPT_SETS.values())
    assert load_prompts("bare") == CLASS_NAMES


def test_prompts_are_read_from_json_and_text_files(tmp_path: Path) -> None:
    as_json, as_text = tmp_path / "p.json", tmp_path / "p.txt"
    as_json.write_text(json.dumps(UNSEEN_GOOD_PROMPTS), encoding="utf-8")
    as_text.write_text("\n\n".join(UNSEEN_GOOD_PROMPTS) + "\n", encoding="utf-8")
    assert load_prompts(as_json) == load_prompts(str(as_text)) == UNSEEN_GOOD_PROMPTS


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nine.txt", "x\n" * 9),
        ("broken.json", "[1,"),
        ("numbers.json", json.dumps(list(range(10)))),
        ("object.json", "{}"),
        ("blank.json", json.dumps([" "] * 10)),
        ("missing.txt", None),
    ],
)
def test_when_prompts_are_unusable_then_the_error_names_the_file(
    tmp_path: Path, name: str, content: str | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(KitError, match=name):
        load_prompts(path)


# Tokeniser


def test_merges_join_the_most_frequent_pair_first_and_stop_when_none_repeats() -> None:
    assert learn_merges(["boot boot boots"], 2) == [("b", "o"), ("bo", "o")]
    assert learn_merges(["ab"], 100) == []


def test_vocabulary_holds_all_bytes_and_ends_with_start_and_end_of_text() -> None:
    tokens = list(vocabulary([("a", "b</w>")]))
    assert len(set(byte_symbols())) == 256
    assert len(tokens) == 512 + 1 + 2
    assert tokens[-3:] == ["ab</w>", "<|startoftext|>", "<|endoftext|>"]


@BOTH
@pytest.mark.parametrize(
    "text",
    ["a photo of a t-shirt", "blåbærgrød på æske", "👗 🥾", "日本語", "\\0 <b> &amp; 12.5 %"],
)
def test_any_text_survives_encoding_and_decoding(folder: Path, text: str) -> None:
    tokenizer = CLIPProcessor.from_pretrained(folder).tokenizer
    ids = tokenizer(text)["input_ids"]
    assert ids[0] == tokenizer.bos_token_id
    assert ids[-1] == tokenizer.eos_token_id
    assert tokenizer.eos_token_id not in ids[:-1]  # the unknown token is the end of text
    decoded = tokenizer.decode(ids, skip_special_tokens=True)
    assert "".join(decoded.split()) == "".join(text.split())


# Data


def test_processor_and_training_see_the_same_pixels(test_split: Split) -> None:
    images = test_split.images[:8]
    for folder in (CHECKPOINT, CHECKPOINT_TINY):
        processor = CLIPProcessor.from_pretrained(folder)
        pictures = [Image.fromarray(image.numpy()) for image in images]
        assert pictures[0].mode == "L"
        seen = processor(images=pictures, return_tensors="pt")["pixel_values"]
        # Two float32 roundings on values up to 2.1: 4 units in the last place.
        torch.testing.assert_close(seen, to_pixel_values(images), rtol=0, atol=4 * 2.4e-7)


def test_splits_do_not_overlap_and_mean_and_deviation_are_those_of_the_training_split(
    root: Path,
) -> None:
    train, validation = load_split(root, "train"), load_split(root, "validation")
    assert (len(train.labels), len(validation.labels)) == (55_000, 5_000)
    images = torch.cat([train.images, validation.images]).double() / 255
    assert images.mean().item() == pytest.approx(IMAGE_MEAN, abs=5e-5)
    assert images.std().item() == pytest.approx(IMAGE_STD, abs=5e-5)


def test_when_data_set_is_missing_then_asset_error_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=tmp_path.name):
        load_split(tmp_path, "test")


# Model and training


@pytest.fixture
def tiny_setup() -> tuple[CLIPModel, CLIPProcessor]:
    processor = CLIPProcessor.from_pretrained(CHECKPOINT_TINY)
    torch.manual_seed(0)
    return build_model(SIZES["tiny"], len(processor.tokenizer)), processor


def test_widths_are_multiples_of_the_head_width() -> None:
    for size in SIZES.values():
        assert size.vision_width % HEAD_WIDTH == size.text_width % HEAD_WIDTH == 0


def test_loss_is_least_when_similarities_follow_the_affinity() -> None:
    affinity = torch.tensor([[0.9, 0.05], [0.05, 0.9]], dtype=torch.float64)
    texts = torch.eye(2, dtype=torch.float64)
    scale = torch.tensor(np.log(0.9 / 0.05))  # makes the softmax equal to the targets
    fitting = soft_contrastive_loss(texts, texts, affinity, scale)
    p = 0.9 / 0.95
    assert fitting.item() == pytest.approx(-(p * np.log(p) + (1 - p) * np.log(1 - p)))
    assert fitting < soft_contrastive_loss(texts, texts, affinity, scale * 1.2)
    assert fitting < soft_contrastive_loss(texts, texts.flip(0), affinity, scale)


def test_text_is_pooled_at_its_end_whatever_follows(
    tiny_setup: tuple[CLIPModel, CLIPProcessor],
) -> None:
    model, processor = tiny_setup
    tokenizer = processor.tokenizer
    alone = tokenizer("a shirt", return_tensors="pt")
    padded = tokenizer("a shirt", padding="max_length", max_length=77, return_tensors="pt")
    with torch.inference_mode():
        expected = text_features(model.eval(), alone["input_ids"], alone["attention_mask"])
        got = text_features(model, padded["input_ids"], padded["attention_mask"])
        hidden = model.text_model(**alone).last_hidden_state
        at_end = model.text_projection(hidden[:, -1])
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(at_end, expected, rtol=1e-4, atol=1e-5)


def test_when_seed_is_the_same_then_twenty_steps_give_the_same_weights(root: Path) -> None:
    split = load_split(root, "validation")
    tokenizer = CLIPProcessor.from_pretrained(CHECKPOINT_TINY).tokenizer
    pool = make_pool(tokenizer, seed=5, count=400)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        runs = []
        for seed in (1, 1, 2):
            torch.manual_seed(seed)
            model = build_model(SIZES["tiny"], len(tokenizer))
            losses = fit(model, split.images, split.labels, pool, steps=20, seed=seed)
            runs.append((losses, torch.cat([p.detach().flatten() for p in model.parameters()])))
    finally:
        torch.set_num_threads(threads)
    assert runs[0][0] == runs[1][0]
    assert torch.equal(runs[0][1], runs[1][1])
    assert not torch.equal(runs[0][1], runs[2][1])
    assert np.mean(runs[0][0][-5:]) < np.mean(runs[0][0][:5])


def test_when_data_is_missing_then_the_commands_print_why_and_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train_main(["--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert evaluate_main([str(tmp_path), "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count(str(tmp_path)) == 2


# The committed checkpoints


@pytest.mark.parametrize(
    ("folder", "megabytes"), [(CHECKPOINT, 5.0), (CHECKPOINT_TINY, 1.2)], ids=["small", "tiny"]
)
def test_checkpoint_is_small(folder: Path, megabytes: float) -> None:
    assert sum(file.stat().st_size for file in folder.iterdir()) <= megabytes * 1e6


@BOTH
def test_checkpoint_loads_in_float32_without_a_word(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    transformers_logging.enable_propagation()
    try:
        with caplog.at_level(logging.WARNING), warnings.catch_warnings():
            warnings.simplefilter("error")
            model, info = CLIPModel.from_pretrained(
                folder, local_files_only=True, output_loading_info=True
            )
            processor = CLIPProcessor.from_pretrained(folder, local_files_only=True)
            processor(text=["a"], images=Image.new("L", (28, 28)), return_tensors="pt")
    finally:
        transformers_logging.disable_propagation()
    # transformers 4 says this of every CLIPProcessor, whatever its folder holds.
    said = [r.message for r in caplog.records if "Using a slow image processor" not in r.message]
    assert said == []
    assert not any(info.values())
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert not model.training


@BOTH
def test_special_ids_of_model_and_tokeniser_agree(folder: Path) -> None:
    model, processor = load_checkpoint(folder)
    config, tokenizer = model.config.text_config, processor.tokenizer
    assert len(tokenizer) == config.vocab_size
    assert tokenizer.bos_token_id == config.bos_token_id == config.vocab_size - 2
    assert tokenizer.eos_token_id == config.eos_token_id == config.vocab_size - 1
    assert tokenizer.pad_token_id == config.pad_token_id
    assert config.eos_token_id != 2  # transformers pools by another rule for this legacy value
    assert tokenizer.model_max_length == config.max_position_embeddings == 77


def test_when_a_checkpoint_is_saved_again_then_nothing_is_lost(tmp_path: Path) -> None:
    model, _ = load_checkpoint(CHECKPOINT_TINY)
    save_model(model, tmp_path)
    again = CLIPModel.from_pretrained(tmp_path)
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name]), name
    committed = (CHECKPOINT_TINY / "preprocessor_config.json").read_text(encoding="utf-8")
    assert (tmp_path / "preprocessor_config.json").read_text(encoding="utf-8") == committed


@BOTH
def test_committed_config_is_that_of_its_size(folder: Path) -> None:
    record = json.loads((card_folder(folder) / "training.json").read_text(encoding="utf-8"))
    size = SIZES["tiny" if folder == CHECKPOINT_TINY else "small"]
    model, _ = load_checkpoint(folder)
    expected = build_model(size, model.config.text_config.vocab_size)
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    assert shapes == {name: tensor.shape for name, tensor in expected.state_dict().items()}
    assert record["parameters"] == sum(p.numel() for p in model.parameters())


@BOTH
def test_a_room_is_shown_no_figures_beside_the_weights(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {
        *("config.json", "merges.txt", "model.safetensors", "preprocessor_config.json"),
        *("special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.json"),
    }


@BOTH
def test_model_card_is_the_one_its_figures_give(folder: Path) -> None:
    training, accuracies = (
        json.loads((card_folder(folder) / name).read_text(encoding="utf-8"))
        for name in ("training.json", "accuracies.json")
    )
    card = (card_folder(folder) / "README.md").read_text(encoding="utf-8")
    assert card == card_text(training, accuracies)
    assert "no zero-shot model" in card


def test_accuracy_counts_hits_of_the_nearest_texts() -> None:
    texts = torch.eye(10)
    images = texts[[0, 1, 2, 3]] + 0.5 * texts[[1, 1, 2, 4]]
    result = accuracy_of(images, texts, torch.tensor([0, 1, 2, 4]))
    assert (result.top1, result.top3) == (0.75, 1.0)
    assert result.per_class["Coat"] == 0.0


def _recomputed(
    embedded: tuple[Path, CLIPModel, CLIPProcessor, torch.Tensor],
    labels: torch.Tensor,
    prompts: tuple[str, ...],
) -> Accuracy:
    _, model, processor, images = embedded
    return accuracy_of(images, embed_texts(model, processor, prompts), labels)


def test_committed_figures_are_those_of_the_test_split(
    embedded: tuple[Path, CLIPModel, CLIPProcessor, torch.Tensor], test_split: Split
) -> None:
    committed = json.loads(
        (card_folder(embedded[0]) / "accuracies.json").read_text(encoding="utf-8")
    )
    assert committed["images"] == len(test_split.labels) == 10_000
    for name, figures in committed["prompt_sets"].items():
        result = _recomputed(embedded, test_split.labels, PROMPT_SETS[name])
        # Another processor or batch size may tip the few images that lie between two texts.
        assert result.top1 == pytest.approx(figures["top1"], abs=0.001), name
        assert result.top3 == pytest.approx(figures["top3"], abs=0.001), name


def test_prompts_matter_as_promised(
    embedded: tuple[Path, CLIPModel, CLIPProcessor, torch.Tensor], test_split: Split
) -> None:
    results = {
        name: _recomputed(embedded, test_split.labels, prompts)
        for name, prompts in PROMPT_SETS.items()
    }
    top1 = {name: result.top1 for name, result in results.items()}
    assert top1["bare"] < top1["template"] < top1["good"]
    assert top1["misleading"] + 0.05 <= top1["bare"] <= top1["good"] - 0.05
    if embedded[0] == CHECKPOINT:
        assert top1["good"] >= 0.85
        assert results["good"].top3 >= 0.97


def test_good_prompts_that_students_might_invent_work_too(
    embedded: tuple[Path, CLIPModel, CLIPProcessor, torch.Tensor], test_split: Split
) -> None:
    good = _recomputed(embedded, test_split.labels, PROMPT_SETS["good"]).top1
    bare = _recomputed(embedded, test_split.labels, PROMPT_SETS["bare"]).top1
    unseen = _recomputed(embedded, test_split.labels, UNSEEN_GOOD_PROMPTS).top1
    assert unseen > (good + bare) / 2
