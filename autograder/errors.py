"""Errors that a person sees.

KitError                 base; its text names the file or cell and the way out
├── AssetError           a data set or model is missing, damaged or of the wrong kind
├── AuditError           the corpus that tests the checks is not as it should be
├── BuildError           the notebook's source cannot be built
├── ChoiceError          a command was not told which of several things is meant
├── CourseError          a course folder lacks something or is in the way
├── ExtraError           a part of the kit that is needed is not installed
├── NotebookError        a submission's notebook cannot be read or run
│   └── TimeLimitError   what the grader does with it takes too long
└── SandboxError         this machine cannot keep a student's code to itself
"""

from __future__ import annotations


class KitError(Exception):
    """Base of all errors that the command line prints without a traceback."""


class AssetError(KitError):
    """A data set or model snapshot is missing, damaged or of the wrong kind."""


class AuditError(KitError):
    """The corpus that tests the checks, or a list that belongs to it, is not as it should be."""


class BuildError(KitError):
    """The notebook's source text cannot be turned into a notebook."""


class ChoiceError(KitError):
    """A command was not told which of several things is meant, or was told what is none of them."""


class CourseError(KitError):
    """A course folder lacks something that a command needs, or something is in its way."""


class ExtraError(KitError):
    """A part of the kit that is needed is not installed."""


class NotebookError(KitError):
    """A submission's notebook cannot be read or run."""


class TimeLimitError(NotebookError):
    """What the grader does with a submission has taken longer than it may."""


class SandboxError(KitError):
    """This machine cannot keep a student's code to itself in the way that was asked for."""
