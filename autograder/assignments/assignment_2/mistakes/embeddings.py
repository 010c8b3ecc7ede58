"""Section 2: mistakes in `get_text_embeddings(class_names)` and `get_image_embeddings(images)`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograder.assignments.assignment_2.mistakes.state import MODEL_OVERWRITTEN, TRAINING_MODE
from autograder.assignments.assignment_2.mistakes.towers import Steps, Towers, towers_of
from autograder.checks.tolerances import HALF_PRECISION
from autograder.diagnosis.agreement import close, numbers
from autograder.diagnosis.evidence import Call, Evidence, NoMoreCalls
from autograder.diagnosis.relations import first_resized, right_for_other_sizes
from autograder.diagnosis.signs import Sign, Simulated, Simulation, outcome
from autograder.diagnosis.wrappings import Holds, answers_differ, equals, is_tensor, right_but
from autograder.seam.student import StudentError
from autograder.seam.wire import Tensor

TEXTS, IMAGES = "get_text_embeddings", "get_image_embeddings"
TEMPLATES = (
    "a photo of a {}", "a photo of a {}.", "a photo of {}", "a photo of {}.", "a photo of an {}",
    "a photo of the {}", "a photo of the {}.", "This is a photo of a {}", "This is a photo of a {}.",
    "an image of a {}", "an image of {}", "a picture of a {}", "a picture of {}", "A photo of a {}",
    "A photo of a {}.", "a photo of a {}, a type of clothing", "a photo of a {}, a type of clothing.",
)  # fmt: skip
"""What is often put around a class name."""
_CHANGES: tuple[Callable[[str], str], ...] = (
    str.upper,
    lambda text: text + ".",
    lambda text: text.split("/")[0],
    lambda text: text.split("/")[-1],
    lambda text: text.replace("/", " or "),
    lambda text: text.replace("/", " "),
    lambda text: text.replace("-", " "),
    lambda text: text.replace("-", ""),
    lambda text: re.sub(r"[^\w\s]", "", text),
    lambda text: re.sub(r"[^\w\s]", " ", text),
    lambda text: re.sub(r"[^a-zA-Z ]", "", text),
    lambda text: re.sub(r"[^a-zA-Z ]", " ", text),
    lambda text: re.sub(r"\d", "", text),
    lambda text: text.replace(" ", ""),
    lambda text: text.replace(" ", "_"),
    lambda text: text.split()[0],
    lambda text: text.split()[-1],
    lambda text: text + "s",
    lambda text: text.rstrip("s"),
    lambda text: f"{text} clothing",
    lambda text: f"{text} on a white background",
)
"""What is often done to a text."""


def _lengths(rows: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(rows, axis=-1, keepdims=True))


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / _lengths(rows)


def _centred(rows: np.ndarray) -> np.ndarray:
    return rows - rows.mean(axis=-1, keepdims=True)


def _shares(rows: np.ndarray) -> np.ndarray:
    powers = np.exp(rows - rows.max(axis=-1, keepdims=True))
    shares: np.ndarray = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def _spread(rows: np.ndarray, ddof: int = 0) -> np.ndarray:
    return np.asarray(rows.std(axis=-1, keepdims=True, ddof=ddof))


def _again(steps: Steps) -> np.ndarray:
    """Return the embeddings projected once more.

    Raises:
        ValueError: that does not go with this tower.
    """
    if steps.again is None:
        raise ValueError("the projection does not take what it gives")
    return steps.again


_ON_STEPS: tuple[tuple[str, Callable[[Steps], Any]], ...] = (
    ("not-normalised", lambda s: s.features),
    ("norm-of-whole-matrix", lambda s: s.features / np.linalg.norm(s.features)),
    ("norm-over-columns", lambda s: s.features / np.linalg.norm(s.features, axis=0)),
    ("squared-norm", lambda s: s.features / _lengths(s.features) ** 2),
    ("l1-norm", lambda s: s.features / np.abs(s.features).sum(axis=1, keepdims=True)),
    ("projected-twice", lambda s: _again(s)),
    ("projected-twice", lambda s: _unit(_again(s))),
    ("unprojected-output", lambda s: s.pooled),
    ("unprojected-output", lambda s: _unit(s.pooled)),
    ("unpooled-output", lambda s: s.hidden),
    ("unpooled-output", lambda s: _unit(s.hidden)),
    ("unpooled-output", lambda s: s.hidden / np.linalg.norm(s.hidden)),
    ("unpooled-output", lambda s: s.hidden[0]),
    ("unpooled-output", lambda s: _unit(s.hidden[0])),
    ("unpooled-output", lambda s: s.hidden[:, 0]),
    ("unpooled-output", lambda s: _unit(s.hidden[:, 0])),
    ("unpooled-output", lambda s: s.hidden[:, -1]),
    ("unpooled-output", lambda s: _unit(s.hidden[:, -1])),
    ("unpooled-output", lambda s: s.hidden.mean(axis=1)),
    ("unpooled-output", lambda s: _unit(s.hidden.mean(axis=1))),
    ("unpooled-output", lambda s: s.features[0]),
    ("unpooled-output", lambda s: _unit(s.features[0])),
    ("correlation-instead-of-cosine", lambda s: _unit(_centred(s.features))),
    ("correlation-instead-of-cosine", lambda s: _centred(s.features) / _spread(s.features)),
    (
        "correlation-instead-of-cosine",
        lambda s: _centred(s.features) / _spread(s.features, 1),
    ),
    ("softmax-applied", lambda s: _shares(s.features)),
    ("softmax-applied", lambda s: _shares(_unit(s.features))),
    ("correlation-instead-of-cosine", lambda s: _centred(s.features) / _lengths(s.features)),
    ("correlation-instead-of-cosine", lambda s: _centred(_unit(s.features))),
    *(
        ("values-rounded", lambda s, d=digits: np.round(_unit(s.features), d))
        for digits in (0, 1, 2, 3)
    ),
    ("axis-squeezed", lambda s: np.squeeze(_unit(s.features))),
    ("depends-on-batch", lambda s: _unit(s.features - s.features.mean(axis=0))),
    ("depends-on-batch", lambda s: s.features / _lengths(s.features).max()),
    ("depends-on-batch", lambda s: s.features / _lengths(s.features).mean()),
    ("depends-on-batch", lambda s: s.features / np.abs(s.features).max()),
)
_SAME_DIRECTION = 1e-5
_OUTPUT_AS_INPUT = re.compile(
    r"mat1 and mat2 shapes cannot be multiplied \(\d+x(\d+) and (?!\1x)\d+x\1\)"
)
_ONLY_ONE_SIDE = "only-one-side-normalised"


def simulated_texts(towers: Towers, class_names: tuple[str, ...]) -> Simulated:
    """Return what can be simulated of the text side."""

    def on(change: Callable[[list[str]], list[str]]) -> Simulation:
        return lambda texts: _unit(towers.text(change(list(texts))).features)

    def each(change: Callable[[str], str]) -> Simulation:
        return on(lambda texts: [change(text) for text in texts])

    def template(words: str) -> Simulation:
        return on(lambda texts: [words.format(text) for text in texts])

    mistakes = [(name, _after(towers.text, wrong)) for name, wrong in _ON_STEPS]
    mistakes += [
        ("global-instead-of-argument", on(lambda _: list(class_names))),
        ("global-instead-of-argument", lambda _: towers.text(class_names).features),
        ("order-not-kept", on(sorted)),
        ("order-not-kept", on(lambda texts: texts[::-1])),
        *(("template-added", template(words)) for words in TEMPLATES),
        *(("texts-altered", each(change)) for change in _CHANGES),
    ]
    return Simulated(TEXTS, on(list), mistakes)


def simulated_images(towers: Towers) -> Simulated:
    """Return what can be simulated of the image side."""

    def on(change: Callable[[np.ndarray], np.ndarray]) -> Simulation:
        return lambda images: _unit(towers.image(change(images.array)).features)

    def again(rescaled: bool) -> Simulation:
        return on(lambda pixels: towers.processed_again(pixels, rescaled=rescaled))

    mistakes = [
        (name, _after(lambda images: towers.image(images.array), wrong))
        for name, wrong in _ON_STEPS
    ]
    mistakes += [
        ("double-rescaling", on(lambda pixels: pixels / 255)),
        *(("images-altered", on(change)) for change in PICTURES),
        *(("not-rescaled", on(partial(_unprocessed, towers, step))) for step in range(3)),
        ("images-processed-twice", again(True)),
        ("images-processed-twice", again(False)),
        ("order-not-kept", on(lambda pixels: pixels[::-1])),
    ]
    return Simulated(IMAGES, on(lambda pixels: pixels), mistakes)


_OTHER_SETS = ((0.286, 0.353), (0.2861, 0.353), (0.1307, 0.3081), (0.45, 0.225))
"""Mean and standard deviation of the grey levels of Fashion-MNIST, MNIST, and nearly those of ImageNet."""


def _standardised(mean: float, spread: float, pixels: np.ndarray) -> np.ndarray:
    return (pixels - mean) / spread


PICTURES: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda pixels: np.broadcast_to(pixels.mean(axis=1, keepdims=True), pixels.shape),
    lambda pixels: np.broadcast_to(pixels[:, :1], pixels.shape),
    lambda pixels: pixels[:, ::-1],
    lambda pixels: pixels[..., ::-1],
    lambda pixels: pixels[..., ::-1, :],
    lambda pixels: pixels.transpose(0, 1, 3, 2),
    lambda pixels: -pixels,
    lambda pixels: 1 - pixels,
    lambda pixels: np.clip(pixels, 0, 1),
    lambda pixels: np.clip(pixels, -1, 1),
    lambda pixels: np.clip(pixels, 0, None),
    lambda pixels: np.trunc(pixels),
    lambda pixels: np.round(pixels),
    lambda pixels: np.round(pixels, 1),
    lambda pixels: pixels * 2 - 1,
    lambda pixels: (pixels + 1) / 2,
    *(partial(_standardised, mean, spread) for mean, spread in _OTHER_SETS),
    lambda pixels: pixels / np.abs(pixels).max(axis=(1, 2, 3), keepdims=True),
)
"""What is often done to pixel values on their way to the model."""


def _unprocessed(towers: Towers, step: int, pixels: np.ndarray) -> np.ndarray:
    """Undo the processor's last steps: its normalisation, its rescaling as well, or the latter alone."""
    plain = towers.before_normalising(pixels)
    return (plain, plain * 255, pixels * 255)[step]


