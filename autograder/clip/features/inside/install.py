"""Puts stores in front of transformers' own methods: at once where it is imported already, else when it is."""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Sequence
from typing import Any

from .answers import Answers
from .fingerprint import IMAGE, TEXT

MODEL = ("transformers.models.clip.modeling_clip", "CLIPModel")
_METHODS = {"get_image_features": IMAGE, "get_text_features": TEXT}


def install(folders: Sequence[str], processors: Sequence[tuple[str, str]]) -> Answers:
    """Answer from stores where that may be.

    Args:
        folders: of the stores.
        processors: module and name of each class of image processors that has pixels in one of them.

    Returns:
        What answers; its `report` says what has happened.
    """
    answers = Answers(folders)
    actions = {MODEL[0]: [lambda module: wrap_model(module, MODEL[1], answers)]}
    for module_name, class_name in processors:
        actions.setdefault(module_name, []).append(
            functools.partial(wrap_processor, class_name=class_name, answers=answers)
        )
    later = {name: steps for name, steps in actions.items() if name not in sys.modules}
    for name in actions.keys() - later.keys():
        for step in actions[name]:
            step(sys.modules[name])
    if later:
        sys.meta_path.insert(0, _AfterImport(later))
    return answers


def wrap_model(module: Any, name: str, answers: Answers) -> None:
    """Wrap the methods of a model's class."""
    kind = getattr(module, name)
    for method_name, tower in _METHODS.items():
        setattr(kind, method_name, _wrapped_tower(kind, getattr(kind, method_name), tower, answers))


def wrap_processor(module: Any, class_name: str, answers: Answers) -> None:
    """Wrap an image processor's call."""
    kind = getattr(module, class_name)
    method = kind.__call__

    @functools.wraps(method)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True  # a student's traceback is as it would be without this
        answer = answers.of_processor(method, self, args, options) if type(self) is kind else None
        return method(self, *args, **options) if answer is None else answer

    kind.__call__ = call


def _wrapped_tower(kind: Any, method: Any, tower: str, answers: Answers) -> Any:
    @functools.wraps(method)
    def features(self: Any, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        answer = None
        if type(self) is kind:  # who derives a class may have changed anything
            answer = answers.of_tower(tower, method, self, args, options)
        return method(self, *args, **options) if answer is None else answer

    return features


class _AfterImport(importlib.abc.MetaPathFinder):
    """Does something with modules right after they were imported."""

    def __init__(self, actions: dict[str, list[Callable[[Any], None]]]) -> None:
        self._actions = actions

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        steps = self._actions.pop(fullname, None)
        if not self._actions and self in sys.meta_path:
            sys.meta_path.remove(self)
        if steps is None:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: Any) -> None:
            execute(module)
            for step in steps:
                step(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
