"""`autograder.feedback.pages` under its former name, which copies of older configurations in courses name."""

from autograder.feedback.pages import *  # noqa: F403
