"""`autograder.permissions` under its former name, which copies of older configurations in courses name."""

from autograder.permissions import *  # noqa: F403
