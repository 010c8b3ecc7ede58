"""Submissions whose folder or file is broken or hostile, and what each must come to.

`damage` gets the folder of a submission with right work in it. Where `scores` is None, nothing can be graded:
no score, and a person must look. `told` is a part of a sentence that feedback and `autograder status` must hold.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.traps.edits import FULL

NAME = "small.ipynb"
SECRET = "the gradebook's neighbours must not read this"
OUTSIDE = "outside.txt"
"""A file beside the course's folders, which links of submissions point at."""

NOT_IDS = ("*", "[r]ight", "two\nlines", "-x", "back\\slash", " space", "{}")
"""Folders of students that nbgrader takes for a pattern, an option or a format, or stops at."""

RIGHT_PROGRAM = "def get_predictions(similarity):\n    return similarity.argmax(axis=1)\n"

Damage = Callable[[Path], None]


@dataclass(frozen=True)
class Broken:
    damage: Damage
    told: str
    scores: dict[str, float | None] | None = None


def contents(text: bytes | str) -> Damage:
    """Replace the notebook's file."""

    def damage(folder: Path) -> None:
        (folder / NAME).write_bytes(text.encode() if isinstance(text, str) else text)

    return damage


def truncate(folder: Path) -> None:
    text = (folder / NAME).read_text(encoding="utf-8")
    (folder / NAME).write_text(text[: len(text) // 2], encoding="utf-8")


def change(edit: Callable[[dict[str, Any]], None]) -> Damage:
    """Change the notebook as plain JSON."""

    def damage(folder: Path) -> None:
        notebook = json.loads((folder / NAME).read_text(encoding="utf-8"))
        edit(notebook)
        (folder / NAME).write_text(json.dumps(notebook), encoding="utf-8")

    return damage


def forget_ids(notebook: dict[str, Any]) -> None:
    """Take all of nbgrader's metadata and all cell ids out, as some editors do."""
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)


def other_notebook(notebook: dict[str, Any]) -> None:
    notebook["cells"] = [
        {"cell_type": "code", "source": "print('hello')", "metadata": {}, "outputs": []}
    ]


def version_3(notebook: dict[str, Any]) -> None:
    """Rewrite the notebook in the format of 2013: cells in a worksheet, `input` instead of `source`."""
    for cell in notebook["cells"]:
        cell.pop("id", None)
        if cell["cell_type"] == "code":
            cell.update(input=cell.pop("source"), language="python", collapsed=False)
            cell.pop("execution_count", None)
    sheet = {"cells": notebook.pop("cells"), "metadata": {}}
    notebook.update(nbformat=3, nbformat_minor=0, worksheets=[sheet])


def renamed_version_3(folder: Path) -> None:
    change(version_3)(folder)
    (folder / "work").mkdir()
    (folder / NAME).rename(folder / "work" / "small (1).ipynb")


def much_output(folder: Path) -> None:
    """200 displays of half a megabyte: 100 MB in one file, and settings that no schema allows."""
    notebook = json.loads((folder / NAME).read_text(encoding="utf-8"))
    display = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/plain": "x, " * 174_000},
    }
    notebook["cells"][2]["outputs"] = [display] * 200
    notebook["cells"][2]["metadata"]["tags"] = {"not": "a list"}
    notebook["metadata"] = {"kernelspec": "none", "widgets": 5, "autograder": {"not_graded": "x"}}
    (folder / NAME).write_text(json.dumps(notebook), encoding="utf-8")
    assert (folder / NAME).stat().st_size > 100_000_000


def merge_cells(notebook: dict[str, Any]) -> None:
    """Merge a locked test with the task and the test behind it, as Shift-M in JupyterLab does."""
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
    first = names.index("check_similarity")
    last = names.index("check_predictions")
    merged = notebook["cells"][first : last + 1]
    merged[0]["source"] = "\n\n".join(cell["source"] for cell in merged)
    notebook["cells"][first : last + 1] = merged[:1]


