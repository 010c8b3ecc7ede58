"""Fixtures for a plain `pytest autograder/assignments`: the checks run against the reference solution."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

from autograder.clip.assets import find_fashion_mnist, find_model
from autograder.clip.expected import Expected
from autograder.clip.reference import Reference
from autograder.evidence.seeds import check_generator
from autograder.seam.student import Student, in_process
from solutions.worked import WorkedNotebook, work_through

SEED = 20260101


@pytest.fixture(scope="session")
def reference() -> Expected:
    """The grader's own model and data."""
    return Expected(Reference(find_model(), find_fashion_mnist()), find_model("tiny"))


@pytest.fixture(scope="session")
def worked() -> WorkedNotebook:
    """The reference solution, worked through."""
    mpl.use("agg")
    return work_through(find_model().path, find_model("tiny").path, find_fashion_mnist())


@pytest.fixture
def student(request: pytest.FixtureRequest, worked: WorkedNotebook) -> Student:
    """The reference solution, with the experiment chosen that the check belongs to."""
    mark = request.node.get_closest_marker("experiment")
    namespace = {**worked.namespace, "experiment": mark.args[0] if mark else "C"}
    return in_process(namespace, worked.pictures)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Inputs of this check, drawn from a fixed seed."""
    return check_generator(SEED, request.node.name)
