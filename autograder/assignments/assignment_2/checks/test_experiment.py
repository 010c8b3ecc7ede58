"""Section 5: the mini-experiment that the student chose. D is graded by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from autograder.assignments.assignment_2.checks.besides import GLOBALS, expect_left_alone
from autograder.assignments.assignment_2.checks.order_of_prompts import expect_own_places
from autograder.assignments.assignment_2.checks.reports import (
    expect_class_names_kept,
    expect_read_whole,
    expect_reported,
    fetch_figure,
)
from autograder.assignments.assignment_2.checks.test_predictions import (
    draw_mixed,
    draw_narrow,
    draw_similarity,
    draw_unbalanced,
)
from autograder.assignments.assignment_2.interface import EXPERIMENTS
from autograder.checks.expect import (
    NotJudged,
    Wrong,
    expect,
    expect_accuracy,
    expect_close,
    expect_indices,
    expect_number,
    kind,
)
from autograder.checks.tolerances import HALF_PRECISION
from autograder.clip.assets.strangers import is_hub_id
from autograder.clip.expected import Expected
from autograder.errors import AssetError
from autograder.seam.student import Student, StudentError
from autograder.seam.wire import Tensor


@pytest.mark.check(
    points=1,
    title="An experiment is chosen",
    hint=f"Set `experiment` to one of {', '.join(map(repr, EXPERIMENTS))}: a capital letter.",
)
def test_an_experiment_is_chosen(student: Student, reference: Expected, rng: Generator) -> None:
    letter = student.fetch("experiment")
    known = isinstance(letter, str) and letter in EXPERIMENTS
    expect(known, f"`experiment` is {repr(letter) if isinstance(letter, str) else kind(letter)}")


MOST_PROMPTS = 100
"""Prompts a class that are looked at; CLIP's own ensemble has 80."""
_QUOTED = 60
"""Characters of a name that a message repeats."""
_LOADED = (
    "[str(one.name_or_path) for one in list(globals().values())"
    " if type(one).__name__ == 'CLIPModel' and one is not globals().get('clip_model')]"
)
"""An expression for what the notebook's other models were loaded by."""
SAME_MODEL = "`alternative_model_name` is the model that the notebook uses already"


# --- A: another model ------------------------------------------------------------------------------


@pytest.mark.experiment("A")
@pytest.mark.check(
    points=2,
    title="A: another model was chosen",
    hint="Put the name of another CLIP model into `alternative_model_name`.",
)
def test_another_model_is_chosen(student: Student, reference: Expected, rng: Generator) -> None:
    name, first = student.fetch("alternative_model_name"), student.fetch("clip_model_name")
    expect_model_name(name, reference)
    expect(not isinstance(first, str) or _plain(name) != _plain(first), SAME_MODEL)
    expect(not is_own(name, reference), SAME_MODEL, "same-model-again")


def expect_model_name(name: Any, reference: Expected) -> None:
    """Raise `Wrong` unless a model on the hub could have this id, or the notebook is offered the model."""
    told = "`alternative_model_name` is not the name of a model"
    if not (isinstance(name, str) and name.strip() and name.isprintable()):
        raise Wrong(told)
    if is_hub_id(_plain(name)):
        return
    try:
        reference.snapshot_named(_plain(name))
    except AssetError as error:
        raise Wrong(f"{told}: it says {name[:_QUOTED]!r}") from error


def is_own(name: str, reference: Expected) -> bool:
    """Return whether a name stands for the notebook's own model, under whatever spelling."""
    plain = _plain(name)
    if plain.casefold() == reference.reference.snapshot.name.casefold():
        return True
    try:
        return reference.of_model(plain) is reference
    except AssetError:
        return False


def expect_loaded(student: Student, name: str, reference: Expected) -> None:
    """Raise `Wrong` if the notebook has loaded other models of the hub, and not the one that it names.

    A model says what it was loaded by. One from a folder, or that is not kept in a variable, says nothing.
    """
    try:
        loaded = student.fetch(_LOADED)
    except StudentError:
        return
    names = [one for one in loaded if isinstance(one, str)] if isinstance(loaded, list) else []
    names = [one for one in names if not is_own(one, reference)]
    if names and all(map(is_hub_id, names)) and is_hub_id(_plain(name)):
        expect(
            _plain(name).casefold() in {one.casefold() for one in names},
            f"`alternative_model_name` is {name[:_QUOTED]!r}, and the model that was loaded {names[0][:_QUOTED]!r}",
            "another-model-loaded",
        )


