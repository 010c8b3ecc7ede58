"""The notebook, worked through once with the reference solution: where every variant starts from.

All variants share one dictionary of globals, because functions of the notebook look names up in it. A trial runs in a
process of its own, forked from this one, and first puts the dictionary back to what it was before the exercise.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import io
import itertools
import linecache
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import IPython.display
import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import torch
import transformers
from huggingface_hub import constants as hub
from nbformat import NotebookNode
from threadpoolctl import threadpool_limits

from autograder.assignments.assignment_2 import ASSIGNMENT
from autograder.assignments.assignment_2.mistakes.experiment import accuracies_mixed
from autograder.audit import memory
from autograder.audit.map_memory import load_umap
from autograder.audit.transplant import CHOICE, EXERCISES
from autograder.authoring.command import SOURCE_NOTEBOOK
from autograder.clip.accuracy.encoders import load_test_images
from autograder.clip.assets import find_fashion_mnist, find_model, offline_environment
from autograder.clip.assets.under_names import under_names
from autograder.clip.reference import Reference
from autograder.clip.stand_ins import GradingExpected
from autograder.diagnosis.flow import flow_findings
from autograder.errors import AuditError
from autograder.judging.exercise import collected_checks, exercise_checks
from autograder.kernel.surroundings import Surroundings
from autograder.seam import drawn
from autograder.seam.student import Student, in_process

ALTERNATIVE = "tiny"


@dataclass(frozen=True)
class CellRun:
    """What running one cell came to.

    Attributes:
        cell: its id.
        source: what was run.
        error: what it raised, or None.
    """

    cell: str
    source: str
    error: BaseException | None


class Bench:
    """The worked notebook, the grader's own figures, and what both remember."""

    def __init__(self) -> None:
        """Load models and data, and work through all sections.

        Raises:
            AssetError: the data set or a model is not there.
            AuditError: a cell of the reference solution raises.
        """
        # Processes are forked from this one later on, and a forked process has none of its threads.
        torch.set_num_threads(1)
        threadpool_limits(1)
        # Whoever asks for a GPU is to hear that there is none. A process that has asked, and then forks, leaves the
        # next one another message: that a forked process cannot use it.
        torch._C._cuda_getDeviceCount = lambda: 0
        mpl.use("agg")
        snapshot, alternative = find_model(), find_model(ALTERNATIVE)
        data_root = find_fashion_mnist()
        os.environ.update(offline_environment(snapshot, data_root, alternative))
        load_umap()
        self.notebook = nbformat.read(SOURCE_NOTEBOOK, as_version=4)
        self.reference = GradingExpected(Reference(snapshot, data_root), alternative)
        self._models: dict[str, tuple[Any, Any]] = {}
        self._remember(snapshot.path, alternative.path)
        self.solved = {
            cell.id: cell.source for cell in self.notebook.cells if cell.cell_type == "code"
        }
        self.globals: dict[str, Any] = {}
        self._shown = _Shown()
        self._before: dict[str, tuple[dict[str, Any], _Shown]] = {}
        self._work_through()
        # What every trial would otherwise do again.
        for exercise in EXERCISES.values():
            collected_checks(ASSIGNMENT, exercise.check)
            exercise_checks(ASSIGNMENT, exercise.check)
        flow_findings(self.as_notebook(()), ASSIGNMENT)
        accuracies_mixed(self.reference, self.reference.of_model(str(alternative.path)))

    def run(self, cells: Sequence[tuple[str, str]]) -> list[CellRun]:
        """Run cells of one exercise in order; one that raises does not stop the next.

        The notebook's globals are put back to what they are when the first of them begins. Cells at the beginning
        that are as the reference solution has them need not be run again for that.
        """
        later = list(cells)
        while len(later) > 1 and later[1][0] in self._before and self._is_solved(*later[0]):
            del later[0]
        space, shown = self._before[later[0][0]]
        self.globals.clear()
        self.globals.update(space)
        self._shown = shown.copy()
        return [self._run(cell, source, self.globals, self._shown) for cell, source in later]

    def _is_solved(self, cell: str, source: str) -> bool:
        return _same_code(source, self.solved[cell])

    def student(self) -> Student:
        """Return the seam to the notebook as it stands."""
        return self._shown.student(self.globals)

    def apart(self, exercise: str, cells: Iterable[tuple[str, str]]) -> Student:
        """Run an exercise's cells in globals of their own, and return the seam to them.

        The notebook's given functions keep looking names up in the shared globals; no check of an exercise asks
        for one that depends on what the same exercise defines.
        """
        before, shown_before = self._before[EXERCISES[exercise].cells[0]]
        space, shown = dict(before), shown_before.copy()
        for cell, source in cells:
            self._run(cell, source, space, shown)
        return shown.student(space)

    def show_transformers_4(self) -> None:
        """Let the notebook's model return tensors from now on."""
        memory.as_transformers_4(self.globals["clip_model"])

    def as_notebook(self, ran: Iterable[CellRun]) -> NotebookNode:
        """Return the notebook with the sources and errors of cells that were run, as its outputs."""
        notebook = nbformat.from_dict(
            {**self.notebook, "cells": [dict(cell) for cell in self.notebook.cells]}
        )
        by_id: Mapping[str, CellRun] = {run.cell: run for run in ran}
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            cell.outputs = []
            run = by_id.get(cell.id)
            if run is not None:
                cell.source = run.source
                if run.error is not None:
                    named = {"ename": type(run.error).__name__, "evalue": str(run.error)}
                    cell.outputs = [nbformat.v4.new_output("error", **named, traceback=[])]
        return notebook

    @contextlib.contextmanager
    def with_models_named_in(self, code: str) -> Iterator[None]:
        """Let a variant find the models of the hub that its code names, as a graded notebook finds them."""
        models = self.reference.models_named_in(code)
        base = Surroundings({"HF_HUB_CACHE": hub.HF_HUB_CACHE}, {})
        known = {
            name: self._models[str(snapshot.path)]
            for name, snapshot in models.items()
            if str(snapshot.path) in self._models
        }
        with tempfile.TemporaryDirectory(prefix="audit-") as folder:
            found = under_names(models, base, Path(folder), hides_this_machine=False)
            with (
                mock.patch.object(hub, "HF_HUB_CACHE", found.environment["HF_HUB_CACHE"]),
                mock.patch.object(hub, "HF_HUB_OFFLINE", True),
                mock.patch.dict(self._models, known),
            ):
                yield

    def _work_through(self) -> None:
        self.globals.update({"__name__": "__main__", "__builtins__": __builtins__})
        kept = {cell for exercise in EXERCISES.values() for cell in exercise.cells}
        for cell in self.notebook.cells:
            if not is_worked(cell):
                continue
            if cell.id in kept:
                self._keep(cell.id)
            run = self._run(cell.id, cell.source, self.globals, self._shown)
            if run.error is not None:
                raise AuditError(f"the reference solution's cell {cell.id!r} raises {run.error!r}")
        # No experiment is chosen there: a trial of one runs all of its cells.
        self._keep(CHOICE)

    def _keep(self, cell: str) -> None:
        self._before[cell] = dict(self.globals), self._shown.copy()

    @staticmethod
    def _run(cell: str, source: str, space: dict[str, Any], shown: _Shown) -> CellRun:
        name = f"<cell {cell}>"
        # So that a traceback, or `inspect`, finds the lines.
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        # As a notebook's kernel has it.
        space["In"] = [*space.get("In", ()), source]
        error: BaseException | None = None
        with quiet(), shown.in_cell(cell) as show:
            try:
                *statements, last = ast.parse(source, name).body or [ast.Pass()]
                # A notebook displays the value of a cell's last line.
                if not isinstance(last, ast.Expr):
                    statements.append(last)
                exec(compile(ast.Module(statements, []), name, "exec"), space)
                if isinstance(last, ast.Expr):
                    show(eval(compile(ast.Expression(last.value), name, "eval"), space))
            except BaseException as raised:  # a student's cell may raise anything
                error = raised
        return CellRun(cell, source, error)

    def _remember(self, *folders: Any) -> None:
        """Let the models and processors that the notebook loads, and the grader's own, answer from memory."""
        self.reference.image_embeddings()
        own_model, own_processor = self.reference.reference.loaded
        images = load_test_images(self.reference.reference.data_root).images
        memory.give_data_set_memory(images)
        loaded = {str(folder): (_load(folder)) for folder in folders}
        pixels: memory.PixelMemory | None = None
        settings = None
        for model, processor in loaded.values():
            described = processor.image_processor.to_dict()
            if pixels is None or described != settings:
                pixels, settings = memory.PixelMemory(processor, images), described
            features = memory.FeatureMemory(model, pixels)
            memory.give_processor_memory(processor, pixels)
            memory.give_model_memory(model, features)
            if str(folders[0]) == model.name_or_path:
                memory.give_processor_memory(own_processor, pixels)
                memory.give_model_memory(own_model, features)
        self._models |= loaded
        for number, kind in enumerate((transformers.CLIPModel, transformers.CLIPProcessor)):
            kind.from_pretrained = _known_first(kind.from_pretrained, self._models, number)
        self.reference.of_model(str(folders[1])).image_embeddings()