def _after(tower: Callable[[Any], Steps], wrong: Callable[[Steps], Any]) -> Simulation:
    return lambda argument: wrong(tower(argument))


def signs(evidence: Evidence) -> tuple[Sign, ...]:
    """Return the signs, most specific first."""
    towers = towers_of(evidence)
    sides = (simulated_texts(towers, evidence.reference.class_names), simulated_images(towers))
    found: list[Sign] = [TRAINING_MODE, MODEL_OVERWRITTEN]
    found.append(Sign("projected-twice", _projection_got_an_embedding))
    for side, other in (sides, sides[::-1]):
        found += _of_one_side(side, other)
    return tuple(found)


def _of_one_side(side: Simulated, other: Simulated) -> list[Sign]:
    function, right = side.function, side.right
    raw = side.mistakes[0][1]

    def one_side(evidence: Evidence) -> bool:
        return _all_close(evidence.own_calls(function), raw) and _all_close(
            evidence.calls(other.function), other.right
        )

    return [
        Sign("gradients-kept", lambda e: any(_requires_grad(c) for c in e.own_calls(function))),
        Sign(
            "array-instead-of-tensor",
            right_but(function, equals(right), lambda a: not is_tensor(a)),
        ),
        Sign(_ONLY_ONE_SIDE, one_side),
        Sign("random-answers", answers_differ(function)),
        *side.signs(),
        Sign("unpooled-output", lambda e: any(_has_depth(c) for c in e.own_calls(function))),
        Sign("stale-cache", _answers_an_earlier_call(function, right)),
        Sign("global-instead-of-argument", _same_for_others(function)),
        Sign("order-not-kept", _permuted(function, right)),
        Sign("part-of-the-argument", _an_end_left_out(function, right)),
        Sign("depends-on-batch", _other_row_alone(function), weak=True),
        Sign("wrong-length", _right_direction(function, right), weak=True),
        *([Sign("texts-truncated", _cut_off(function))] if function == TEXTS else []),
        Sign(
            "sizes-taken-for-granted",
            right_for_other_sizes(function, right, first_resized),
            general=True,
        ),
        *(
            [Sign("ensemble-not-renormalised", _shorter_than_one(function, right), weak=True)]
            if function == TEXTS
            else []
        ),
    ]


