"""`autograder.report.export` under its former name, which copies of older configurations in courses name."""

from autograder.report.export import *  # noqa: F403
