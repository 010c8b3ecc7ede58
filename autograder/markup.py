"""`autograder.feedback.markup` under its former name, which copies of older configurations in courses name."""

from autograder.feedback.markup import *  # noqa: F403