def _plain(name: str) -> str:
    return name.strip().rstrip("/")


@pytest.mark.experiment("A")
@pytest.mark.check(
    points=5,
    title="A: `alternative_accuracy` is what that model gives on all 10,000 images",
    hint="Load the other model *with its own processor*, embed `CLASS_NAMES` and all test images with"
    " it, and report the share of right answers.",
)
def test_alternative_accuracy_is_reported_truthfully(
    student: Student, reference: Expected, rng: Generator
) -> None:
    name = student.fetch("alternative_model_name")
    expect_model_name(name, reference)
    accuracy = expect_accuracy(
        fetch_figure(student, "alternative_accuracy"), "`alternative_accuracy`"
    )
    expect(not is_own(name, reference), SAME_MODEL, "same-model-again")
    expect_loaded(student, name, reference)
    try:
        other = reference.of_model(name)
    except AssetError as error:
        raise NotJudged(str(error)) from error
    hits = other.hits(reference.class_names)
    expect_reported(accuracy, hits, "`alternative_accuracy`", student)


@pytest.mark.experiment("A")
@pytest.mark.check(
    points=2,
    title="A: the notebook's own model is left as it was",
    hint="Give the other model and its processor names of their own. If they replace `clip_model`, the"
    " functions of Section 2 silently use the new one from then on.",
)
def test_first_model_is_kept(student: Student, reference: Expected, rng: Generator) -> None:
    student.fetch(
        "alternative_model_name"
    )  # nothing is kept intact by an experiment that was not made
    pixels = reference.pixel_values(np.sort(rng.choice(10_000, size=3, replace=False)))
    got = student.call("get_image_embeddings", Tensor(pixels))
    wanted = reference.embed(pixels)
    if not isinstance(got, Tensor) or got.array.shape != wanted.shape:
        raise Wrong("`get_image_embeddings` no longer gives the embeddings of the notebook's model")
    expect_close(
        got.array,
        wanted,
        HALF_PRECISION,
        "what `get_image_embeddings` gives after the experiment",
        "the embedding by the notebook's own model",
    )


# --- B: several prompts a class --------------------------------------------------------------------


@pytest.mark.experiment("B")
@pytest.mark.check(
    points=2,
    title="B: several prompts for each class",
    hint="`prompts_by_class` is a dictionary with exactly the names in `CLASS_NAMES` as keys, and a"
    " list of at least two prompts behind each, equally many for every class.",
)
def test_prompts_for_every_class(student: Student, reference: Expected, rng: Generator) -> None:
    prompts = fetch_prompts_by_class(student, reference)
    for name, texts in prompts.items():
        expect(
            len(set(reference.read(texts))) > 1,
            f"the prompts in `prompts_by_class[{name!r}]` are all the same to the model",
        )
    counts = {name: len(texts) for name, texts in prompts.items()}
    most, fewest = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
    expect(
        counts[most] == counts[fewest],
        f"{most!r} has {counts[most]} prompts and {fewest!r} has {counts[fewest]}, expected equally many",
        "unequal-prompt-counts",
    )
    flat, prompt_class = flattened(prompts, reference)
    best = reference.reference.similarity(flat).argmax(axis=1)
    said = ["; ".join(prompts[name]) for name in reference.class_names]
    expect_own_places(said, prompt_class[best], reference)


@pytest.mark.experiment("B")
@pytest.mark.check(
    points=4,
    title="B: a class wins if any of its prompts does",
    hint="The best column of a row is a *prompt*; look up in `prompt_class` which class it belongs to.",
)
def test_the_best_prompts_class_wins(student: Student, reference: Expected, rng: Generator) -> None:
    prompt_class = rng.permutation(np.repeat(np.arange(10), rng.integers(1, 4, size=10)))
    table = draw_similarity(rng, 40, len(prompt_class))
    few = prompt_class < 7  # texts of some classes only
    for similarity, owner in (
        (table, prompt_class),
        (table - 1, prompt_class),
        (table[:, few] - 1, prompt_class[few] + 1),
        (draw_narrow(rng, 40, len(prompt_class)), prompt_class),
        # Of every shape one: many rows, few, one, as many as texts.
        (draw_mixed(rng, 131, len(prompt_class)), prompt_class),
        (draw_narrow(rng, 200, len(prompt_class)) - np.float32(2), prompt_class),
        (draw_mixed(rng, 5, len(prompt_class)), prompt_class),
        (draw_narrow(rng, 1, len(prompt_class)), prompt_class),
        (draw_mixed(rng, len(prompt_class), len(prompt_class)), prompt_class),
    ):
        count = len(similarity)
        got, changed = student.call_watched(
            "get_multi_prompt_predictions", similarity, owner, watch=GLOBALS
        )
        got = expect_indices(got, f"the result for {count} images", (count,), 10)
        wrong = int((got != owner[similarity.argmax(axis=1)]).sum())
        expect(
            wrong == 0,
            f"{wrong} of {count} images did not get the class of their most similar prompt",
        )
        expect_left_alone("get_multi_prompt_predictions", ("similarity", "prompt_class"), changed)


