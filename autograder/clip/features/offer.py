"""What a kernel is given of the stores: folders to read, and a text that it runs before the first cell."""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from autograder.clip.expected import Expected
from autograder.clip.features.inside import answers, fingerprint, install, lazy, stored
from autograder.clip.features.inside.stored import Store
from autograder.clip.features.store import embeddings_by_filling, has_features_of, trusted
from autograder.kernel.surroundings import NOT_USED, Offer
from autograder.seam.student import Student, StudentError

ANSWERS = "feature_store"
"""Name of the package in the kernel."""
_SHOWN_UNDER = "/assets/features"
_NEEDS = "transformers"
_MODULES = (fingerprint, stored, lazy, answers, install)
"""In an order in which each finds those that it imports."""


def offer(expected: Expected, imports: frozenset[str], *, hides_this_machine: bool) -> Offer:
    """Return what a kernel is given; nothing if its notebook has no use for it.

    Args:
        expected: the models that grade; what is not in the store yet is computed now, for the first of them.
        imports: packages that the notebook imports.
        hides_this_machine: of the isolation.
    """
    if _NEEDS not in imports:
        return Offer()
    reference = expected.reference
    reference.compute_all = embeddings_by_filling
    found = [trusted(reference, may_fill=True)]
    other = expected.alternative
    if other is not None and has_features_of(other.weights_sha256):
        found.append(trusted(expected.of_model(other.name).reference, may_fill=False))
    complaints = [f"{NOT_USED}{trust.complaint}" for trust in found if trust.complaint]
    given = offered([trust.store for trust in found if trust.store], hides_this_machine)
    return replace(given, complaints=tuple(complaints))


def offered(stores: Sequence[Store], hides_this_machine: bool) -> Offer:
    """Return what a kernel is given of these stores."""
    if not stores:
        return Offer()
    shown = {
        store.folder: f"{_SHOWN_UNDER}/{number}" if hides_this_machine else str(store.folder)
        for number, store in enumerate(stores)
    }
    processors = {
        (store.about["processor"]["module"], store.about["processor"]["name"])
        for store in stores
        if store.has_levels
    }
    return Offer(
        startup_text(list(shown.values()), sorted(processors)),
        shown if hides_this_machine else {},
    )


def startup_text(folders: Sequence[str], processors: Sequence[tuple[str, str]]) -> str:
    """Return the text that a kernel runs: it leaves no name in the notebook's globals."""
    sources = {module.__name__.rpartition(".")[2]: inspect.getsource(module) for module in _MODULES}
    given = {
        "package": ANSWERS,
        "sources": sources,
        "folders": list(folders),
        "processors": [list(processor) for processor in processors],
    }
    return f"exec({_START!r}, {{'given': {json.dumps(given)!r}}})"


def report(student: Student) -> dict[str, Any]:
    """Return what a kernel says of its use of the stores: figures for people, believed by nobody."""
    try:
        said = student.fetch(f"__import__('sys').modules['{ANSWERS}'].answers.report()")
    except StudentError:
        return {}
    return said if isinstance(said, dict) else {}


_START = """
import json, sys, types
given = json.loads(given)
package = types.ModuleType(given["package"])
package.__path__ = []
sys.modules[package.__name__] = package
for name, source in given["sources"].items():
    module = types.ModuleType(f"{package.__name__}.{name}")
    module.__package__ = package.__name__
    sys.modules[module.__name__] = module
    setattr(package, name, module)
    exec(compile(source, f"<{module.__name__}>", "exec"), vars(module))
package.answers = package.install.install(given["folders"], given["processors"])
"""
