"""Setup: the model is loaded, ready and on the right device."""

import pytest
from numpy.random import Generator

from autograder.checks.expect import expect
from autograder.clip.expected import Expected
from autograder.seam.student import Student


@pytest.mark.check(
    points=1,
    title="The model is on the best device there is",
    hint="Run the set-up cell as it was given: it picks cuda, then mps, then cpu, and moves the model there.",
)
def test_model_is_on_the_device(student: Student, reference: Expected, rng: Generator) -> None:
    device = student.fetch("str(device).split(':')[0]")
    expect(
        device in ("cuda", "mps", "cpu"), f"`device` is {device!r}, not one of cuda, mps and cpu"
    )
    best = student.fetch(
        "'cuda' if torch.cuda.is_available() else"
        " 'mps' if torch.backends.mps.is_available() else 'cpu'"
    )
    expect(device == best, f"`device` is {device!r}, but this machine offers {best!r}")
    place = student.fetch("next(clip_model.parameters()).device.type")
    expect(place == device, f"`clip_model` is on {place!r}, but `device` is {device!r}")


@pytest.mark.check(
    points=1,
    title="The model is in evaluation mode",
    hint="`clip_model` must stay as the set-up cell made it: in evaluation mode, under the name in"
    " `clip_model_name`. If a later cell loads another model, give it a name of its own.",
)
def test_model_is_in_evaluation_mode(student: Student, reference: Expected, rng: Generator) -> None:
    expect(student.fetch("clip_model.training") is False, "`clip_model` is in training mode")
    name = student.fetch("clip_model_name")
    expect(isinstance(name, str) and name, "`clip_model_name` is not the name of a model")