@pytest.mark.experiment("B")
@pytest.mark.check(
    points=3,
    title="B: `multi_prompt_accuracy` is what these prompts give on all 10,000 images",
    hint="Embed all prompts, compare them with `all_img_emb`, predict, and compare with `all_labels`.",
)
def test_multi_prompt_accuracy_is_reported_truthfully(
    student: Student, reference: Expected, rng: Generator
) -> None:
    expect_class_names_kept(student, reference)
    prompts = fetch_prompts_by_class(student, reference)
    flat, prompt_class = flattened(prompts, reference)
    hits = reference.hits(flat, prompt_class)
    value = fetch_figure(student, "multi_prompt_accuracy")
    expect_reported(value, hits, "`multi_prompt_accuracy`", student)


def flattened(prompts: dict[str, list[str]], reference: Expected) -> tuple[list[str], np.ndarray]:
    """Return all prompts in the order of the classes, and the class of each."""
    flat = [prompt for name in reference.class_names for prompt in prompts[name]]
    return flat, np.repeat(np.arange(10), [len(prompts[n]) for n in reference.class_names])


def fetch_prompts_by_class(student: Student, reference: Expected) -> dict[str, list[str]]:
    """Return `prompts_by_class` if it holds two or more texts for each class."""
    prompts = student.fetch("prompts_by_class")
    if not isinstance(prompts, dict):
        raise Wrong(f"`prompts_by_class` is {kind(prompts)}, expected a dictionary")
    missing = sorted(set(reference.class_names) - set(prompts))
    extra = sorted(str(key) for key in set(prompts) - set(reference.class_names))
    expect(not missing, f"`prompts_by_class` has no entry for {missing}")
    expect(not extra, f"`prompts_by_class` has keys that are no class names: {extra}")
    for name, texts in prompts.items():
        expect(
            isinstance(texts, (list, tuple)) and all(isinstance(text, str) for text in texts),
            f"`prompts_by_class[{name!r}]` is not a list of texts",
        )
        expect(len(texts) >= 2, f"`prompts_by_class[{name!r}]` holds fewer than two prompts")
        expect(
            len(texts) <= MOST_PROMPTS,
            f"`prompts_by_class[{name!r}]` holds {len(texts):,} prompts; up to {MOST_PROMPTS} a class are looked at",
        )
        expect_read_whole(texts, reference, f"prompts_by_class[{name!r}]")
    return prompts


# --- C: top-K --------------------------------------------------------------------------------------


@pytest.mark.experiment("C")
@pytest.mark.check(
    points=2,
    title="C: the k best classes of each image, best first",
    hint="`argsort` sorts upwards, so the best stands last. Column 0 of the result must be the best"
    " guess, column 1 the second best, and there must be k columns.",
)
def test_best_first(student: Student, reference: Expected, rng: Generator) -> None:
    similarity = draw_similarity(rng, 12, 10)
    got, changed = student.call_watched("get_top_k_predictions", similarity, 3, watch=GLOBALS)
    got = expect_indices(got, "the result for 12 images and k = 3", (12, 3), 10)
    wanted = np.argsort(-similarity, axis=1)[:, :3]
    if (got == wanted).all():
        expect_left_alone("get_top_k_predictions", ("similarity", "k"), changed)
        expect_narrow(student, rng)
        return
    if (got[:, ::-1] == wanted).all():
        raise Wrong("the right classes in the wrong order: the best guess stands last, not first")
    if (got == np.argsort(similarity, axis=1)[:, :3]).all():
        raise Wrong("these are the three *least* similar classes")
    wrong = int((got != wanted).any(axis=1).sum())
    raise Wrong(f"{wrong} of 12 rows do not hold the three best classes, best first")


