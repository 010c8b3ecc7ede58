"""The seam between the hidden checks and a student's work.

A check sees a `Student`: it can call a function by name with inputs that the check has chosen, evaluate
an expression, and count pictures. What comes back is plain data (see `autograder.kernel.wire`).
The same probe answers in a kernel (`ProbedStudent` over the kernel's channels) and in this process
(`in_process`), so checks run unchanged against a submission and against the reference solution.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from autograder.kernel import probe
from autograder.kernel.wire import Message, WireError, pack, unpack

NOT_DEFINED = "is not defined"
CELL_MISSING = f"{NOT_DEFINED}: its cell"
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
    """

    def __init__(self, reason: str, raised: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.raised = raised


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

    def fetch(self, expression: str) -> Any:
        """Evaluate an expression among the notebook's globals and return plain data.

        Raises:
            StudentError: as `call`.
        """

    def pictures(self, cell: str) -> int:
        """Return how many pictures the cell with this id has displayed."""


class ProbedStudent:
    """A `Student` whose answers come from a probe."""

    def __init__(self, ask: Ask, pictures: Mapping[str, int]) -> None:
        """Wrap a way to ask the probe, and the pictures that each cell id has displayed so far."""
        self._ask = ask
        self._pictures = pictures

    def call(self, name: str, *args: Any) -> Any:
        """See `Student.call`."""
        return self.count_calls(name, *args, of=())[0]

    def count_calls(
        self, name: str, *args: Any, of: Sequence[str]
    ) -> tuple[Any, Mapping[str, int]]:
        """See `Student.count_calls`."""
        tree = self._request({"call": name, "args": list(args), "count": list(of)}, f"`{name}`")
        counts = tree["counts"]
        if (
            not isinstance(counts, dict)
            or set(counts) != set(of)
            or not all(isinstance(count, int) for count in counts.values())
        ):
            raise StudentError(f"`{name}` gave an answer that cannot be read")
        return tree["value"], counts

    def fetch(self, expression: str) -> Any:
        """See `Student.fetch`."""
        return self._request({"fetch": expression}, f"`{expression}`")["value"]

    def pictures(self, cell: str) -> int:
        """See `Student.pictures`."""
        return self._pictures.get(cell, 0)

    def _request(self, request: dict[str, Any], subject: str) -> dict[str, Any]:
        try:
            tree = unpack(self._ask(pack(request)))
        except WireError as error:
            raise StudentError(f"{subject} gave an answer that cannot be read: {error}") from error
        if isinstance(tree, dict) and isinstance(tree.get("error"), dict):
            raised = str(tree["error"].get("type"))
            raise StudentError(_explain(tree["error"], subject), raised)
        if not isinstance(tree, dict) or "value" not in tree or "counts" not in tree:
            raise StudentError(f"{subject} gave an answer that cannot be read")
        return tree


def in_process(namespace: dict[str, Any], pictures: Mapping[str, int]) -> ProbedStudent:
    """Return a `Student` whose functions live in this process: the reference solution, or a test's."""

    def ask(message: Message) -> Message:
        return Message(*probe.answer(message.text, message.archive, namespace))

    return ProbedStudent(ask, pictures)


def _explain(error: dict[str, Any], subject: str) -> str:
    kind, message = str(error.get("type")), str(error.get("message"))
    match kind:
        case "NotImplementedError":
            return (
                f"{subject} is not finished yet ({message})"
                if message
                else f"{subject} is not finished yet"
            )
        case "NameError" if error.get("missing"):
            missing = f"`{error['missing']}`"
            if missing == subject or subject.startswith(missing[:-1]):
                return f"{missing} {CELL_MISSING} is missing, or it stopped with an error"
            return f"{subject} uses {missing}, which {NOT_DEFINED}"
        case _:
            return f"{subject} raised {kind}: {message}" if message else f"{subject} raised {kind}"
