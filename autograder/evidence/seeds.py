"""The seed that a submission's hidden inputs are drawn from.

It is an HMAC (RFC 2104) of the course's secret over assignment, student and the submitted text: the same
submission gets the same inputs when it is graded again, another one gets others, and nobody who does not
hold the secret can foresee them.

So a secret that is lost must not be replaced by another one unnoticed: what was graded with it could not be repeated.
The course's record knows which one is in use, by its fingerprint.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shlex
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.durable import sync
from autograder.errors import CourseError
from autograder.evidence import record
from autograder.evidence.noted import noted_in

if TYPE_CHECKING:
    import numpy as np

SECRET_FILE = ".autograder-secret"
SECRET_BYTES = 32
_UNKNOWN = "unknown"


def course_secret(course: Path) -> bytes:
    """Return the course's secret; the first call draws it and keeps it, readable by its owner alone.

    Raises:
        OSError: the course folder cannot be written.
        CourseError: the file that keeps it is damaged (with a short key, seeds could be foreseen), or it is not the
            one that was graded with here, or it is gone.
    """
    path = course / SECRET_FILE
    used = _used(course)
    if not path.exists():
        if used is not None:
            raise CourseError(_lost(course, f"{path} is gone", used))
        draft = _draft(course)
        try:
            # Of two processes that start at once, one links its draft; both then read the same file.
            os.link(draft, path)
        except FileExistsError:
            pass
        else:
            record.append(course, record.SECRET_DRAWN, secret=fingerprint(_read(course)))
        finally:
            draft.unlink()
    secret = _read(course)
    own = fingerprint(secret)
    # A second look: another process may have drawn it just now.
    if used not in (None, _UNKNOWN, own) and _used(course) != own:
        raise CourseError(_lost(course, f"{path} holds another secret, {own},", used))
    return secret


def draw_anew(course: Path) -> Path | None:
    """Draw another secret for a course, and record it; the old file, if there is one, gets another name.

    Returns:
        Where the old one is.

    Raises:
        OSError: the course folder cannot be written.
    """
    path = course / SECRET_FILE
    draft = _draft(course)
    try:
        # Recorded first: after a kill here nothing is graded, with either of them.
        record.append(course, record.SECRET_DRAWN, secret=fingerprint(_secret_in(draft)))
        old = _set_aside(path) if path.exists() else None
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    sync(course)
    return old


def fingerprint(secret: bytes) -> str:
    """Return what tells a secret from others, and nothing else about it."""
    return hashlib.sha256(b"fingerprint of a course's secret" + secret).hexdigest()[:16]


def fingerprint_of(course: Path) -> str | None:
    """Return the fingerprint of the secret that a course holds; None if it holds none.

    Raises:
        CourseError: the file that keeps it is damaged.
    """
    return fingerprint(_read(course)) if (course / SECRET_FILE).exists() else None


def _set_aside(path: Path) -> Path:
    """Rename a secret: what was graded with it can be repeated with it only."""
    number = 1
    while (aside := path.with_name(f"{path.name}-{number}")).exists():
        number += 1
    return path.rename(aside)


def _read(course: Path) -> bytes:
    path = course / SECRET_FILE
    secret = _secret_in(path)
    if len(secret) != SECRET_BYTES:
        raise CourseError(_lost(course, f"{path} is damaged", _used(course)))
    return secret


def _secret_in(path: Path) -> bytes:
    try:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        return b""


def _draft(course: Path) -> Path:
    descriptor, draft = tempfile.mkstemp(dir=course, prefix=SECRET_FILE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(SECRET_BYTES))
        file.flush()
        os.fsync(descriptor)
    return Path(draft)


def _used(course: Path) -> str | None:
    """Return the fingerprint of the secret that this course is graded with; None if there is no sign of one."""
    known: str | None = record.last_fact(course, "secret")
    return known or _used_in_notebooks(course)


def _used_in_notebooks(course: Path) -> str | None:
    """Look into autograded notebooks: they outlive a record that was removed, or are older than it."""
    used = None
    for path in course.glob("autograded/*/*/*.ipynb"):
        try:
            noted = noted_in(json.loads(path.read_bytes()))
        # Also one that something else has written, or that was damaged: it says nothing.
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            continue
        if noted is not None and (used := noted or _UNKNOWN) != _UNKNOWN:
            return used
    return used


def _lost(course: Path, what: str, used: str | None) -> str:
    graded = {None: "", _UNKNOWN: ", and this course was graded with it"}.get(
        used, f", and this course was graded with the secret {used}"
    )
    return (
        f"{what}{graded}. Nothing is graded: with another secret the same work would get other hidden inputs.\n"
        "Put the file back from a backup (see: autograder restore --help). Or draw a new secret, which is recorded: "
        f"autograder secret {shlex.quote(str(course))} --new"
    )


def submission_seed(secret: bytes, assignment: str, student: str, text: str) -> int:
    """Return a seed of 64 bits for one submitted text."""
    message = "\0".join([assignment, student, hashlib.sha256(_utf8(text)).hexdigest()])
    return int.from_bytes(hmac.digest(secret, _utf8(message), "sha256")[:8], "big")


def _utf8(text: str) -> bytes:
    # JSON, and so a notebook, can hold half a surrogate pair, which plain UTF-8 refuses.
    return text.encode("utf-8", "surrogatepass")


def check_generator(seed: int, check: str) -> np.random.Generator:
    """Return the random generator of one check: independent of which other checks run, and when."""
    # Only here: commands that never judge read the secret, too.
    import numpy as np

    return np.random.default_rng([seed, zlib.crc32(check.encode())])
