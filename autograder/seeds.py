"""The seed that a submission's hidden inputs are drawn from.

It is an HMAC (RFC 2104) of the course's secret over assignment, student and the submitted text: the same
submission gets the same inputs when it is graded again, another one gets others, and nobody who does not
hold the secret can foresee them.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
import zlib
from pathlib import Path

import numpy as np

from autograder.errors import CourseError

SECRET_FILE = ".autograder-secret"
SECRET_BYTES = 32


def course_secret(course: Path) -> bytes:
    """Return the course's secret; the first call draws it and keeps it, readable by its owner alone.

    Raises:
        OSError: the course folder cannot be written.
        CourseError: the file that keeps it is damaged: with a short key, seeds could be foreseen.
    """
    path = course / SECRET_FILE
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=course, prefix=SECRET_FILE)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
        # Of two processes that start at once, one links its draft; both then read the same file.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise CourseError(f"{path} is damaged; remove it, and the next run draws a new secret")
    return secret


def submission_seed(secret: bytes, assignment: str, student: str, text: str) -> int:
    """Return a seed of 64 bits for one submitted text."""
    message = "\0".join([assignment, student, hashlib.sha256(_utf8(text)).hexdigest()])
    return int.from_bytes(hmac.digest(secret, _utf8(message), "sha256")[:8], "big")


def _utf8(text: str) -> bytes:
    # JSON, and so a notebook, can hold half a surrogate pair, which plain UTF-8 refuses.
    return text.encode("utf-8", "surrogatepass")


def check_generator(seed: int, check: str) -> np.random.Generator:
    """Return the random generator of one check: independent of which other checks run, and when."""
    return np.random.default_rng([seed, zlib.crc32(check.encode())])
