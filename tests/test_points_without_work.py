"""Work that nobody has done earns next to nothing: made-up rows, loops and maps, prompts that fit any accuracy."""

from __future__ import annotations

import time

import numpy as np
import pytest

from autograder.clip.prompt_sets import CLASS_NAMES
from autograder.clip.recent import Recent
from autograder.clip.reference import REMEMBERED_BYTES
from autograder.verdicts import Judgement, Status
from tests.misconceptions_bench import expected, judged


def passed(judgement: Judgement) -> set[str]:
    return {verdict.check.name for verdict in judgement.verdicts if verdict.status is Status.PASSED}


def said(judgement: Judgement) -> str:
    return " | ".join(verdict.message for verdict in judgement.verdicts)


MADE_UP_ROWS = {
    "constant": "np.eye(64, dtype='float32')[[0] * len(given)]",
    "hashed": (
        "np.stack([np.random.default_rng(zlib.crc32(repr(one).encode())).normal(size=64) for one in given])"
        ".astype('float32')"
    ),
    "the pixels, projected": (
        "(np.stack([np.resize(np.frombuffer(one.encode(), 'uint8'), 2352) if type(one) is str else"
        " one.numpy().ravel() for one in given]) @ np.random.default_rng(0).normal(size=(2352, 64))).astype('float32')"
    ),
}


@pytest.mark.parametrize("rows", MADE_UP_ROWS.values(), ids=MADE_UP_ROWS)
def test_rows_that_the_model_has_not_made_earn_nothing(rows: str) -> None:
    code = (
        f"import zlib\ndef get_text_embeddings(given):\n    rows = torch.as_tensor({rows})\n"
        "    return rows / rows.norm(dim=1, keepdim=True)\nget_image_embeddings = get_text_embeddings"
    )
    judgement = judged("check_embeddings", code)
    assert judgement.earned == 0
    assert "not what the model makes of these inputs" in said(judgement)


MADE_UP_CLASSES = {
    "zeros": "np.zeros(len(labels), int)",
    "the labels themselves": "labels.numpy()",
    "the labels under other names": "9 - labels.numpy()",
    "numbers by chance": "np.random.default_rng(len(labels)).integers(0, 10, len(labels))",
}


@pytest.mark.parametrize("classes", MADE_UP_CLASSES.values(), ids=MADE_UP_CLASSES)
def test_a_loop_that_does_not_classify_earns_its_labels_only(classes: str) -> None:
    code = (
        "def run_zero_shot(loader, text_feats):\n    pairs = [(labels.numpy(), "
        f"{classes}) for _, labels in loader]\n    return tuple(map(np.concatenate, zip(*pairs)))"
    )
    judgement = judged("check_loop", code)
    assert passed(judgement) == {"test_labels_of_uneven_batches"}
    assert "the images were not classified" in said(judgement)


def test_functions_that_answer_the_same_to_everything_classify_nothing() -> None:
    code = (
        "def get_predictions(similarity):\n    return np.zeros(len(similarity), int)\n"
        "def run_zero_shot(loader, text_feats):\n    y = np.concatenate([labels.numpy() for _, labels in loader])\n"
        "    return y, y * 0"
    )
    assert passed(judged("check_loop", code)) == {"test_labels_of_uneven_batches"}


@pytest.mark.parametrize(
    "name",
    [
        "no such model at all !!",
        "\\udfff/../tiny",
        "/assets/models/small/.",
        "",
        "x" * 500,
        "./tiny",
    ],
)
def test_what_is_no_name_of_a_model_earns_nothing(name: str) -> None:
    code = f"experiment = 'A'\nalternative_model_name = '{name}'\nalternative_accuracy = 0.5"
    judgement = judged("check_experiment", code)
    verdicts = {verdict.check.name: verdict for verdict in judgement.verdicts}
    for check in (
        "test_another_model_is_chosen",
        "test_alternative_accuracy_is_reported_truthfully",
    ):
        assert verdicts[check].status is Status.FAILED, verdicts[check].message
    assert "is not the name of a model" in verdicts["test_another_model_is_chosen"].message


