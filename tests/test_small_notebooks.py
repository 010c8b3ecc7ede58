"""Small notebooks as students write them from the assignment's text, against the whole of what a careful reader finds.

`tests/notebooks/small/reader.toml` holds the reader's word, a line for each thing that is to be said of a notebook:
its cells, the points and mistakes of each section, remarks. A line that ends with … is the beginning of one. What is
not in it may not be said. All notebooks run in one call of the command.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.checked_notebooks import Ran, check, write

SMALL = Path(__file__).parent / "notebooks" / "small"
READER: dict[str, list[str]] = tomllib.loads((SMALL / "reader.toml").read_text(encoding="utf-8"))
MORE = "…"


@pytest.fixture(scope="module")
def ran(kernels: None, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("small")
    paths = []
    for name in READER:
        (folder / name).mkdir()
        paths.append(write(folder / name, name, SMALL))
    return check(folder, *paths)


def told(notebook: dict[str, Any]) -> Iterator[str]:
    """Yield what is said of a notebook, a line for each thing."""
    for cell in notebook["cells"]:
        yield f"cell {cell['cell']} {cell['kind']}: {cell['mistake'] or cell['text']}"
    for exercise in notebook["exercises"]:
        title, parts = exercise["title"], exercise["parts"]
        states = [part["state"] for part in parts if part["points"]]
        if {"passed", "failed"}.intersection(states):
            line = f"{title} {exercise['earned']:g}/{exercise['points']:g}"
            line += f" + {exercise['bonus']:g}" * bool(exercise["bonus"])
            named = dict.fromkeys(p["mistake"] for p in parts if p["state"] == "failed")
            line += "".join(f" [{mistake}]" for mistake in named if mistake)
            yield line + f" ({states.count('not judged')} not judged)" * ("not judged" in states)
        elif any(part["message"].startswith("not attempted") for part in parts):
            yield f"{title} not attempted"
        elif "not judged" in states:
            yield f"{title} not judged"
        for name, near in exercise["near"].items():
            yield f"{title} lacks {name}, near {', '.join(near)}"
        for remark in exercise["remarks"]:
            yield f"{title} · {remark}"


def test_every_notebook_has_a_readers_word() -> None:
    assert {path.stem for path in SMALL.glob("*.py")} == set(READER)
    assert len(READER) >= 25


@pytest.mark.parametrize("name", READER)
def test_what_is_said_is_what_a_careful_reader_finds(ran: Ran, name: str) -> None:
    said = list(told(ran.found[name]))
    wanted = [
        line.startswith(words.removesuffix(MORE)) if words.endswith(MORE) else line == words
        for line, words in zip(said, READER[name], strict=False)
    ]
    assert all(wanted), dict(zip(READER[name], said, strict=False))
    assert len(said) == len(READER[name]), said
