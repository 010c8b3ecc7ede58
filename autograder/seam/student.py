"""The seam between the hidden checks and a student's work.

A check sees a `Student`: it can call a function by name with inputs that the check has chosen, evaluate
an expression, count pictures, and look into figures. What comes back is plain data (see `autograder.seam.wire`).
The same probe answers in a kernel (`ProbedStudent` over the kernel's channels) and in this process
(`in_process`), so checks run unchanged against a submission and against the reference solution.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from autograder.seam import drawn, probe
from autograder.seam.figures import Figure, read_figures
from autograder.seam.wire import Message, WireError, pack, unpack

NOT_DEFINED = "is not defined"
NOT_MADE = f"{NOT_DEFINED}: its task is not done yet, or its cell stopped with an error"
"""What the reason of a `StudentError` says, behind the name, of what the notebook should make and does not."""

Ask = Callable[[Message], Message]
"""Carries a request to where the student's code lives and brings the answer back.

Raises:
    StudentError: there is no answer.
"""


class StudentError(Exception):
    """The student's side did not give a value.

    Attributes:
        reason: one sentence for the student, such as "`get_predictions` is not defined".
        raised: the type of the exception that the student's code raised, such as "ValueError"; empty if
            there is no answer for another reason.
        missing: the name that is not defined, where that is the reason; else empty.
    """

    def __init__(self, reason: str, raised: str = "", missing: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.raised = raised
        self.missing = missing


class Student(Protocol):
    """What a hidden check may do with a submission."""

    def call(self, name: str, *args: Any) -> Any:
        """Call the function `name` of the notebook and return what it returns, as plain data.

        Raises:
            StudentError: it is not defined, not finished, raised, or did not end in time.
        """

    def count_calls(
        self, name: str, *args: Any, of: Sequence[str]
    ) -> tuple[Any, Mapping[str, int]]:
        """Do as `call` and count the calls of the functions named in `of` (dotted names) meanwhile."""

    def call_watched(
        self, name: str, *args: Any, watch: Sequence[str] = ()
    ) -> tuple[Any, Sequence[int | str]]:
        """Do as `call`, and return as well what the call has changed that it had no business to change.

        Args:
            name: of the function.
            args: its arguments.
            watch: names of globals.

        Returns:
            What it returns; and the numbers, from 0, of arguments that hold something else now, and names of globals
            that do.
        """

    def fetch(self, expression: str) -> Any:
        """Evaluate an expression among the notebook's globals and return plain data.

        Raises:
            StudentError: as `call`.
        """

    def pictures(self, cell: str) -> int:
        """Return how many pictures the cell with this id has displayed."""

    def figures(self, cell: str) -> Sequence[Figure | None]:
        """Return the figures that the cell with this id has displayed, as far as the kernel tells of them.

        None stands for one that cannot be looked into. There may be more pictures than figures, since not every
        picture is drawn by matplotlib.
        """


class ProbedStudent:
    """A `Student` whose answers come from a probe."""

    def __init__(
        self, ask: Ask, pictures: Mapping[str, int], requests: Mapping[str, str] | None = None
    ) -> None:
        """Wrap a way to ask the probe.

        Args:
            ask: the way.
            pictures: how many each cell id has displayed so far.
            requests: by which the figures of each cell are kept, see `autograder.seam.drawn`, by cell id.
        """
        self._ask = ask
        self._pictures = pictures
        self._requests = requests or {}

    def call(self, name: str, *args: Any) -> Any:
        """See `Student.call`."""
        return self.count_calls(name, *args, of=())[0]

    def count_calls(
        self, name: str, *args: Any, of: Sequence[str]
    ) -> tuple[Any, Mapping[str, int]]:
        """See `Student.count_calls`."""
        tree = self._request({"call": name, "args": list(args), "count": list(of)}, name)
        counts = tree.get("counts")
        if (
            not isinstance(counts, dict)
            or set(counts) != set(of)
            or not all(isinstance(count, int) for count in counts.values())
        ):
            raise StudentError(f"`{name}` gave an answer that cannot be read")
        return tree["value"], counts

    def call_watched(
        self, name: str, *args: Any, watch: Sequence[str] = ()
    ) -> tuple[Any, Sequence[int | str]]:
        """See `Student.call_watched`."""
        request = {"call": name, "args": list(args), "count": [], "watch": list(watch)}
        tree = self._request(request, name)
        changed = tree.get("changed")
        known = {*range(len(args)), *watch}
        if not isinstance(changed, list) or not all(
            isinstance(key, (int, str)) and key in known for key in changed
        ):
            raise StudentError(f"`{name}` gave an answer that cannot be read")
        return tree["value"], changed

    def fetch(self, expression: str) -> Any:
        """See `Student.fetch`."""
        return self._request({"fetch": expression}, expression)["value"]

    def pictures(self, cell: str) -> int:
        """See `Student.pictures`."""
        return self._pictures.get(cell, 0)

    def figures(self, cell: str) -> Sequence[Figure | None]:
        """See `Student.figures`."""
        if cell not in self._requests:
            return []
        kept = f"__import__('sys').modules[{drawn.MODULE!r}].shown({self._requests[cell]!r})"
        try:
            return read_figures(self.fetch(kept))
        except StudentError:
            return []

    def _request(self, request: dict[str, Any], asked: str) -> dict[str, Any]:
        subject = f"`{asked}`"
        try:
            tree = unpack(self._ask(pack(request)))
        except WireError as error:
            raise StudentError(f"{subject} gave an answer that cannot be read: {error}") from error
        if isinstance(tree, dict) and isinstance(tree.get("error"), dict):
            raise _explained(tree["error"], asked)
        if not isinstance(tree, dict) or "value" not in tree:
            raise StudentError(f"{subject} gave an answer that cannot be read")
        return tree


def in_process(
    namespace: dict[str, Any],
    pictures: Mapping[str, int],
    requests: Mapping[str, str] | None = None,
) -> ProbedStudent:
    """Return a `Student` whose functions live in this process: the reference solution, or a test's.

    Args:
        namespace: its globals.
        pictures: see `ProbedStudent`.
        requests: see `ProbedStudent`.
    """

    def ask(message: Message) -> Message:
        return Message(*probe.answer(message.text, message.archive, namespace))

    return ProbedStudent(ask, pictures, requests)


def _explained(error: dict[str, Any], asked: str) -> StudentError:
    """Return what a student reads of an exception, which their code raised when it was asked for something."""
    kind, message, missing = str(error.get("type")), str(error.get("message")), ""
    match kind:
        case "NotImplementedError":
            reason = f"`{asked}` is not finished yet" + (f" ({message})" if message else "")
        case "NameError" if error.get("missing"):
            missing = str(error["missing"])
            # What is asked for by its name the notebook should make; all else is the code's own affair.
            is_asked_for = missing in re.findall(r"\w+", asked)
            reason = (
                f"`{missing}` {NOT_MADE}"
                if is_asked_for
                else f"`{asked}` uses `{missing}`, which {NOT_DEFINED}"
            )
        case _:
            reason = f"`{asked}` raised {kind}" + (f": {message}" if message else "")
    return StudentError(reason, kind, missing)