def test_a_right_loop_over_a_wrong_function_keeps_its_points() -> None:
    code = (
        "def get_predictions(similarity):\n    return similarity.argmin(axis=1)\n"
        "def run_zero_shot(loader, text_feats):\n    pairs = [(labels.numpy(), get_predictions("
        "get_cosine_similarity(get_image_embeddings(images), text_feats))) for images, labels in loader]\n"
        "    return tuple(map(np.concatenate, zip(*pairs)))"
    )
    assert judged("check_loop", code).earned == 4


CIRCLE = (
    "turn = 2 * np.pi * all_labels / 10\n"
    "embeddings_umap = np.stack([np.cos(turn), np.sin(turn)], axis=1)"
    " + np.random.default_rng(0).normal(size=(10000, 2)) / 50\n"
)


def test_a_circle_of_the_labels_is_no_map() -> None:
    judgement = judged("check_umap", CIRCLE)
    assert judgement.earned == judged("check_umap").earned - 2
    assert "as unlike as any two images of their class" in said(judgement)


LINEAR_MAPS = {
    "two columns": "all_img_emb[:, :2]",
    "a random projection": "all_img_emb @ np.random.default_rng(0).normal(size=(64, 2))",
    "principal components with noise": (
        "PCA(2).fit_transform(all_img_emb) + np.random.default_rng(0).normal(scale=0.01, size=(10000, 2))"
    ),
}


@pytest.mark.parametrize("points", LINEAR_MAPS.values(), ids=LINEAR_MAPS)
def test_a_linear_map_is_none_of_umap(points: str) -> None:
    judgement = judged(
        "check_umap", f"from sklearn.decomposition import PCA\nembeddings_umap = {points}"
    )
    assert judgement.earned == judged("check_umap").earned - 2


MADE_UP_EMBEDDINGS = {
    "the mean of all": "np.repeat(all_img_emb.mean(axis=0)[None], 10000, axis=0)\nall_labels = all_labels * 0 + 9",
    "noise": "np.random.default_rng(0).normal(size=all_img_emb.shape)",
    "the circle itself": "np.concatenate([embeddings_umap] * 32, axis=1)",
    "one image of each class": "all_img_emb[[int(np.argmax(all_labels == c)) for c in all_labels]]",
}


@pytest.mark.parametrize("embeddings", MADE_UP_EMBEDDINGS.values(), ids=MADE_UP_EMBEDDINGS)
def test_made_up_embeddings_earn_the_picture_only(embeddings: str) -> None:
    judgement = judged("check_umap", f"{CIRCLE}all_img_emb = {embeddings}")
    assert passed(judgement) == {"test_map_is_drawn"}


def alike(count: int) -> str:
    """Prompts that differ in ways that the model does not read."""
    ways = (
        "a  shirt",
        "A shirt",
        " a shirt",
        "a shirt ",
        "a\tshirt",
        "a SHIRT",
        "a\nshirt",
        "A  SHIRT",
    )
    ways += ("a shirt<|endoftext|> x", "a shirt<|endoftext|>y")
    return repr(list(ways[:count]))


@pytest.mark.parametrize("figure", [0.9999, 0.5, 0.115])
def test_prompts_that_tie_everywhere_do_not_make_every_accuracy_right(figure: float) -> None:
    judgement = judged(
        "check_prompts", f"improved_prompts = {alike(10)}\nimproved_accuracy = {figure}"
    )
    assert not passed(judgement) & {
        "test_prompts_are_a_real_attempt",
        "test_improved_accuracy_is_reported_truthfully",
    }
    assert "the same to the model" in said(judgement)


@pytest.mark.parametrize("last", [False, True])
def test_who_reports_truthfully_what_tied_prompts_give_is_believed(last: bool) -> None:
    prompts = [*CLASS_NAMES[:6], "a shirt", "A  shirt", *CLASS_NAMES[8:]]
    similarity = expected().reference.similarity(prompts)
    tied = similarity[:, ::-1].argmax(axis=1)
    predicted = 9 - tied if last else similarity.argmax(axis=1)
    figure = float((predicted == expected().labels()).mean())
    judgement = judged(
        "check_prompts", f"improved_prompts = {prompts!r}\nimproved_accuracy = {figure!r}"
    )
    assert "test_improved_accuracy_is_reported_truthfully" in passed(judgement)


