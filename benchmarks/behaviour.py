"""Whether two gradings of one course came to the same: what to run around a change that is to change no grade.

python -m benchmarks.behaviour BEFORE AFTER

    cp -a BEFORE AFTER        a graded course, such as the demo's, secret included: inputs of checks are then the same
    autograder grade NAME --force, and nbgrader generate_feedback NAME --force, in AFTER, with the changed kit

Compares seeds, verdicts, messages, names of mistakes, bonus and reasons for a person's look in each autograded
notebook, points and states in the gradebook's export where there is one, and the words of feedback pages.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_OF_THE_RUN = re.compile(r"<pre>.*?</pre>|<!--.*?-->|<[^>]*>", re.DOTALL)
"""What a page shows of a run rather than of the work: what cells printed, and how it is laid out."""


def judged(notebook: Path) -> list[Any]:
    """Return what the kit has noted of each judged cell, and of the notebook besides its evidence."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    about = content["metadata"].get("autograder", {})
    return [
        {name: value for name, value in about.items() if name != "grading"},
        *(
            (cell["metadata"]["nbgrader"]["grade_id"], told)
            for cell in content["cells"]
            if "verdicts" in (told := cell["metadata"].get("autograder", {}))
        ),
    ]


def words(page: Path) -> str:
    """Return what a page says of the work."""
    return " ".join(_OF_THE_RUN.sub("", page.read_text(encoding="utf-8")).split())


def differences(before: Path, after: Path) -> Iterator[str]:
    """Yield a line for each notebook, page or table that is not the same, or is missing on one side."""
    for pattern, read in (
        ("autograded/*/*/*.ipynb", judged),
        ("feedback/*/*/*.html", words),
        ("grades.csv", words),
    ):
        here, there = (
            {path.relative_to(course) for path in course.glob(pattern)}
            for course in (before, after)
        )
        yield from (f"{path}: only in one of them" for path in sorted(here ^ there))
        for path in sorted(here & there):
            if read(before / path) != read(after / path):
                yield f"{path}: differs"
        print(f"{pattern}: {len(here & there)} compared")


if __name__ == "__main__":
    found = list(differences(*map(Path, sys.argv[1:])))
    print("\n".join(found) or "the same")
    sys.exit(bool(found))
