"""Section 5: mistakes in the mini-experiments A, B and C."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from autograder.assignments.assignment_2.checks.tolerances import ROUNDED_REPORT
from autograder.assignments.assignment_2.mistakes.figures import (
    PREFIXES,
    Reported,
    about,
    agreement_of_fewer,
    by_another_number,
    fraction_of_fewer,
    is_read_whole,
    mean_of_shares,
    out_of_step,
    text_lists,
)
from autograder.assignments.assignment_2.mistakes.state import (
    MODEL_OVERWRITTEN,
    WHOLE,
    model_overwritten,
)
from autograder.assignments.assignment_2.mistakes.towers import Towers
from autograder.assignments.assignment_2.mistakes.typed import is_typed_in
from autograder.assignments.assignment_2.mistakes.upstream import FUNCTION_USED_IS_WRONG
from autograder.assignments.assignment_2.mistakes.winners import names_winners
from autograder.checks.own_cells import cells_with
from autograder.clip.assets import shown_path
from autograder.clip.expected import MOST_OTHERS, Expected
from autograder.clip.reference import MOST_TEXTS, pixel_settings
from autograder.diagnosis.agreement import close, numbers, single
from autograder.diagnosis.evidence import Call, Evidence, NoMoreCalls
from autograder.diagnosis.relations import table_signs
from autograder.diagnosis.signs import Sign, Simulated, Simulation, outcome
from autograder.diagnosis.wrappings import (
    Holds,
    equals,
    follows_no_argument,
    follows_others,
    indices_wanted,
    repeats_the_first,
)
from autograder.errors import AssetError

_EXACT = 1e-6
_NEAR = 0.02
_BESIDE = 0.05
"""By how much an accuracy falls at least where labels stand beside other images than theirs."""
_SOME_IMAGES = 3 / WHOLE
"""An accuracy may differ by so much where the same is computed in another order."""
"""How far the mean over batches may be from the share of all images: a last batch of a few has its own share."""
_TEXT_FEATURES = (
    "{name: value for name, value in list(globals().items()) if not name.startswith('_')"
    " and type(value).__name__ in ('ndarray', 'Tensor') and len(value.shape) == 2"
    " and 2 <= len(value) <= 200 and value.shape[1] >= 16}"
)
_MOST_GUESSES = 5
_HARDLY_MORE_THAN_CHANCE = 0.3
_MANY = 100
_FEW_IMAGES = (10, 16, 20, 25, 32, 40, 50, 64, 80, 100, 125, 128, 200, 250)
_FIGURES_THAT_TELL = 2
_FEWER_GUESSES = (1, 2, 3)
"""Most columns that a result which ignores k is looked at with."""


# --- A: another model --------------------------------------------------------------------------------


def _same_name(evidence: Evidence) -> bool:
    name = evidence.fetch("alternative_model_name")
    return isinstance(name, str) and name == evidence.fetch("clip_model_name")


def _accuracy_of_first(evidence: Evidence) -> bool:
    value = single(evidence.fetch("alternative_accuracy"))
    first = evidence.reference.accuracy(evidence.reference.class_names)
    return value is not None and abs(value - first) <= _EXACT


def _old_processor(evidence: Evidence) -> bool:
    """Hold where the figure is what the other model gives behind the first model's processor."""
    found = _figure_of(evidence)
    if found is None:
        return False
    value, other = found
    wrong = accuracies_mixed(evidence.reference, other)
    return any(abs(value - figure) <= 1e-3 for figure in wrong)


@lru_cache(maxsize=MOST_OTHERS)
def accuracies_mixed(first: Expected, other: Expected, batch: int = 500) -> list[float]:
    """Return what a model gives with another one's processor: for images, for texts, and for both.

    A combination that the model cannot take (another size of image, a token it does not know) is left out.
    """
    import torch

    model, own = other.reference.loaded
    borrowed = first.reference.loaded[1]
    names = list(other.class_names)

    def texts(processor: Any) -> np.ndarray:
        inputs = processor(text=names, return_tensors="pt", padding=True).to(other.reference.device)
        with torch.no_grad():
            output = model.get_text_features(**inputs)
        return _unit(getattr(output, "pooler_output", output))

    def images(processor: Any) -> np.ndarray:
        if processor is own or _same_pixels(processor, own):
            return other.image_embeddings()
        rows = range(len(other.labels()))
        parts = [other.embed(first.pixel_values(rows[at : at + batch])) for at in rows[::batch]]
        return np.concatenate(parts)

    found = []
    for image_side, text_side in ((borrowed, own), (own, borrowed), (borrowed, borrowed)):
        try:
            predicted = (images(image_side) @ texts(text_side).T).argmax(axis=1)
        except (ValueError, IndexError, RuntimeError):
            continue
        figure = float((predicted == other.labels()).mean())
        if abs(figure - other.accuracy(names)) > 1e-3:
            found.append(figure)
    return found


def _same_pixels(one: Any, other: Any) -> bool:
    settings = (pixel_settings(processor.image_processor.to_dict()) for processor in (one, other))
    return next(settings) == next(settings)


def _unit(features: Any) -> np.ndarray:
    rows: np.ndarray = (features / features.norm(dim=-1, keepdim=True)).cpu().numpy()
    return rows


def _first_model_renamed(evidence: Evidence) -> bool:
    """Hold where even `clip_model_name` says the other model, so that the two are the same by name."""
    name = evidence.fetch("clip_model_name")
    first = evidence.reference.reference.snapshot
    known = (first.name, str(first.path), str(shown_path(first)))
    return name not in known and _same_name(evidence)


def _figure_of(evidence: Evidence) -> tuple[float, Expected] | None:
    """Return the reported accuracy, and what the other model really gives; None without one of them."""
    value = single(evidence.fetch("alternative_accuracy"))
    name = evidence.fetch("alternative_model_name")
    if value is None or not isinstance(name, str):
        return None
    try:
        return value, evidence.reference.of_model(name)
    except AssetError:
        return None


def _first_images(evidence: Evidence) -> bool:
    found = _figure_of(evidence)
    if found is None:
        return False
    value, other = found
    right = other.hits(other.class_names)[0]
    return fraction_of_fewer(value) or any(
        abs(float(right[:size].mean()) - value) <= _EXACT for size in PREFIXES
    )