def is_worked(cell: NotebookNode) -> bool:
    """Return whether a cell is run whatever is tried: any but the notebook's own visible tests and its experiments."""
    role = cell.metadata.get("nbgrader")
    is_test = role is not None and role["grade"]
    return cell.cell_type == "code" and not is_test and not cell.id.startswith("experiment")


def _load(folder: Any) -> tuple[Any, Any]:
    with quiet():
        model = transformers.CLIPModel.from_pretrained(str(folder)).eval()
        return model, transformers.CLIPProcessor.from_pretrained(str(folder))


def _known_first(plain: Any, known: Mapping[str, tuple[Any, Any]], number: int) -> Any:
    def from_pretrained(name: Any, *args: Any, **kwargs: Any) -> Any:
        if not args and not kwargs and str(name) in known:
            # An object of its own, as a kernel gives: it says by which name it was loaded.
            one = copy.copy(known[str(name)][number])
            if isinstance(one, transformers.PreTrainedModel):
                one.name_or_path = str(name)
            return one
        return plain(name, *args, **kwargs)

    return from_pretrained


def _same_code(one: str, other: str) -> bool:
    """Return whether two sources differ in comments and layout at most."""
    try:
        return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except SyntaxError:
        return False


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep what a student's code prints, and its warnings, from the audit's own output."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


