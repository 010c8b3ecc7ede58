"""Which isolation the tests can use on this machine; where bubblewrap cannot work, they say so."""

from __future__ import annotations

import pytest

from autograder.doctor import can_make_rooms

needs_bubblewrap = pytest.mark.skipif(
    not can_make_rooms(), reason="bubblewrap is not installed here, or may not make namespaces"
)
