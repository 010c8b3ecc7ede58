"""`autograder.gradebook.late_penalties` under its former name, which copies of older configurations in courses name."""

from autograder.gradebook.late_penalties import *  # noqa: F403