def _pair_of_fewer(evidence: Evidence) -> bool:
    """Hold where the figure is the agreement of two arrays of the notebook's that hold some of the images only."""
    value = single(evidence.fetch("alternative_accuracy"))
    return value is not None and agreement_of_fewer(evidence, value)


def _labels_elsewhere(evidence: Evidence) -> bool:
    """Hold where the other model's right predictions, as a whole, stand beside other images' labels."""
    found = _figure_of(evidence)
    if found is None:
        return False
    value, other = found
    predicted = other.predictions(other.class_names)
    is_right = abs(other.accuracy(other.class_names) - value) < _BESIDE
    return not is_right and out_of_step(evidence, value, predicted)


def _mean_over_batches(evidence: Evidence) -> bool:
    found = _figure_of(evidence)
    if found is None:
        return False
    value, other = found
    # It is near what it stands for, since all batches but one are whole.
    return mean_of_shares(value) and abs(value - other.accuracy(other.class_names)) < _NEAR


def _other_prompts(evidence: Evidence) -> bool:
    found = _figure_of(evidence)
    if found is None:
        return False
    value, other = found
    lists = [texts for texts in text_lists(evidence).values() if len(texts) == 10]
    return any(
        texts != list(other.class_names) and abs(other.accuracy(texts) - value) <= ROUNDED_REPORT
        for texts in lists[:12]
    )


def _not_normalised(evidence: Evidence) -> bool:
    """Hold where the figure is what the other model's texts give at the lengths that it gives them."""
    found = _figure_of(evidence)
    if found is None:
        return False
    value, other = found
    texts = Towers(other).text(list(other.class_names)).features
    predicted = (other.image_embeddings() @ texts.T).argmax(axis=1)
    figure = float((predicted == other.labels()).mean())
    return abs(figure - value) <= _SOME_IMAGES < abs(figure - other.accuracy(other.class_names))


def _built_from_its_configuration(evidence: Evidence) -> bool:
    """Hold where a cell calls the model's class, and the figure is hardly more than chance."""
    value = single(evidence.fetch("alternative_accuracy"))
    texts = evidence.fetch(
        cells_with("CLIPModel(", "AutoModel.from_config(", "CLIPModel._from_config(")
    )
    return bool(texts) and value is not None and value < _HARDLY_MORE_THAN_CHANCE


def _divided_by_another_number(evidence: Evidence) -> bool:
    found = _figure_of(evidence)
    return found is not None and by_another_number(found[0], found[1].hits(found[1].class_names)[0])


def _no_other_model(evidence: Evidence) -> bool:
    """Hold where no second model was ever loaded: its figure can only have been typed in."""
    models = evidence.fetch(_MODELS)
    return models == 1 and not model_overwritten(evidence)


_MODELS = "len({id(thing) for thing in list(globals().values()) if isinstance(thing, CLIPModel)})"
_CHOSEN = ("test_another_model_is_chosen",)
_A_FIGURE = ("test_alternative_accuracy_is_reported_truthfully",)
_SIGNS_A = (
    Sign("model-overwritten", _first_model_renamed, (*_CHOSEN, "test_first_model_is_kept")),
    Sign("same-model-again", _same_name, (*_CHOSEN, *_A_FIGURE)),
    Sign("same-model-again", _accuracy_of_first, _A_FIGURE),
    Sign("new-model-old-processor", _old_processor, _A_FIGURE),
    Sign("wrong-denominator", _divided_by_another_number, _A_FIGURE),
    Sign("subset-as-whole", _pair_of_fewer, _A_FIGURE, decides=True),
    Sign("not-normalised", _not_normalised, _A_FIGURE),
    Sign("weights-not-loaded", _built_from_its_configuration, _A_FIGURE),
    Sign("subset-as-whole", _first_images, _A_FIGURE),
    Sign("labels-from-another-pass", _labels_elsewhere, _A_FIGURE),
    Sign("mean-of-batch-means", _mean_over_batches, _A_FIGURE),
    Sign("accuracy-not-from-prompts", _other_prompts, _A_FIGURE),
    Sign("accuracy-not-from-predictions", _no_other_model, _A_FIGURE, weak=True),
    *(
        sign
        for sign in Reported("alternative_accuracy", lambda evidence: None, _A_FIGURE).signs()
        # An accuracy by chance is no sign of pixels rescaled twice here: other models may be loaded wrongly.
        if sign.misconception in ("percentage", "accuracy-not-from-predictions")
    ),
)


# --- B: several prompts a class ----------------------------------------------------------------------

MULTI = "get_multi_prompt_predictions"


