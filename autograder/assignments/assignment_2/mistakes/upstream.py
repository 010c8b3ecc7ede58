"""Whether the functions that an exercise builds on are right: a wrong figure may be another exercise's mistake."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.assignments.assignment_2.mistakes import predictions, similarity
from autograder.diagnosis.agreement import close
from autograder.diagnosis.evidence import Evidence, NoMoreCalls
from autograder.diagnosis.signs import Sign, Simulation
from autograder.seam.wire import Tensor

_ROWS = (3, 5_000, 9_000)


def function_used_is_wrong(evidence: Evidence) -> bool:
    """Return whether one of Section 2's functions, where it is there, gives a wrong answer to a plain question."""
    return bool(evidence.once("functions that are wrong", lambda: _ask(evidence)))


def _ask(evidence: Evidence) -> bool:
    rng, reference = evidence.rng, evidence.reference
    texts = list(reference.class_names[:3])
    pixels = reference.pixel_values(_ROWS)
    questions: Sequence[tuple[str, Simulation, tuple[object, ...]]] = (
        (
            predictions.FUNCTION,
            predictions.SIMULATED.right,
            (rng.permuted(np.tile(np.linspace(-0.9, 0.8, 7), (5, 1)), axis=1).astype(np.float32),),
        ),
        (
            similarity.FUNCTION,
            similarity.SIMULATED.right,
            tuple(Tensor(rng.normal(size=(n, 8)).astype(np.float32)) for n in (4, 3)),
        ),
        ("get_image_embeddings", lambda images: reference.embed(images.array), (Tensor(pixels),)),
        ("get_text_embeddings", reference.text_embeddings, (texts,)),
    )
    for function, right, arguments in questions:
        try:
            call = evidence.call(function, *arguments)
        except NoMoreCalls:
            return False
        missing = call.error is not None and call.error.raised in (
            "NameError",
            "NotImplementedError",
        )
        if not missing and not close(call.answer, right(*arguments)):
            return True
    return False


FUNCTION_USED_IS_WRONG = Sign("function-used-is-wrong", function_used_is_wrong, weak=True)