def _projection_got_an_embedding(evidence: Evidence) -> bool:
    """Hold where a linear layer with an output of D numbers was given rows of D numbers."""
    error = evidence.error
    return isinstance(error, StudentError) and bool(_OUTPUT_AS_INPUT.search(str(error)))


def _all_close(calls: list[Call], simulation: Simulation) -> bool:
    return bool(calls) and all(
        call.error is None and close(call.answer, outcome(simulation, call.arguments))
        for call in calls
    )


def _requires_grad(call: Call) -> bool:
    return isinstance(call.answer, Tensor) and call.answer.requires_grad


def _has_depth(call: Call) -> bool:
    found = numbers(call.answer)
    return found is not None and found.ndim == 3


def _arguments_differ(one: Call, other: Call) -> bool:
    (a,), (b,) = one.arguments, other.arguments
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return not np.array_equal(a.array, b.array)
    return bool(a != b)


def _answers_an_earlier_call(function: str, right: Simulation) -> Holds:
    """Hold where an answer of the failed check is what an earlier call with other inputs should give."""

    def holds(evidence: Evidence) -> bool:
        calls = evidence.calls(function)
        return any(
            _arguments_differ(earlier, call)
            and close(call.answer, earlier.answer)
            and close(call.answer, outcome(right, earlier.arguments))
            for number, call in enumerate(calls)
            if call.check == evidence.check
            for earlier in calls[:number]
        )

    return holds


