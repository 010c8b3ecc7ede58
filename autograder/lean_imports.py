"""nbformat, and nbgrader with it, without what costs more to import than all the rest of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_GRAMMAR = "rfc3987_syntax"


@contextmanager
def without_grammar_of_addresses() -> Iterator[None]:
    """Import nbformat in between, for a fifth of the processor time.

    jsonschema, which nbformat imports, takes that grammar where it is installed, for what a schema calls an `iri`, and
    does without it elsewhere; compiling it takes more than a second. No schema of a notebook speaks of one.
    """
    if _GRAMMAR in sys.modules:
        yield
        return
    # This is how Python is told that there is no such module.
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[_GRAMMAR]