def expect_narrow(student: Student, rng: Generator) -> None:
    """Raise `Wrong` unless the best of images that are decided narrowly stand first, and those of other shapes."""
    for similarity, k in (
        (draw_narrow(rng, 40, 10), 2),
        (draw_mixed(rng, 131, 7), 2),
        (3 * draw_similarity(rng, 200, 4), 3),
        (draw_similarity(rng, 131, 24), 19),
        (draw_narrow(rng, 10, 10) - np.float32(2), 2),
        (draw_similarity(rng, 1, 16), 5),
        (draw_similarity(rng, 131, 12) - 1, 5),
        (draw_similarity(rng, 33, 33), 4),
        (draw_mixed(rng, 30, 40), 2),
        (draw_similarity(rng, 5, 40), 7),
        # Beyond what a partition of few values happens to sort.
        (draw_similarity(rng, 2, 1_500), 700),
    ):
        count, classes = similarity.shape
        got = student.call("get_top_k_predictions", similarity, k)
        what = f"{count} images with {classes} classes and k = {k}"
        got = expect_indices(got, f"the result for {what}", (count, k), classes)
        wrong = int((got != np.argsort(-similarity, axis=1)[:, :k]).any(axis=1).sum())
        expect(
            wrong == 0,
            f"of {what}, {wrong} rows do not hold the {k} best, best first",
        )


@pytest.mark.experiment("C")
@pytest.mark.check(
    points=1,
    title="C: k = 1 is the prediction, k = 10 holds every class",
    hint="The function must work for every k from 1 to the number of classes.",
)
def test_smallest_and_largest_k(student: Student, reference: Expected, rng: Generator) -> None:
    similarity = draw_similarity(rng, 5, 10)
    one = student.call("get_top_k_predictions", similarity, 1)
    one = expect_indices(one, "the result for 5 images and k = 1", (5, 1), 10)
    expect((one[:, 0] == similarity.argmax(axis=1)).all(), "k = 1 does not give the best class")
    expect_predictions_kept(student, similarity)
    # As many rows as tables of the notebook itself have.
    many = draw_unbalanced(rng, 10_000, 10)
    one = student.call("get_top_k_predictions", many, 1)
    one = expect_indices(one, "the result for 10,000 images and k = 1", (10_000, 1), 10)
    expect(
        (one[:, 0] == many.argmax(axis=1)).all(),
        "k = 1 does not give the best class of 10,000 images",
    )
    one = student.call("get_top_k_predictions", draw_similarity(rng, 130, 1), 1)
    one = expect_indices(one, "the result for 130 images with one class and k = 1", (130, 1), 1)
    ten = student.call("get_top_k_predictions", similarity, 10)
    ten = expect_indices(ten, "the result for 5 images and k = 10", (5, 10), 10)
    expect(
        (np.sort(ten, axis=1) == np.arange(10)).all(), "k = 10 does not hold each class once a row"
    )


def expect_predictions_kept(student: Student, similarity: np.ndarray) -> None:
    """Raise `Wrong` if `get_predictions` has come to give several classes an image; its own mistakes do not matter."""
    try:
        now = student.call("get_predictions", similarity)
    except StudentError:
        return
    expect(
        not (isinstance(now, np.ndarray) and now.ndim == 2 and now.shape[1] > 1),
        "`get_predictions` gives several classes an image after the experiment, so what used it before no longer works",
        "predictions-replaced",
    )


@pytest.mark.experiment("C")
@pytest.mark.check(
    points=1,
    title="C: equal similarities still give k different classes",
    hint="Sort positions, not values: looking a value up again finds the same class twice if two"
    " classes are equally similar.",
)
def test_ties_give_different_classes(student: Student, reference: Expected, rng: Generator) -> None:
    similarity = rng.permuted(np.tile([0.9, 0.5, 0.5, 0.5, 0.1, 0.1], (6, 1)), axis=1)
    similarity = similarity.astype(np.float32)
    got = student.call("get_top_k_predictions", similarity, 4)
    got = expect_indices(got, "the result for 6 images and k = 4", (6, 4), 6)
    distinct = all(len(set(row)) == 4 for row in got.tolist())
    expect(distinct, "a row names the same class twice where similarities are equal")
    values = np.sort(np.take_along_axis(similarity, got, axis=1), axis=1)
    wanted = np.sort(similarity, axis=1)[:, -4:]
    expect((values == wanted).all(), "where similarities are equal, better classes were left out")


