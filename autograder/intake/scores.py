"""`autograder.feedback.scores` under its former name, which copies of older configurations in courses name."""

from autograder.feedback.scores import *  # noqa: F403