def junk_folder(folder: Path) -> None:
    """Every kind of entry that nbgrader should not copy, beside an honest notebook and a module of its own."""
    outside = folder.parents[2] / OUTSIDE
    (folder / "link.txt").symlink_to(outside)
    (folder / "endless").symlink_to("/dev/zero")
    (folder / "loop").symlink_to(".")
    os.mkfifo(folder / "timestamp.txt")
    with socket.socket(socket.AF_UNIX) as door:
        here = Path.cwd()
        os.chdir(folder)  # names of sockets are short
        door.bind("socket")
        os.chdir(here)
    (folder / "..\\..\\evil.py").write_text("a path elsewhere")
    os.close(os.open(os.fsencode(folder) + b"/\xff\xfe\n", os.O_CREAT | os.O_WRONLY))
    with (folder / "huge.bin").open("wb") as file:
        file.truncate(2**40)
    deep = folder / "deep"
    for _ in range(30):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "bottom.txt").write_text("here")
    (folder / "own_module.py").write_text("answer = 42\n")


def link_notebook(folder: Path) -> None:
    (folder / NAME).unlink()
    (folder / NAME).symlink_to(folder.parents[2] / OUTSIDE)


def two_others(folder: Path) -> None:
    text = (folder / NAME).read_text(encoding="utf-8")
    (folder / NAME).unlink()
    (folder / "one.ipynb").write_text(text, encoding="utf-8")
    (folder / "two.ipynb").write_text(text.replace("lengths", "length"), encoding="utf-8")


def work_in_a_copy(folder: Path) -> None:
    """The released notebook as it was, and all the work in a copy that the browser has named."""
    (folder / NAME).rename(folder / "small (2).ipynb.txt")
    shutil.copy(folder.parents[2] / "release" / "small" / NAME, folder)


def work_in_a_program(folder: Path) -> None:
    work_in_a_copy(folder)
    (folder / "small (2).ipynb.txt").unlink()
    (folder / "small.py").write_text(RIGHT_PROGRAM, encoding="utf-8")


def many_files(folder: Path) -> None:
    (folder / NAME).unlink()
    for number in range(2_100):
        (folder / f"{number}.txt").touch()


def huge_notebook(folder: Path) -> None:
    with (folder / NAME).open("r+b") as file:
        file.truncate(300 * 2**20)


def nested(notebook: dict[str, Any]) -> None:
    # Deep enough to be read, and too deep for what copies and checks it afterwards.
    tree: Any = []
    for _ in range(400):
        tree = [tree]
    notebook["cells"][0]["metadata"] = {"tree": tree}
    notebook["cells"][1]["metadata"]["nbgrader"]["tree"] = tree


BROKEN = {
    "not_complete": Broken(truncate, "ends in the middle and is not valid JSON"),
    "merge_conflict": Broken(
        contents('{"cells": [\n<<<<<<< HEAD\n]\n=======\n[]]\n>>>>>>> main\n}'), "a git merge"
    ),
    "nothing_in_it": Broken(contents(b""), "is an empty file"),
    "a_picture": Broken(contents(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40), "not a text file"),
    "a_list": Broken(contents("[1, 2, 3]"), "but not a notebook"),
    "nested_json": Broken(contents("[" * 100_000), "nested too deeply"),
    "another_notebook": Broken(change(other_notebook), "none of this assignment's cells"),
    "a_linked_notebook": Broken(link_notebook, "could not be used and was set aside"),
    "two_notebooks": Broken(two_others, "more than one other notebook"),
    "a_copy": Broken(work_in_a_copy, "holds work that the notebook of the name", FULL),
    "a_program": Broken(work_in_a_program, "holds nothing but what was released"),
    "many_files": Broken(many_files, "was not handed in"),
    "a_huge_file": Broken(huge_notebook, "could not be used and was set aside"),
    "crashed": Broken(lambda folder: None, "grading it stopped with an error"),
    "endless": Broken(lambda folder: None, "took longer than 0.2 seconds"),
    "junk": Broken(junk_folder, "is a link to another place", FULL),
    "renamed": Broken(renamed_version_3, "has another name than the notebook", FULL),
    "much_output": Broken(much_output, "", FULL),
    "merged": Broken(change(merge_cells), "that counts", FULL),
    "ids_gone": Broken(change(forget_ids), "a person looks for your answer", FULL),
    "nested": Broken(change(nested), "", FULL),
}
