"""`autograder.plugins.preprocessors` under its former name, which copies of older configurations in courses name."""

from autograder.plugins.preprocessors import *  # noqa: F403