@pytest.mark.experiment("C")
@pytest.mark.check(
    points=2,
    title="C: top-K accuracy looks at each image's own k guesses",
    hint="An image counts as right if *its own* label is among *its own* k guesses: compare row by"
    " row. `np.isin` over the whole batch asks whether the label occurs anywhere at all.",
)
def test_top_k_accuracy_is_row_by_row(
    student: Student, reference: Expected, rng: Generator
) -> None:
    top_k = np.stack([rng.permutation(10)[:3] for _ in range(20)])
    hit = rng.permutation(np.arange(20) < 7)
    outside = np.array([rng.choice(np.setdiff1d(np.arange(10), row)) for row in top_k])
    y_true = np.where(hit, top_k[np.arange(20), rng.integers(0, 3, size=20)], outside)
    got = expect_number(student.call("top_k_accuracy", y_true, top_k), "the result")
    anywhere = float(np.isin(y_true, top_k).mean())
    if abs(got - 7 / 20) > 1e-6 and abs(got - anywhere) <= 1e-6:
        raise Wrong(
            f"the result is {got:.3f}, expected 0.350: the labels were looked for among the guesses"
            " of all images, not among each image's own"
        )
    expect(
        abs(got - 7 / 20) <= 1e-6,
        f"the result is {got:.3f}, expected 0.350: 7 of 20 images have their label among their 3 guesses",
    )
    # Many images, few, a single one, and as many as guesses.
    for count, k in ((131, 5), (200, 9), (5, 2), (1, 6), (1, 4), (10, 5), (4, 4), (129, 1)):
        top_k = np.stack([rng.permutation(10)[:k] for _ in range(count)])
        # A label a row that is among the guesses, the last of them as often as the first, or among the others.
        among = rng.permutation(np.arange(count) % 3 > 0)
        own = np.where(rng.random(count) < 0.5, top_k[:, 0], top_k[:, -1])
        other = np.array([rng.choice(np.setdiff1d(np.arange(10), row)) for row in top_k])
        y_true = np.where(among | (count == 1), own, other)
        hits = int((top_k == y_true[:, None]).any(axis=1).sum())
        value, changed = student.call_watched("top_k_accuracy", y_true, top_k, watch=GLOBALS)
        got = expect_number(value, "the result")
        expect_left_alone("top_k_accuracy", ("y_true", "top_k"), changed)
        expect(
            abs(got - hits / count) <= 1e-6,
            f"the result is {got:.3f}, expected {hits / count:.3f}: {hits} of {count} images have their label among"
            f" their {k} guesses",
        )


@pytest.mark.experiment("C")
@pytest.mark.check(
    points=3,
    title="C: `top_k_results` are what the bare class names give, for at least two K",
    hint="`top_k_results` maps each K to the accuracy over all 10,000 images, for the bare class names."
    " Check that the text embeddings are still those you mean.",
)
def test_top_k_results_are_reported_truthfully(
    student: Student, reference: Expected, rng: Generator
) -> None:
    expect_class_names_kept(student, reference)
    results = fetch_figure(student, "top_k_results")
    if not isinstance(results, dict):
        raise Wrong(f"`top_k_results` is {kind(results)}, expected a dictionary")
    ks = [k for k in results if isinstance(k, int) and 1 <= k <= 10]
    expect(len(ks) == len(results), f"the keys of `top_k_results` are {list(results)}, expected K")
    expect(len(ks) >= 2, f"`top_k_results` holds {len(ks)} values of K, expected at least two")
    wrong = reported_for(results, reference, reference.class_names, student)
    if wrong is not None:
        raise wrong


def reported_for(
    results: dict[int, Any],
    reference: Expected,
    texts: Sequence[str],
    student: Student | None = None,
) -> Wrong | None:
    """Return None if every reported top-K accuracy is what these texts give, else the `Wrong`."""
    for k, value in results.items():
        hits = reference.top_k_hits(texts, k)
        try:
            expect_reported(value, hits, f"`top_k_results[{k}]`", student)
        except Wrong as wrong:
            return wrong
    return None
