"""The tests."""

import pytest

# A failed comparison in what tests share is to show both sides, as in the tests themselves.
pytest.register_assert_rewrite("tests.courses", "tests.grading_courses")