def _same_for_others(function: str) -> Holds:
    def holds(evidence: Evidence) -> bool:
        own, calls = evidence.own_calls(function), evidence.calls(function)
        pairs = [(a, b) for a in own for b in calls if _arguments_differ(a, b)]
        alike = [(a, b) for a, b in pairs if _count(a.arguments[0]) == _count(b.arguments[0])]
        return _all_equal(pairs) or _all_equal(alike)

    return holds


def _all_equal(pairs: list[tuple[Call, Call]]) -> bool:
    """Return whether answers to different arguments are the same, and not for want of any difference between rows."""
    found = [numbers(a.answer) for a, _ in pairs]
    return (
        bool(pairs)
        and all(
            array is not None and array.ndim == 2 and np.ptp(array, axis=0).max() > HALF_PRECISION
            for array in found
        )
        and all(close(a.answer, b.answer) for a, b in pairs)
    )


def _permuted(function: str, right: Simulation) -> Holds:
    """Hold where the right rows stand in another order."""

    def holds(evidence: Evidence) -> bool:
        moved = False
        for call in evidence.own_calls(function):
            got, wanted = numbers(call.answer), outcome(right, call.arguments)
            if got is None or isinstance(wanted, Exception) or got.shape != wanted.shape:
                return False
            places = (got.astype(np.float64) @ wanted.T).argmax(axis=1)
            in_order = np.arange(len(wanted))
            if not np.array_equal(np.sort(places), in_order) or not close(got, wanted[places]):
                return False
            moved = moved or not np.array_equal(places, in_order)
        return moved

    return holds


def _other_row_alone(function: str) -> Holds:
    """Hold where one of the first two inputs of a batch gets another row when it comes alone.

    One of them may be what all are measured by, such as the longest.
    """

    def differs(evidence: Evidence, batch: Call, row: int) -> bool:
        first = batch.arguments[0]
        only = slice(row, row + 1)
        alone = Tensor(first.array[only]) if isinstance(first, Tensor) else first[only]
        single = evidence.call_once(f"{function} alone, {evidence.check}, {row}", function, alone)
        together, found = numbers(batch.answer), numbers(single.answer)
        if together is None or found is None or together.ndim != 2 or found.ndim != 2:
            return False
        if len(together) <= row or found.shape[1] != together.shape[1]:
            return False
        return not close(found[0], together[row])

    def holds(evidence: Evidence) -> bool:
        batches = [c for c in evidence.own_calls(function) if len(_items(c.arguments[0])) > 1]
        try:
            return bool(batches) and any(differs(evidence, batches[0], row) for row in (0, 1))
        except NoMoreCalls:
            return False

    return holds


