"""The grader's side of assignments about CLIP: the models, the data set, and features that are known already.

`SOURCE` is what a declaration names. `AT_HAND` serves assignments that need nothing of it: their kernels find models
and data as far as they are on this machine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.clip.assets import ModelSnapshot, find_fashion_mnist, find_model, surroundings_in
from autograder.clip.assets.under_names import under_names
from autograder.clip.preparing import startup_text
from autograder.errors import AssetError
from autograder.extras import require_clip
from autograder.kernel.processes import Isolation
from autograder.kernel.surroundings import Offer, Surroundings
from autograder.seam.student import Student

if TYPE_CHECKING:
    from autograder.clip.stand_ins import GradingExpected


class ClipGrader:
    """See `autograder.judging.grader.Grader`.

    Attributes:
        reference: what right work gives.
    """

    def __init__(self, model: str, alternative_model: str) -> None:
        # Only where somebody grades: this loads torch.
        from autograder.clip.reference import Reference
        from autograder.clip.stand_ins import GradingExpected

        alternative = find_model(alternative_model) if alternative_model else None
        known = Reference(find_model(model or None), find_fashion_mnist())
        self.reference: GradingExpected = GradingExpected(known, alternative)

    @property
    def digest(self) -> str:
        """SHA-256 of the model's weights."""
        return self.reference.reference.snapshot.weights_sha256

    def surroundings(self, code: str, isolation: Isolation, folder: Path) -> Surroundings:
        """See the protocol; models that the code names are found under these names."""
        known = self.reference.reference
        found = surroundings_in(
            isolation, known.snapshot, known.data_root, self.reference.alternative
        )
        models = self.reference.models_named_in(code)
        return under_names(models, found, folder, hides_this_machine=isolation.hides_this_machine)

    def names_of_paths(self) -> Mapping[str, str]:
        """See the protocol."""
        models = filter(None, (self.reference.reference.snapshot, self.reference.alternative))
        return {str(model.path): model.name for model in models}

    def offer(self, imports: frozenset[str], isolation: Isolation) -> Offer:
        """See the protocol; what is not in the store yet is computed now."""
        from autograder.clip.features.offer import offer

        return offer(self.reference, imports, hides_this_machine=isolation.hides_this_machine)

    def use_of_offer(self, student: Student) -> Mapping[str, Any]:
        """See the protocol."""
        from autograder.clip.features.offer import report

        return report(student)

    def startup(self, code: str) -> str:
        """See the protocol."""
        return startup_text(code)


class AtHand:
    """See `autograder.judging.grader.Grader`; of an assignment whose checks need neither model nor data."""

    reference = None
    digest = None

    def __init__(self, model: str, alternative_model: str) -> None:
        self._here = _assets_here(model, alternative_model)

    def surroundings(self, code: str, isolation: Isolation, folder: Path) -> Surroundings:
        """See the protocol; what this machine lacks, or a kernel may not see, is not there."""
        try:
            return surroundings_in(isolation, *self._here)
        except AssetError as error:
            return replace(surroundings_in(isolation, None, None), complaints=(str(error),))

    def names_of_paths(self) -> Mapping[str, str]:
        """See the protocol."""
        return {}

    def offer(self, imports: frozenset[str], isolation: Isolation) -> Offer:
        """See the protocol."""
        return Offer()

    def use_of_offer(self, student: Student) -> Mapping[str, Any]:
        """See the protocol."""
        return {}

    def startup(self, code: str) -> str:
        """See the protocol."""
        return startup_text(code)


class ClipSource:
    """See `autograder.judging.grader.GraderSource`."""

    def digests(self, model: str, alternative_model: str) -> dict[str, str]:
        """See the protocol."""
        require_clip()
        found = {"model": find_model(model or None).weights_sha256}
        if alternative_model:
            found["alternative"] = find_model(alternative_model).weights_sha256
        return found

    def open(self, model: str, alternative_model: str) -> ClipGrader:
        """See the protocol."""
        require_clip()
        return _clip_grader(model, alternative_model)


class AtHandSource:
    """See `autograder.judging.grader.GraderSource`."""

    def digests(self, model: str, alternative_model: str) -> dict[str, str]:
        """See the protocol."""
        return {}

    def open(self, model: str, alternative_model: str) -> AtHand:
        """See the protocol."""
        return AtHand(model, alternative_model)


SOURCE = ClipSource()
AT_HAND = AtHandSource()


@cache
def _clip_grader(model: str, alternative_model: str) -> ClipGrader:
    """Return the grader; it lives as long as the process, for all its submissions."""
    return ClipGrader(model, alternative_model)


@cache
def _assets_here(
    model: str, alternative_model: str
) -> tuple[ModelSnapshot | None, Path | None, ModelSnapshot | None]:
    """Return the model, the data set's folder and the other model, each where it is on this machine."""
    own = other = root = None
    with contextlib.suppress(AssetError):
        own = find_model(model or None)
    with contextlib.suppress(AssetError):
        other = find_model(alternative_model) if alternative_model else None
    with contextlib.suppress(AssetError):
        root = find_fashion_mnist()
    return own, root, other
