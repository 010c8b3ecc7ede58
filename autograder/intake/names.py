"""What a student's folder may be called: any name that a person bears, as long as nbgrader can work with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from pathlib import Path

from autograder.intake.findings import NotGraded, Obstacle, shown

LONGEST = 127
"""Characters; a file system may end earlier."""
_SIGNS = frozenset(" .,@+=-_()'\u2018\u2019\u00b7\u2010\u2011\u2013\u200c\u200d")
"""Besides letters, marks upon them and digits: O'Brien, d’Arc, l·l, hyphens; joiners of Persian and Indic names."""
_AT_START = frozenset("@+_('\u2018\u2019")
"""Not a hyphen, which begins an option, nor a full stop, which hides a folder."""


def composed(name: str) -> str:
    """Return the form of a name that everybody but macOS writes: one letter instead of a letter and its accent."""
    return unicodedata.normalize("NFC", name)


def one_name(name: str) -> str:
    """Return what is equal for names that are one on some system, or to the eye: by case, accents, dots at the end."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return plain.rstrip(" .")


def why_no_student_id(name: str) -> str | None:
    """Say why nbgrader cannot work with a student's folder of this name, or return None.

    It takes `*` and `[x]` for patterns, fills in `{x}`, stops at a line break, and puts a name as it is into addresses
    (`#`, `?`, `%`), scripts and command lines (`"`, `$`).
    """
    if not name:
        return "it is empty"
    if len(name) > LONGEST:
        return f"it has more than {LONGEST} characters"
    for letter in name:
        if unicodedata.category(letter)[0] not in "LMN" and letter not in _SIGNS:
            return f"{_named(letter)} cannot be in it"
    if unicodedata.category(name[0])[0] not in "LN" and name[0] not in _AT_START:
        return f"it cannot begin with {_named(name[0])}"
    if name[-1] == " ":
        return f"it cannot end with {_named(' ')}"
    return None


def is_student_id(name: str) -> bool:
    """Return whether nbgrader can work with a student's folder of this name."""
    return why_no_student_id(name) is None


def compose_names(parent: Path, known: Collection[str] = ()) -> tuple[Path, ...]:
    """Rename the folders of students that macOS has written, so that they are called as in a roster.

    Args:
        parent: the folder of all students' folders.
        known: names that stay, because the gradebook has them so.

    Returns:
        The folders that were renamed, by their new names. A folder stays where another one has the name already.
    """
    renamed = []
    for folder in sorted(parent.iterdir()) if parent.is_dir() else ():
        target = folder.with_name(composed(folder.name))
        if target.name != folder.name and folder.name not in known and not target.exists():
            folder.rename(target)
            renamed.append(target)
    return tuple(renamed)


def twin(folder: Path) -> Path | None:
    """Return another student's folder whose name is the same to the eye, if there is one."""
    other = folder.with_name(composed(folder.name))
    return other if other.exists() and not other.samefile(folder) else None


def refuse_folder(folder: Path) -> NotGraded | None:
    """Say why nbgrader must not be given a submission at all, or return None."""
    name = shown(f"{folder.parent.name}/{folder.name}")
    if (reason := why_no_student_id(folder.parent.name)) is not None:
        return NotGraded(name, Obstacle.FOLDER_NAME, reason)
    if (other := twin(folder.parent)) is not None:
        return NotGraded(name, Obstacle.FOLDER_TWICE, shown(str(other)))
    if folder.is_symlink() or folder.parent.is_symlink():
        return NotGraded(name, Obstacle.FOLDER_LINK)
    return None


def _named(letter: str) -> str:
    sign = f"`{letter}`, " if letter.isprintable() and letter not in "` " else ""
    return f"{sign}{unicodedata.name(letter, f'U+{ord(letter):04X}')}"