def _count(argument: Any) -> int:
    return len(_items(argument))


def _items(argument: Any) -> Any:
    return argument.array if isinstance(argument, Tensor) else argument


def _an_end_left_out(function: str, right: Simulation) -> Holds:
    """Hold where all rows are right but the last one of each batch, or but the first one, whatever stands there."""

    def end_off(call: Call) -> int | None:
        """Return 0 or -1 if the first or the last row alone is wrong, else None."""
        got, wanted = numbers(call.answer), outcome(right, call.arguments)
        if got is None or isinstance(wanted, Exception) or got.shape != wanted.shape:
            return None
        off = np.flatnonzero(np.abs(got - wanted).max(axis=1) > HALF_PRECISION).tolist()
        return {0: 0, len(got) - 1: -1}.get(off[0]) if len(off) == 1 else None

    def holds(evidence: Evidence) -> bool:
        calls = [call for call in evidence.own_calls(function) if _count(call.arguments[0]) > 2]
        ends = {end_off(call) for call in calls}
        if ends not in ({0}, {-1}):
            return False
        first = calls[0].arguments[0]
        turned = Tensor(first.array[::-1].copy()) if isinstance(first, Tensor) else first[::-1]
        try:
            again = evidence.call_once(f"{function} in reverse, {evidence.check}", function, turned)
        except NoMoreCalls:
            return False
        return end_off(again) in ends

    return holds


def _right_direction(function: str, right: Simulation) -> Holds:
    """Hold where every row points where it should and has another length than 1."""

    def holds(evidence: Evidence) -> bool:
        calls = evidence.own_calls(function)
        rows = [numbers(call.answer) for call in calls]
        if not calls or any(array is None or not array.size or array.ndim != 2 for array in rows):
            return False
        cosines = np.concatenate([_cosines(call, right) for call in calls])
        lengths = np.concatenate(
            [_lengths(array.astype(np.float64))[:, 0] for array in rows if array is not None]
        )
        return bool((cosines > 1 - _SAME_DIRECTION).all() and np.abs(lengths - 1).max() > 0.01)

    return holds


def _cut_off(function: str) -> Holds:
    """Hold where two texts that differ at their ends only get the same row."""
    start = "a photo of a large and heavy piece of clothing for a cold and rainy day in"

    def holds(evidence: Evidence) -> bool:
        texts = [f"{start} winter, a coat", f"{start} autumn, some trousers"]
        try:
            call = evidence.call_once("two long texts", function, texts)
        except NoMoreCalls:
            return False
        rows = numbers(call.answer)
        return rows is not None and len(rows) == len(texts) and close(rows[0], rows[1])

    return holds


def _shorter_than_one(function: str, right: Simulation) -> Holds:
    """Hold where rows are a little too short, by how much averaged vectors disagree, and near the texts' own."""

    def holds(evidence: Evidence) -> bool:
        found = [numbers(call.answer) for call in evidence.own_calls(function)]
        if not found or any(array is None or array.ndim != 2 for array in found):
            return False
        lengths = np.concatenate(
            [_lengths(a.astype(np.float64))[:, 0] for a in found if a is not None]
        )
        if not ((lengths > 0.3) & (lengths < 0.999)).all():
            return False
        cosines = np.concatenate([_cosines(call, right) for call in evidence.own_calls(function)])
        # A row that is only divided by too much points where the text's own does.
        return bool(((cosines > 0.5) & (cosines < 0.999)).all())

    return holds


def _cosines(call: Call, right: Simulation) -> np.ndarray:
    """Return the cosine of each row of an answer (N, D) with the right one; 0 where that cannot be said."""
    got, wanted = numbers(call.answer), outcome(right, call.arguments)
    if got is None or isinstance(wanted, Exception) or got.shape != wanted.shape:
        return np.zeros(1)
    rows = np.nan_to_num(got.astype(np.float64), posinf=0, neginf=0)
    lengths = _lengths(rows)
    cosines: np.ndarray = ((rows / np.where(lengths > 0, lengths, 1)) * wanted).sum(axis=1)
    return cosines