def test_the_same_prompts_in_several_classes_do_not_make_every_accuracy_right() -> None:
    code = (
        f"experiment = 'B'\nprompts_by_class = {{name: {alike(3)} for name in CLASS_NAMES}}\n"
        "multi_prompt_accuracy = 0.9999"
    )
    judgement = judged("check_experiment", code)
    assert not passed(judgement) & {
        "test_prompts_for_every_class",
        "test_multi_prompt_accuracy_is_reported_truthfully",
    }


def test_tied_prompts_do_not_make_every_top_k_accuracy_right() -> None:
    code = f"improved_prompts = {alike(10)}\ntop_k_results = {{1: 0.9, 3: 0.99}}"
    judgement = judged("check_experiment", code)
    assert "test_top_k_results_are_reported_truthfully" not in passed(judgement)


def test_the_notebooks_own_model_under_another_name_is_no_other_model() -> None:
    figure = expected().accuracy(CLASS_NAMES)
    code = f"experiment = 'A'\nalternative_model_name = 'small'\nalternative_accuracy = {figure!r}"
    judgement = judged("check_experiment", code)
    assert not passed(judgement) & {
        "test_another_model_is_chosen",
        "test_alternative_accuracy_is_reported_truthfully",
    }


@pytest.mark.parametrize(
    ("prompts", "hint"),
    [
        ("[f'a {name} {i}' for i in range(2000)]", "holds 2,000 prompts; up to 100 a class"),
        ("['a ' * 100_000 + name, name]", "a prompt of 100,000"),
    ],
)
def test_prompts_without_number_cost_the_grader_nothing(prompts: str, hint: str) -> None:
    held = expected().reference._similarities.held
    started = time.process_time()
    judgement = judged(
        "check_experiment",
        f"experiment = 'B'\nprompts_by_class = {{name: {prompts} for name in CLASS_NAMES}}\n"
        "multi_prompt_accuracy = 0.5",
    )
    assert hint in said(judgement)
    assert judgement.needs_person is None
    assert time.process_time() - started < 10  # all of them took minutes
    assert expected().reference._similarities.held <= held + 2**20


def test_one_prompt_without_end_is_not_read() -> None:
    judgement = judged(
        "check_prompts", "improved_prompts = [*improved_prompts[:9], 'bag ' * 200_000]"
    )
    assert "100,000 characters" in said(judgement)
    assert judgement.needs_person is None


def test_what_was_said_of_prompts_is_forgotten() -> None:
    reference = expected().reference
    for number in range(170):
        reference.similarity([f"a {number} {name}" for name in CLASS_NAMES])
    assert 0.9 * REMEMBERED_BYTES < reference._similarities.held <= REMEMBERED_BYTES
    assert reference._texts.held <= REMEMBERED_BYTES


def test_what_was_asked_for_longest_ago_is_forgotten_first() -> None:
    recent = Recent(most_bytes=30)
    for name in "abc":
        recent.put(name, np.zeros(10, np.uint8))
    assert recent.get("a") is not None
    recent.put("d", np.ones(10, np.uint8))
    assert recent.get("b") is None
    assert all(recent.get(name) is not None for name in "acd")
    recent.put("d", np.zeros(5, np.uint8))
    recent.put("whole", np.zeros(31, np.uint8))
    assert recent.get("whole") is None
    assert recent.held == 25


def test_embeddings_in_half_precision_and_of_any_length_are_test_images() -> None:
    from autograder.assignments.assignment_2.checks.presupposed import expect_images

    known = expected().image_embeddings()
    rows = np.arange(0, 10_000, 20)
    images = expect_images((7 * known).astype(np.float16), expected(), rows)
    assert (images == rows).mean() > 0.95