def _per_class(pool: Callable[..., Any]) -> Simulation:
    def predict(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
        scores = np.full((len(similarity), int(prompt_class.max()) + 1), -np.inf)
        for index in np.unique(prompt_class):
            scores[:, index] = pool(similarity[:, prompt_class == index], axis=1)
        best: np.ndarray = scores.argmax(axis=1)
        return best

    return predict


def _by_number(each: int) -> Simulation:
    """Take prompts to be in the order of the classes, so many each."""
    return lambda similarity, prompt_class: similarity.argmax(axis=1) // each


def _evenly(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    each = max(1, similarity.shape[1] // (int(prompt_class.max()) + 1))
    places: np.ndarray = similarity.argmax(axis=1) // each
    return places


def _by_vote(most: int, *, shares: bool = False) -> Simulation:
    """Let the best prompts of an image vote, each with one voice, or with its similarity."""

    def predict(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
        best = np.argsort(-similarity, axis=1, kind="stable")[:, :most]
        voices = np.zeros((len(similarity), int(prompt_class.max()) + 1))
        weights = np.take_along_axis(similarity, best, axis=1) if shares else 1
        np.add.at(voices, (np.arange(len(best))[:, None], prompt_class[best]), weights)
        winners: np.ndarray = voices.argmax(axis=1)
        return winners

    return predict


def _above_mean(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    above = similarity > similarity.mean(axis=1, keepdims=True)
    return _per_class(np.sum)(above.astype(float), prompt_class)


def _mean_of_two_best(scores: np.ndarray, axis: int) -> np.ndarray:
    best: np.ndarray = np.sort(scores, axis=axis)[:, -2:].mean(axis=axis)
    return best


def _cut_scores(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    """Start from a score of 0 for each class."""
    scores = np.zeros((len(similarity), int(prompt_class.max()) + 1))
    for column, owner in enumerate(prompt_class):
        scores[:, owner] = np.maximum(scores[:, owner], similarity[:, column])
    best: np.ndarray = scores.argmax(axis=1)
    return best


def _without_class_zero(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    owned = np.where(prompt_class == 0, -np.inf, similarity)
    winners: np.ndarray = prompt_class[owned.argmax(axis=1)]
    return winners


def _grouped_where_they_are_not(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    """Take the best of each class's columns as if those of one class stood together, in the order of the classes."""
    classes, counts = np.unique(prompt_class, return_counts=True)
    starts = np.cumsum(counts) - counts
    winners: np.ndarray = classes[np.maximum.reduceat(similarity, starts, axis=1).argmax(axis=1)]
    return winners


def _two_owners(evidence: Evidence) -> Sequence[tuple[Any, ...]]:
    """Fewer images than prompts, twice, with other classes for the prompts the second time."""
    rng = evidence.rng
    prompt_class = rng.permutation(np.repeat(np.arange(10), [2, 1, 1, 3, 1, 2, 1, 1, 1, 1]))
    similarity = rng.uniform(-0.9, 0.9, size=(6, len(prompt_class))).astype(np.float32)
    return [(similarity, prompt_class), (similarity, (prompt_class + 1) % 10)]


def _same_for_other_owners(evidence: Evidence) -> bool:
    """Hold where the classes of the prompts make no difference to the answer."""
    calls = [call for call in MULTI_SIMULATED.calls(evidence) if call.error is None]
    pairs = [
        (one, other)
        for one, other in combinations(calls, 2)
        if np.array_equal(one.arguments[0], other.arguments[0])
        and not np.array_equal(one.arguments[1], other.arguments[1])
    ]
    return bool(pairs) and all(close(one.answer, other.answer) for one, other in pairs)


MULTI_SIMULATED = Simulated(
    MULTI,
    lambda similarity, prompt_class: prompt_class[similarity.argmax(axis=1)],
    (
        ("prompt-ids-not-mapped", lambda s, c: s.argmax(axis=1)),
        ("mean-over-prompts", _per_class(np.mean)),
        ("sum-over-prompts", _per_class(np.sum)),
        ("mean-over-prompts", _per_class(np.median)),
        ("argmin", lambda s, c: c[s.argmin(axis=1)]),
        ("argmin", _per_class(np.min)),
        ("prompt-class-ignored", _evenly),
        *(("prompt-class-ignored", _by_number(each)) for each in (2, 3, 4)),
        ("prompt-class-ignored", lambda s, c: s.argmax(axis=1) % 10),
        *(("prompts-vote", _by_vote(most)) for most in (2, 3, 5)),
        *(("prompts-vote", _by_vote(most, shares=True)) for most in (2, 3, 5)),
        ("prompts-vote", _above_mean),
        ("mean-over-prompts", _per_class(_mean_of_two_best)),
        ("mean-over-prompts", _per_class(lambda s, axis: np.exp(s).mean(axis=axis))),
        ("part-of-the-argument", _per_class(lambda s, axis: s[:, 0])),
        ("part-of-the-argument", _per_class(lambda s, axis: s[:, -1])),
        ("negatives-cut", lambda s, c: c[np.maximum(s, 0).argmax(axis=1)]),
        ("negatives-cut", _cut_scores),
        ("absolute-values", lambda s, c: c[np.abs(s).argmax(axis=1)]),
        ("second-best-taken", lambda s, c: c[np.argsort(-s, axis=1)[:, 1]]),
        ("class-zero-lost", _without_class_zero),
        ("classes-renumbered", lambda s, c: np.unique(c, return_inverse=True)[1][s.argmax(axis=1)]),
        (
            "classes-renumbered",
            lambda s, c: np.unique(c[s.argmax(axis=1)], return_inverse=True)[1],
        ),
        ("answers-sorted", lambda s, c: np.sort(c[s.argmax(axis=1)])),
        ("prompts-of-other-classes", lambda s, c: np.sort(c)[s.argmax(axis=1)]),
        ("prompts-of-other-classes", _grouped_where_they_are_not),
        ("axis-squeezed", lambda s, c: np.squeeze(c[s.argmax(axis=1)])),
        *(
            ("rounded-before-argmax", lambda s, c, d=digits: c[np.round(s, d).argmax(axis=1)])
            for digits in (1, 2, 3)
        ),
        ("argmax-wrong-axis", lambda s, c: s.argmax(axis=0)),
        ("argmax-wrong-axis", lambda s, c: c[s.argmax(axis=0)]),
        ("argmax-of-everything", lambda s, c: c[s.argmax() % len(c)]),
        ("extra-dimension", lambda s, c: c[s.argmax(axis=1)][:, None]),
        ("values-instead-of-indices", lambda s, c: s.max(axis=1)),
        ("one-based-indices", lambda s, c: c[s.argmax(axis=1)] + 1),
    ),
    _two_owners,
)

_B_PROMPTS = ("test_prompts_for_every_class", "test_multi_prompt_accuracy_is_reported_truthfully")
_B_FUNCTION = ("test_the_best_prompts_class_wins",)
_B_FIGURE = ("test_multi_prompt_accuracy_is_reported_truthfully",)


def _prompts(evidence: Evidence) -> dict[str, list[str]] | None:
    prompts = evidence.fetch("prompts_by_class")
    usable = isinstance(prompts, dict) and all(
        isinstance(texts, (list, tuple)) and all(is_read_whole(evidence, text) for text in texts)
        for texts in prompts.values()
    )
    return prompts if usable and sum(map(len, prompts.values())) <= MOST_TEXTS else None


def _other_keys(evidence: Evidence) -> bool:
    prompts = _prompts(evidence)
    return prompts is not None and set(prompts) != set(evidence.reference.class_names)


def _flat(evidence: Evidence) -> tuple[list[str], np.ndarray] | None:
    prompts = _prompts(evidence)
    if prompts is None or set(prompts) != set(evidence.reference.class_names):
        return None
    names = evidence.reference.class_names
    flat = [text for name in names for text in prompts[name]]
    return flat, np.repeat(np.arange(len(names)), [len(prompts[name]) for name in names])


_DONE_INLINE = (
    "prompt-ids-not-mapped",
    "mean-over-prompts",
    "sum-over-prompts",
    "argmin",
    "prompt-class-ignored",
    "prompts-vote",
    "one-based-indices",
)
"""What is done beside a right function, in the cell itself."""


def _as_function(mistake: Simulation, *, inline: bool) -> Callable[[Evidence], bool]:
    """Return a sign: the reported accuracy is what these prompts give under this mistake.

    Args:
        mistake: made on purpose.
        inline: whether it may be made where the accuracy is measured, and the function be right.
    """
    possible = (MULTI_SIMULATED.right, mistake) if inline else (mistake,)

    def holds(evidence: Evidence) -> bool:
        value, prompts = single(evidence.fetch("multi_prompt_accuracy")), _flat(evidence)
        if value is None or prompts is None or fraction_of_fewer(value):
            return False
        if not _answers_as(evidence, *possible):
            return False  # the function makes another mistake than this one
        flat, prompt_class = prompts
        similarity = evidence.reference.reference.similarity(flat)
        predicted = outcome(mistake, (similarity, prompt_class))
        labels = evidence.reference.labels()
        if not isinstance(predicted, np.ndarray) or predicted.shape != labels.shape:
            return False
        return abs(float((predicted == labels).mean()) - value) <= ROUNDED_REPORT

    return holds


def _where_the_function_is_right(holds: Holds) -> Holds:
    def right_and_holds(evidence: Evidence) -> bool:
        return _answers_as(evidence, MULTI_SIMULATED.right) and holds(evidence)

    return right_and_holds


def _answers_as(evidence: Evidence, *possible: Simulation) -> bool:
    """Return whether each answer of the function is one of those that these give."""
    return all(
        any(close(call.answer, outcome(make, call.arguments)) for make in possible)
        for call in evidence.calls(MULTI)
    )


def _texts_for_lists(evidence: Evidence) -> bool:
    prompts = evidence.fetch("prompts_by_class")
    if not isinstance(prompts, dict):
        return prompts is not None
    return any(not isinstance(texts, (list, tuple)) for texts in prompts.values())


def _labels_of_another_pass(evidence: Evidence) -> bool:
    """Hold where right predictions, as a whole, stand beside other images' labels."""
    value, prompts = single(evidence.fetch("multi_prompt_accuracy")), _flat(evidence)
    if value is None or prompts is None:
        return False
    flat, prompt_class = prompts
    similarity = evidence.reference.reference.similarity(flat)
    predicted = MULTI_SIMULATED.right(similarity, prompt_class)
    is_right = abs(float((predicted == evidence.reference.labels()).mean()) - value) < _BESIDE
    return not is_right and out_of_step(evidence, value, predicted)


def _other_owners(evidence: Evidence) -> bool:
    """Hold where the figure is that of prompts in one order and classes in another."""
    value, prompts = single(evidence.fetch("multi_prompt_accuracy")), _prompts(evidence)
    names = list(evidence.reference.class_names)
    if value is None or prompts is None or set(prompts) != set(names):
        return False
    counts = {len(texts) for texts in prompts.values()}
    if len(counts) != 1:
        return False
    classes, each = len(names), counts.pop()
    orders = [names, list(prompts), sorted(names)]
    by_class = np.repeat(np.arange(classes), each)
    in_turn = np.tile(np.arange(classes), each)
    labels = evidence.reference.labels()
    flat = [text for name in names for text in prompts[name]]
    table = evidence.reference.reference.similarity(flat)
    columns = {name: range(place * each, (place + 1) * each) for place, name in enumerate(names)}
    for order in orders:
        grouped = [column for name in order for column in columns[name]]
        rounds = [columns[name][turn] for turn in range(each) for name in order]
        for embedded in (grouped, rounds):
            for owners in (by_class, in_turn):
                predicted = owners[table[:, embedded].argmax(axis=1)]
                if not np.array_equal(np.asarray(embedded) // each, owners) and (
                    abs(float((predicted == labels).mean()) - value) <= ROUNDED_REPORT
                ):
                    return True
    return False


def _of_mean_embeddings(evidence: Evidence) -> bool:
    """Hold where the figure is that of one embedding a class, the mean of its prompts'."""
    value, prompts = single(evidence.fetch("multi_prompt_accuracy")), _prompts(evidence)
    if value is None or prompts is None or set(prompts) != set(evidence.reference.class_names):
        return False
    means = [
        evidence.reference.text_embeddings(prompts[name]).mean(axis=0)
        for name in evidence.reference.class_names
        if prompts[name]
    ]
    labels = evidence.reference.labels()
    if len(means) != len(evidence.reference.class_names):
        return False
    table = evidence.reference.image_embeddings() @ np.stack(means).T
    lengths = np.linalg.norm(means, axis=1)
    return any(
        abs(float((scores.argmax(axis=1) == labels).mean()) - value) <= ROUNDED_REPORT
        for scores in (table, table / lengths)
    )


def _among_the_best(evidence: Evidence, prompts: Mapping[str, list[str]]) -> Iterator[np.ndarray]:
    """Yield which images have a prompt of their class among their best two, three and so on, bool (N,)."""
    names = list(evidence.reference.class_names)
    owners = np.repeat(np.arange(len(names)), [len(prompts[name]) for name in names])
    table = evidence.reference.reference.similarity([t for name in names for t in prompts[name]])
    best = owners[np.argsort(-table, axis=1)[:, :_MOST_GUESSES]]
    for count in range(2, _MOST_GUESSES + 1):
        yield (best[:, :count] == evidence.reference.labels()[:, None]).any(axis=1)


def _any_round(evidence: Evidence) -> bool:
    """Hold where an image counts that the first prompts of all classes get right, or the second ones, and so on."""
    value, prompts = single(evidence.fetch("multi_prompt_accuracy")), _prompts(evidence)
    names = list(evidence.reference.class_names)
    if value is None or prompts is None or set(prompts) != set(names):
        return False
    rounds = min(len(texts) for texts in prompts.values())
    right = [
        evidence.reference.hits([prompts[name][turn] for name in names])[0]
        for turn in range(rounds)
    ]
    known = [np.any(right, axis=0), np.all(right, axis=0), *_among_the_best(evidence, prompts)]
    return any(abs(float(hits.mean()) - value) <= ROUNDED_REPORT for hits in known)


_SIGNS_B = (
    Sign("not-a-list", _texts_for_lists, _B_PROMPTS),
    *indices_wanted(MULTI, equals(MULTI_SIMULATED.right)),
    *MULTI_SIMULATED.signs(),
    Sign("prompt-class-ignored", _same_for_other_owners, _B_FUNCTION),
    Sign("depends-on-batch", follows_others(MULTI, MULTI_SIMULATED), _B_FUNCTION),
    *follows_no_argument(MULTI, MULTI_SIMULATED.right, lambda a: len(a[0])),
    *table_signs(MULTI, MULTI_SIMULATED.right, _B_FUNCTION),
    Sign("keys-not-class-names", _other_keys, _B_PROMPTS),
    Sign(
        "labels-from-another-pass",
        about("multi_prompt_accuracy", _where_the_function_is_right(_labels_of_another_pass)),
        _B_FIGURE,
    ),
    Sign(
        "prompts-of-other-classes",
        about("multi_prompt_accuracy", _where_the_function_is_right(_other_owners)),
        _B_FIGURE,
    ),
    Sign(
        "right-in-any-try",
        about("multi_prompt_accuracy", _where_the_function_is_right(_any_round)),
        _B_FIGURE,
    ),
    Sign(
        "mean-over-prompts",
        about("multi_prompt_accuracy", _where_the_function_is_right(_of_mean_embeddings)),
        _B_FIGURE,
    ),
    *(
        Sign(
            name,
            about("multi_prompt_accuracy", _as_function(mistake, inline=name in _DONE_INLINE)),
            _B_FIGURE,
        )
        for name, mistake in MULTI_SIMULATED.mistakes
        if name not in ("extra-dimension", "values-instead-of-indices")
    ),
    *(
        # A function that is wrong gives a wrong figure, whatever the texts are.
        dataclasses.replace(sign, holds=_where_the_function_is_right(sign.holds))
        if sign.misconception == "accuracy-not-from-prompts"
        else sign
        for sign in Reported("multi_prompt_accuracy", lambda evidence: None, _B_FIGURE).signs()
    ),
)


# --- C: top-K ----------------------------------------------------------------------------------------

TOP_K, SHARE = "get_top_k_predictions", "top_k_accuracy"


def _right_top_k(similarity: np.ndarray, k: int) -> np.ndarray:
    order: np.ndarray = np.argsort(-similarity, axis=1, kind="stable")
    return order[:, :k]


TOP_K_SIMULATED = Simulated(
    TOP_K,
    _right_top_k,
    (
        ("top-k-ascending", lambda s, k: np.argsort(s, axis=1)[:, :k]),
        ("top-k-ascending", lambda s, k: np.argsort(s, axis=1)[:, :k][:, ::-1]),
        ("best-guess-last", lambda s, k: np.argsort(s, axis=1)[:, -k:]),
        ("best-guess-last", lambda s, k: _right_top_k(s, k)[:, ::-1]),
        ("k-plus-one", lambda s, k: np.argsort(-s, axis=1)[:, : k + 1]),
        ("best-guess-skipped", lambda s, k: np.argsort(-s, axis=1)[:, 1 : k + 1]),
        ("best-guess-skipped", lambda s, k: np.argsort(s, axis=1)[:, -k:-1][:, ::-1]),
        ("best-guess-skipped", lambda s, k: np.argsort(s, axis=1)[:, -k - 1 : -1][:, ::-1]),
        ("best-guess-last", lambda s, k: np.argsort(s, axis=1)[:, -k - 1 : -1]),
        *(
            ("k-ignored", lambda s, k, fixed=fixed: _right_top_k(s, fixed))
            for fixed in (1, 2, 3, 5, 10, _MANY)
        ),
        *(
            ("k-ignored", lambda s, k, fixed=fixed: np.argsort(s, axis=1)[:, -fixed:])
            for fixed in (2, 3, 5)
        ),
        ("negatives-cut", lambda s, k: _right_top_k(np.maximum(s, 0), k)),
        ("absolute-values", lambda s, k: _right_top_k(np.abs(s), k)),
        *(
            ("rounded-before-argmax", lambda s, k, d=digits: _right_top_k(np.round(s, d), k))
            for digits in (1, 2, 3)
        ),
        ("rank-instead-of-index", lambda s, k: (-s).argsort(axis=1).argsort(axis=1)[:, :k]),
        ("rank-instead-of-index", lambda s, k: s.argsort(axis=1).argsort(axis=1)[:, :k]),
        ("rank-instead-of-index", lambda s, k: s.argsort(axis=1).argsort(axis=1)[:, -k:]),
        ("part-of-the-argument", lambda s, k: _right_top_k(s[:, :10], k)),
        ("part-of-the-argument", lambda s, k: _right_top_k(s[:, :-1], k)),
        ("part-of-the-argument", lambda s, k: _right_top_k(s[:, 1:], k)),
        ("class-zero-lost", lambda s, k: _right_top_k(s[:, 1:], k) + 1),
        ("axis-squeezed", lambda s, k: np.squeeze(_right_top_k(s, k))),
        ("axis-squeezed", lambda s, k: _right_top_k(s, k)[:, 0] if k == 1 else _right_top_k(s, k)),
        (
            "axis-squeezed",
            lambda s, k: _right_top_k(s, k)[0] if len(s) == 1 else _right_top_k(s, k),
        ),
        ("classes-renumbered", lambda s, k: s.shape[1] - 1 - _right_top_k(s, k)),
        ("classes-renumbered", lambda s, k: np.argsort(-s[:, ::-1], axis=1)[:, :k]),
        ("classes-renumbered", lambda s, k: np.argsort(s[:, ::-1], axis=1)[:, :k]),
        ("order-not-kept", lambda s, k: _right_top_k(s, k)[::-1]),
        ("order-not-kept", lambda s, k: np.argsort(s, axis=1)[::-1][:, :k]),
        ("order-not-kept", lambda s, k: np.argsort(s, axis=1)[:, -k:][::-1]),
        ("answers-sorted", lambda s, k: np.sort(_right_top_k(s, k), axis=0)),
        ("values-instead-of-indices", lambda s, k: -np.sort(-s, axis=1)[:, :k]),
        ("values-instead-of-indices", lambda s, k: np.sort(s, axis=1)[:, -k:]),
        ("argmax-wrong-axis", lambda s, k: np.argsort(-s, axis=0)[:, :k]),
        ("argmax-wrong-axis", lambda s, k: np.argsort(-s, axis=0)[:k]),
        ("argmax-wrong-axis", lambda s, k: np.argsort(-s, axis=0)[:k].T),
        ("argmax-of-everything", lambda s, k: np.argsort(-s, axis=None)[:k]),
        ("one-based-indices", lambda s, k: _right_top_k(s, k) + 1),
        ("extra-dimension", lambda s, k: _right_top_k(s, k)[..., None]),
        ("largest-k-not-one", lambda s, k: np.argpartition(-s, k, axis=1)[:, :k]),
    ),
)


def _hit_share(y_true: np.ndarray, top_k: np.ndarray) -> float:
    return float((top_k == y_true[:, None]).any(axis=1).mean())


def _first_rows_only(y_true: np.ndarray, top_k: np.ndarray) -> float:
    """Look at as many images as there are guesses for each."""
    hits = (top_k == y_true[:, None]).any(axis=1)
    return float(hits[: top_k.shape[1]].sum() / len(hits))


def _mean_of_class_shares(y_true: np.ndarray, top_k: np.ndarray) -> float:
    hits = (top_k == y_true[:, None]).any(axis=1)
    return float(np.mean([hits[y_true == label].mean() for label in np.unique(y_true)]))


def _other_guesses(evidence: Evidence) -> Sequence[tuple[Any, ...]]:
    """Draw labels and guesses of which some are right in each place, and others in none."""
    rng = evidence.rng
    return [
        (
            rng.integers(0, 10, size=rows),
            rng.permuted(np.tile(np.arange(10), (rows, 1)), axis=1)[:, :k],
        )
        for rows, k in ((40, 3), (30, 5))
    ]


SHARE_SIMULATED = Simulated(
    SHARE,
    lambda y, top: (top == y[:, None]).any(axis=1).mean(),
    (
        ("isin-over-batch", lambda y, top: np.isin(y, top).mean()),
        ("isin-over-batch", lambda y, top: np.isin(top, y).mean()),
        ("isin-over-batch", lambda y, top: np.isin(top, y).any(axis=1).mean()),
        ("only-first-guess-counts", lambda y, top: (top[:, 0] == y).mean()),
        ("only-first-guess-counts", lambda y, top: (top[:, -1] == y).mean()),
        ("hits-over-all-guesses", lambda y, top: (top == y[:, None]).mean()),
        ("all-guesses-have-to-be-right", lambda y, top: (top == y[:, None]).all(axis=1).mean()),
        ("class-shares-averaged", _mean_of_class_shares),
        ("part-of-the-argument", _first_rows_only),
        (
            "class-zero-lost",
            lambda y, top: ((top == y[:, None]) & (y[:, None] > 0)).any(axis=1).mean(),
        ),
        ("class-zero-lost", lambda y, top: (top == y[:, None])[y > 0].any(axis=1).mean()),
        *(
            ("values-rounded", lambda y, top, d=digits: round(_hit_share(y, top), d))
            for digits in (0, 1, 2, 3)
        ),
        ("percentage", lambda y, top: 100 * (top == y[:, None]).any(axis=1).mean()),
        ("counts-not-shares", lambda y, top: (top == y[:, None]).any(axis=1).sum()),
        ("wrong-answers-counted", lambda y, top: 1 - (top == y[:, None]).any(axis=1).mean()),
        ("isin-over-batch", lambda y, top: np.isin(y, top[:, 0]).mean()),
        (
            "guesses-weighted",
            lambda y, top: (
                ((top == y[:, None]) / np.arange(1, top.shape[1] + 1)).sum(axis=1).mean()
            ),
        ),
        (
            "guesses-weighted",
            lambda y, top: (
                ((top == y[:, None]) * np.linspace(1, 0, top.shape[1], endpoint=False))
                .sum(axis=1)
                .mean()
            ),
        ),
    ),
    _other_guesses,
)

_ORDER = ("test_best_first",)
_ENDS = ("test_smallest_and_largest_k",)
_TIES = ("test_ties_give_different_classes",)
_C_FIGURES = ("test_top_k_results_are_reported_truthfully",)


def _same_sets(evidence: Evidence) -> bool:
    """Hold where each row holds the right classes, in whatever order, whichever check asks."""
    calls = evidence.calls(TOP_K)
    for call in calls:
        got, wanted = numbers(call.answer), outcome(_right_top_k, call.arguments)
        if got is None or isinstance(wanted, Exception) or got.shape != wanted.shape:
            return False
        if not np.array_equal(np.sort(got, axis=1), np.sort(wanted, axis=1)):
            return False
    return bool(calls)


def _in_depth(evidence: Evidence) -> bool:
    """Hold where right guesses come with a dimension of length 1 among the two that they need."""
    calls = evidence.own_calls(TOP_K)
    for call in calls:
        found = numbers(call.answer)
        similarity, k = call.arguments
        if found is None or found.ndim != 3 or found.size != len(similarity) * k:
            return False
        if not names_winners(found.reshape(len(similarity), k), similarity, k):
            return False
    return bool(calls)


def _whole_table(evidence: Evidence) -> bool:
    """Hold where a few rows of similarities give guesses for the whole test split."""
    calls = [call for call in evidence.own_calls(TOP_K) if len(call.arguments[0]) != WHOLE]
    found = [numbers(call.answer) for call in calls]
    return any(
        array is not None and len(array.shape) == 2 and len(array) == WHOLE for array in found
    )


def _one_width(evidence: Evidence) -> bool:
    """Hold where different k give equally many columns, or always as many as there are classes."""
    calls = [
        (found.shape[1], *call.arguments)
        for call in evidence.calls(TOP_K)
        if call.error is None and (found := numbers(call.answer)) is not None and found.ndim == 2
    ]
    if len({k for _, _, k in calls}) < 2:
        return False
    all_classes = all(width == similarity.shape[1] for width, similarity, _ in calls)
    return all_classes or len({width for width, _, _ in calls}) == 1


def _one_too_many(evidence: Evidence) -> bool:
    widths = [(numbers(call.answer), call.arguments) for call in evidence.own_calls(TOP_K)]
    return any(
        found is not None and found.ndim == 2 and found.shape[1] == k + 1 <= similarity.shape[1]
        for found, (similarity, k) in widths
    )


def _fails_only_at(end: Callable[[Call], bool]) -> Callable[[Evidence], bool]:
    def holds(evidence: Evidence) -> bool:
        # A check stops at its first complaint: what happens elsewhere, the other checks' calls tell. A table of one
        # row or column tells nothing: there is little to be wrong in.
        calls = [call for call in evidence.calls(TOP_K) if min(call.arguments[0].shape) > 1]
        return bool(calls) and all(_right_set(call) != end(call) for call in calls)

    return holds


def _right_for_fewer_guesses(evidence: Evidence) -> bool:
    """Hold where the table that got wrong guesses gets right ones where fewer are asked for."""
    for call in evidence.own_calls(TOP_K):
        similarity, k = call.arguments
        if k > max(_FEWER_GUESSES) and not names_winners(call.answer, similarity, k):
            with contextlib.suppress(NoMoreCalls):
                return all(
                    names_winners(
                        evidence.call_once(
                            f"{fewer} guesses, {evidence.check}", TOP_K, similarity, fewer
                        ).answer,
                        similarity,
                        fewer,
                    )
                    for fewer in _FEWER_GUESSES
                )
    return False


def _right_set(call: Call) -> bool:
    got, (similarity, k) = numbers(call.answer), call.arguments
    if call.error is not None or got is None or got.shape != (len(similarity), k):
        return False
    values = np.take_along_axis(
        similarity, np.clip(got.astype(np.int64), 0, similarity.shape[1] - 1), axis=1
    )
    best = np.sort(similarity, axis=1)[:, similarity.shape[1] - k :]
    return bool(np.array_equal(np.sort(values, axis=1), best))


def _repeated_class(evidence: Evidence) -> bool:
    found = [numbers(call.answer) for call in evidence.own_calls(TOP_K)]
    return any(
        array is not None
        and array.ndim == 2
        and any(len(set(row)) < len(row) for row in array.tolist())
        for array in found
    )


def _results(evidence: Evidence) -> dict[int, float] | None:
    results = evidence.fetch("top_k_results")
    if not isinstance(results, dict) or not results:
        return None
    figures = {
        k: figure
        for k, value in results.items()
        if isinstance(k, int) and (figure := single(value)) is not None
    }
    return figures if len(figures) == len(results) else None


def _results_of(
    table: Callable[[Evidence], list[np.ndarray]],
    mistake: Callable[[np.ndarray, int, np.ndarray], float],
) -> Callable[[Evidence], bool]:
    """Return a sign: all reported figures are what this mistake gives on one of these tables, and not right."""

    def holds(evidence: Evidence) -> bool:
        results, labels = _results(evidence), evidence.reference.labels()
        if results is None:
            return False
        return any(
            all(
                abs(float(mistake(similarity, k, labels)) - value) <= 1e-3
                for k, value in results.items()
            )
            for similarity in table(evidence)
        )

    return holds


def _of_share(holds: Holds) -> Holds:
    return lambda evidence: holds(evidence) and not _guesses_are_wrong(evidence)


def _own_tables(evidence: Evidence) -> list[np.ndarray]:
    similarity = evidence.reference.reference.similarity
    return [similarity(list(evidence.reference.class_names))]


def _foreign_tables(evidence: Evidence) -> list[np.ndarray]:
    """Return the similarities with every other list of texts that the notebook holds."""
    names = list(evidence.reference.class_names)
    lists = [texts for texts in text_lists(evidence).values() if texts != names]
    prompts = _prompts(evidence)
    if prompts is not None:
        lists.append([text for texts in prompts.values() for text in texts])
    tables = [evidence.reference.reference.similarity(texts) for texts in lists[:10] if texts]
    return [*tables, *_tables_of_variables(evidence)]


def _tables_of_variables(evidence: Evidence) -> list[np.ndarray]:
    """Return the similarities with each variable that may hold embeddings of texts."""
    images = evidence.reference.image_embeddings()
    fetched = evidence.fetch(_TEXT_FEATURES)
    found = [numbers(value) for value in fetched.values()] if isinstance(fetched, dict) else []
    own = _own_tables(evidence)
    tables = [
        images @ unit_rows(array.astype(np.float32)).T
        for array in found
        if array is not None and array.ndim == 2 and array.shape[1] == images.shape[1]
    ]
    return [table for table in tables if not any(close(table, known) for known in own)]


def unit_rows(rows: np.ndarray) -> np.ndarray:
    """Return (M, D) with each row brought to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)


def _hit_rate(guesses: Simulation, rate: Simulation = SHARE_SIMULATED.right) -> Any:
    return lambda similarity, k, labels: rate(labels, guesses(similarity, k))


def _ten_is_not_one(evidence: Evidence) -> bool:
    results = _results(evidence) or {}
    return 10 in results and abs(results[10] - 1) > _EXACT


def _one_is_not_top_1(evidence: Evidence) -> bool:
    """Hold where the function, or all other figures, are right for every other k."""
    results = _results(evidence) or {}

    def is_right(table: np.ndarray, k: int) -> bool:
        right = float(_hit_rate(_right_top_k)(table, k, evidence.reference.labels()))
        return abs(results[k] - right) <= 1e-3

    tables = _own_tables(evidence)
    if 1 not in results or any(is_right(table, 1) for table in tables):
        return False
    others = results.keys() - {1}
    return _fails_only_at(lambda call: call.arguments[1] == 1)(evidence) or (
        bool(others) and any(all(is_right(table, k) for k in others) for table in tables)
    )


def _near_chance(evidence: Evidence) -> bool:
    results = _results(evidence)
    return (
        results is not None
        and all(abs(value - k / 10) < 0.03 for k, value in results.items())
        and _functions_are_right(evidence)
    )


def _other_keys_than_k(evidence: Evidence) -> bool:
    """Hold where all figures are right for some K, and the keys are not these K."""
    results = evidence.fetch("top_k_results")
    if not isinstance(results, dict) or not results:
        return False
    table, labels = _own_tables(evidence)[0], evidence.reference.labels()
    shares = {k: _hit_share(labels, _right_top_k(table, k)) for k in range(1, table.shape[1] + 1)}
    meant = []
    for value in results.values():
        figure = single(value)
        fitting = [k for k, share in shares.items() if abs(share - (figure or 0.0)) <= 1e-3]
        if figure is None or not fitting:
            return False
        meant.append(fitting)
    # One figure for all K is another mistake.
    is_distinct = len({tuple(fitting) for fitting in meant}) == len(meant)
    # Nor is one guess too many.
    if 0 not in results and all(
        isinstance(key, int) and key + 1 in fit for key, fit in zip(results, meant, strict=True)
    ):
        return False
    return is_distinct and any(key not in fit for key, fit in zip(results, meant, strict=True))


def _of_fewer_images(evidence: Evidence) -> bool:
    results = _results(evidence) or {}
    return (
        any(map(fraction_of_fewer, results.values()))
        or _shares_of_few(list(results.values()))
        or _of_first_rows(evidence, results)
    )


def _shares_of_few(figures: Sequence[float]) -> bool:
    """Hold where all figures are shares of so few images as ten or fifty: one in a thousand by chance."""
    different = {figure for figure in figures if 0 < figure < 1}
    return len(different) >= _FIGURES_THAT_TELL and any(
        all(abs(figure * size - round(figure * size)) < _EXACT for figure in different)
        for size in _FEW_IMAGES
    )


def _of_first_rows(evidence: Evidence, results: Mapping[int, float]) -> bool:
    """Hold where all figures are those of the first rows of `all_img_emb`, so many as are often taken."""
    embeddings = numbers(evidence.fetch("all_img_emb"))
    labels = numbers(evidence.fetch("all_labels"))
    wanted = evidence.reference.image_embeddings().shape
    if (
        embeddings is None
        or labels is None
        or embeddings.shape != wanted
        or labels.shape != wanted[:1]
    ):
        return False
    names = evidence.reference.text_embeddings(evidence.reference.class_names)
    most = max(PREFIXES)
    guesses = _right_top_k(embeddings[:most].astype(np.float32) @ names.T, len(names))
    rank = (guesses == labels[:most, None]).argmax(axis=1)
    return bool(results) and any(
        all(abs(float((rank[:size] < k).mean()) - value) <= _EXACT for k, value in results.items())
        for size in PREFIXES
    )


def _guesses_are_wrong(evidence: Evidence) -> bool:
    """Return whether `get_top_k_predictions` itself is wrong: then the figures are, whatever is done with them."""
    return any(not _right_set(call) for call in evidence.calls(TOP_K))


def _functions_are_right(evidence: Evidence) -> bool:
    """Hold where both functions answer every question rightly: the figures do not come from them."""
    shares = evidence.calls(SHARE)
    guesses = evidence.calls(TOP_K)
    return (
        _results(evidence) is not None
        and all(names_winners(call.answer, *call.arguments) for call in guesses)
        and all(close(c.answer, outcome(SHARE_SIMULATED.right, c.arguments)) for c in shares)
    )


def _ignored(evidence: Evidence) -> bool:
    results = _results(evidence) or {}
    return len(results) >= 2 and len(set(results.values())) == 1 and max(results.values()) < 1


def _on_all_calls(simulated: Simulated, wrong: Simulation) -> Callable[[Evidence], bool]:
    def holds(evidence: Evidence) -> bool:
        calls = evidence.calls(simulated.function)
        return (
            bool(calls)
            and all(close(call.answer, outcome(wrong, call.arguments)) for call in calls)
            and any(not close(c.answer, outcome(simulated.right, c.arguments)) for c in calls)
        )

    return holds


_SIGNS_C = (
    *indices_wanted(TOP_K, lambda answer, given: names_winners(answer, *given)),
    *TOP_K_SIMULATED.signs(),
    Sign("extra-dimension", _in_depth),
    Sign("global-instead-of-argument", _whole_table),
    Sign("depends-on-batch", follows_others(TOP_K, TOP_K_SIMULATED), (*_ORDER, *_ENDS)),
    Sign("top-k-unordered", _same_sets, _ORDER, weak=True),
    Sign("k-ignored", _one_width, (*_ORDER, *_ENDS, *_TIES, *_C_FIGURES)),
    Sign("k-plus-one", _one_too_many, (*_ORDER, *_ENDS, *_TIES)),
    Sign(
        "largest-k-not-one",
        _fails_only_at(lambda c: c.arguments[1] == c.arguments[0].shape[1]),
        _ENDS,
    ),
    Sign("smallest-k-not-top-1", _fails_only_at(lambda c: c.arguments[1] == 1), _ENDS),
    Sign("sizes-taken-for-granted", _right_for_fewer_guesses, (*_ORDER, *_ENDS), general=True),
    Sign("ties-repeat-a-class", _repeated_class, _TIES),
    Sign("stale-cache", repeats_the_first(TOP_K, TOP_K_SIMULATED.right)),
    *follows_no_argument(TOP_K, TOP_K_SIMULATED.right, lambda a: (len(a[0]), a[1])),
    *table_signs(TOP_K, TOP_K_SIMULATED.right, (*_ORDER, *_ENDS)),
    *SHARE_SIMULATED.signs(),
)
_SIGNS_C_OF_FUNCTIONS = tuple(
    Sign(name, _on_all_calls(simulated, wrong), _C_FIGURES)
    for simulated in (SHARE_SIMULATED, TOP_K_SIMULATED)
    for name, wrong in simulated.mistakes
)
"""Of the functions' own mistakes, read from the calls of the other checks."""
_SIGNS_C_KEYS = (Sign("keys-not-k", _other_keys_than_k, _C_FIGURES),)
_SIGNS_C_FIGURES = tuple(
    Sign(name, about("top_k_results[", holds), _C_FIGURES)
    for name, holds in (
        *(
            (name, _of_share(_results_of(_own_tables, _hit_rate(_right_top_k, wrong))))
            for name, wrong in SHARE_SIMULATED.mistakes
        ),
        *(
            (name, _results_of(_own_tables, _hit_rate(wrong)))
            for name, wrong in TOP_K_SIMULATED.mistakes
            if name in ("top-k-ascending", "best-guess-skipped", "k-plus-one", "one-based-indices")
        ),
        ("accuracy-not-from-predictions", lambda e: is_typed_in(e, "top_k_results")),
        ("k-ignored", _ignored),
        ("text-features-overwritten", _results_of(_foreign_tables, _hit_rate(_right_top_k))),
        ("subset-as-whole", _of_fewer_images),
        ("labels-from-another-pass", _near_chance),
        ("largest-k-not-one", _ten_is_not_one),
        ("smallest-k-not-top-1", _one_is_not_top_1),
    )
)


# --- all of them -------------------------------------------------------------------------------------


def signs(evidence: Evidence) -> Sequence[Sign]:
    """Return the signs, most specific first."""
    return (
        MODEL_OVERWRITTEN,
        *_SIGNS_A,
        *_SIGNS_B,
        *_SIGNS_C,
        *_SIGNS_C_KEYS,
        *_SIGNS_C_OF_FUNCTIONS,
        *_SIGNS_C_FIGURES,
        FUNCTION_USED_IS_WRONG,
    )
