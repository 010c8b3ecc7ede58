"""An image for containers of tests: a few empty folders, with this machine's system and interpreter shown in it."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from autograder.kernel import container


class NoEngineError(Exception):
    """No engine works here; the words say why of each."""


@contextmanager
def image_of_this_machine(folder: Path) -> Iterator[str]:
    """Have the grader use the first engine that works here, with such an image.

    Args:
        folder: is made if need be.

    Yields:
        The label that all containers of this image have.

    Raises:
        NoEngineError: there is none.
    """
    named = os.environ.get(container.ENGINE_VARIABLE)
    candidates = [named] if named else ["podman", "podman --runtime runc", "docker"]
    mark = f"clip-autograder-tests-{secrets.token_hex(4)}"
    archive = _skeleton(folder)
    options = f"--label {mark} {_shown()}"
    reasons = []
    for candidate in candidates:
        engine = shlex.split(candidate)
        if not shutil.which(engine[0]):
            reasons.append(f"{candidate}: not here")
            continue
        try:
            reason = _why_not(engine, mark, options, archive)
            if reason is None:
                settings = {
                    container.ENGINE_VARIABLE: candidate,
                    container.IMAGE_VARIABLE: mark,
                    container.OPTIONS_VARIABLE: options,
                }
                with patch.dict(os.environ, settings):
                    yield mark
                return
            reasons.append(f"{candidate}: {reason}")
        finally:
            ask(engine, "rmi", "--force", mark)
    raise NoEngineError("; ".join(reasons))


def ask(engine: list[str], *arguments: str) -> str:
    """Return what an engine answers."""
    done = subprocess.run([*engine, *arguments], capture_output=True, text=True, check=False)
    return done.stdout


def _skeleton(folder: Path) -> Path:
    """Make a file system of nothing but folders, and the links that this machine's root has."""
    root = folder / "root"
    for name in ("usr", "etc", "dev", "proc", "sys", "run", "tmp"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "tmp").chmod(
        0o1777
    )  # some runtimes give what they mount there the rights that it has here
    for path in Path("/").glob("*"):
        if path.is_symlink() and str(path.readlink()).startswith("usr/"):
            (root / path.name).symlink_to(path.readlink())
    if Path("/etc/ld.so.cache").exists():
        shutil.copy("/etc/ld.so.cache", root / "etc")
    with tarfile.open(folder / "root.tar", "w") as archive:
        archive.add(root, ".")
    return folder / "root.tar"


def _shown() -> str:
    folders = {Path("/usr"), Path(sys.base_prefix), Path(sys.prefix)}
    folders |= {Path(f"/{name}") for name in ("lib", "lib64") if not Path(f"/{name}").is_symlink()}
    outer = [path for path in folders if path == Path("/usr") or not path.is_relative_to("/usr")]
    return " ".join(
        f"--volume {shlex.quote(f'{path}:{path}:ro')}" for path in outer if path.is_dir()
    )


def _why_not(engine: list[str], image: str, options: str, archive: Path) -> str | None:
    """Import the image and run a program in it; return why that does not work, or None."""
    path = f"ENV PATH={Path(sys.executable).parent}:/usr/bin:/bin"
    limits = ["--ulimit", "nofile=512:512", "--ulimit", "nproc=512:512", "--network", "none"]
    for command in (
        [*engine, "import", "--change", path, str(archive), image],
        [*engine, "run", "--rm", *limits, *shlex.split(options), image, "python3", "-c", ""],
    ):
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                timeout=60,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{engine[0]}: {type(error).__name__}"
        if done.returncode != 0:
            return f"{shlex.join(engine)}: {done.stderr.strip().splitlines()[-1:]}"
    return None