class _Shown:
    """The figures that cells have shown, kept as a kernel of the grader's keeps them, whatever way they chose."""

    _keeper = drawn.keeper()
    _next = itertools.count(1)

    def __init__(self) -> None:
        self._pictures: dict[str, int] = {}
        self._requests: dict[str, str] = {}

    def copy(self) -> _Shown:
        """Return the same, to be changed on its own."""
        other = _Shown()
        other._pictures.update(self._pictures)
        other._requests.update(self._requests)
        return other

    def student(self, space: dict[str, Any]) -> Student:
        """Return the seam to a notebook with these globals."""
        return in_process(space, self._pictures, self._requests)

    @contextlib.contextmanager
    def in_cell(self, cell: str) -> Iterator[Callable[..., None]]:
        """Note what is shown meanwhile, and yield a function that shows values as a notebook does."""
        self._pictures[cell], self._requests[cell] = 0, str(next(self._next))

        def display(*values: Any, **options: Any) -> None:
            for value in filter(drawn.is_figure, values):
                self._pictures[cell] += 1
                self._keeper.keep(value, self._requests[cell])

        def show(*args: Any, **options: Any) -> None:
            display(*map(plt.figure, plt.get_fignums()))
            plt.close("all")

        plt.close("all")
        with (
            mock.patch.object(plt, "show", show),
            mock.patch.object(IPython.display, "display", display),
            mock.patch.object(builtins, "display", display, create=True),
        ):
            yield display
        show()  # a notebook shows at the end of a cell what is still open
