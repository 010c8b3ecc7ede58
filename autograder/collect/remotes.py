"""What a remote's refs are at, and the snapshot of a commit: a bare repository of one commit, without history.

Each commit has a repository of its own, made beside and renamed into place: so a fetch that was killed leaves
nothing half-done, nothing of one commit can meddle with the next, and what a force-push has taken back is kept.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from autograder.collect.git import Git, GitError, TooMuchError, too_large
from autograder.durable import PARTIAL, write_durably

_REFS_AT_ONCE = 100
_NOTEBOOKS = 8 * 2**20
"""Bytes of the largest files that are fetched of a repository that is too large as a whole."""
_HISTORY = 1_000
"""Commits that are looked through for whether one grew out of another."""
_PACKS = Path("objects", "pack")
_LIMITS = "limits.json"
"""The file of a snapshot that says by which limits it was fetched."""
_FETCHED = "refs/heads/fetched"
_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
_COMMITTER = re.compile(rb"^committer .*> (-?\d{1,12}) ([+-])(\d\d)(\d\d)$", re.MULTILINE)
_OBJECT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REFUSED = re.compile(r"not our ref|unadvertised object|not a valid|couldn't find remote ref")


def look(git: Git, remote: str, refs: Iterable[str]) -> dict[str, str]:
    """Return what refs of a remote are at now, without those that it does not have.

    Raises:
        GitError: the remote cannot be read.
        StoppedError: the run is being ended.
    """
    wanted = sorted(set(refs))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _REFS_AT_ONCE):
        some = wanted[start : start + _REFS_AT_ONCE]
        answer = git.run("ls-remote", "--refs", "--", remote, *some, most=8 * 2**20)
        for line in answer.decode("utf-8", "replace").splitlines():
            commit, _, ref = line.partition("\t")
            # Names are patterns for git, which also match at the end of longer ones.
            if ref in some and _OBJECT.fullmatch(commit):
                found[ref] = commit
    return found


def fetch(git: Git, remote: str, ref: str, commit: str, folder: Path) -> str:
    """Have the snapshot of a commit, or of what the ref is at by now where the commit is no longer to be had.

    Args:
        git: how.
        remote: its address.
        ref: the ref that was at the commit.
        commit: which.
        folder: where snapshots are; each is called like its commit.

    Returns:
        The commit that is there.

    Raises:
        GitError: it cannot be fetched.
        StoppedError: the run is being ended.
    """
    if has_snapshot(git, folder, commit):
        return commit
    largest = git.limits.file
    try:
        try:
            return _fetch_snapshot(git, remote, ref, commit, folder, largest)
        except TooMuchError:
            if largest <= _NOTEBOOKS:
                raise
        # Data that lies beside a notebook is not what is handed in.
        return _fetch_snapshot(git, remote, ref, commit, folder, _NOTEBOOKS)
    except GitError:
        if (folder / commit).is_dir():  # by smaller limits, but it is there
            return commit
        raise


def has_snapshot(git: Git, folder: Path, commit: str) -> bool:
    """Return whether a snapshot is there that was fetched by limits as large as these."""
    try:
        known = json.loads((folder / commit / _LIMITS).read_text(encoding="utf-8"))
        return all(known[name] >= value for name, value in _limits(git).items())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _limits(git: Git) -> dict[str, float]:
    limits = git.limits
    return {"file": limits.file, "repository": limits.repository, "seconds": limits.seconds}


def _fetch_snapshot(
    git: Git, remote: str, ref: str, commit: str, folder: Path, largest: int
) -> str:
    """Fetch the files of a commit up to a size, in bytes; where the remote cannot leave the others out, all."""
    with _scratch(folder, len(commit)) as repository:
        _fetch_one_of(
            git, repository, remote, (commit, ref), "--depth=1", f"blob:limit={largest + 1}"
        )
        fetched = _head(git, repository)
        target = folder / fetched
        if target.is_dir():
            # Added to what is there: no moment at which a kill could cost it. An index comes after its pack.
            for file in sorted(
                (repository / _PACKS).iterdir(), key=lambda path: path.suffix == ".idx"
            ):
                file.replace(target / _PACKS / file.name)
            write_durably(target / _LIMITS, json.dumps(_limits(git)).encode())
        else:
            write_durably(repository / _LIMITS, json.dumps(_limits(git)).encode())
            repository.rename(target)
    return commit if (folder / commit).is_dir() else fetched


def committed(git: Git, repository: Path, commit: str) -> datetime | None:
    """Return the date that a commit's maker has given it, which may be any; None if it is none.

    Raises:
        StoppedError: the run is being ended.
    """
    try:
        text = git.run("cat-file", "commit", commit, repository=repository)
    except GitError:
        return None
    found = _COMMITTER.search(text.partition(b"\n\n")[0])
    if found is None:
        return None
    seconds, sign, hours, minutes = found.groups()
    try:
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return datetime.fromtimestamp(int(seconds), timezone(-offset if sign == b"-" else offset))
    except (ValueError, OverflowError, OSError):
        return None


def grew_out_of(git: Git, remote: str, ref: str, new: str, old: str, folder: Path) -> bool | None:
    """Return whether a commit holds another one in its history; None where that cannot be found out.

    Args:
        git: how.
        remote: its address.
        ref: the ref that is at the newer commit.
        new: the newer commit.
        old: the other one.
        folder: where there is room for a while.

    Raises:
        StoppedError: the run is being ended.
    """
    try:
        with _scratch(folder, len(new)) as repository:
            _fetch_one_of(git, repository, remote, (new, ref), f"--depth={_HISTORY}", "tree:0")
            if _head(git, repository) != new:
                return None
            answer = git.run("rev-list", "--all", repository=repository, most=16 * 2**20)
            if old.encode() in answer.split():
                return True
            return None if (repository / "shallow").exists() else False
    except GitError:
        return None


def _fetch_one_of(
    git: Git, repository: Path, remote: str, sources: Iterable[str], depth: str, only: str
) -> None:
    """Fetch the first of several commits or refs that the remote gives."""
    refusal: GitError | None = None
    for source in sources:
        try:
            git.run(
                "fetch", "--quiet", depth, "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
                "--no-auto-maintenance", f"--filter={only}", "--", remote, f"+{source}:{_FETCHED}",
                repository=repository,
            )  # fmt: skip
        except GitError as error:
            if _is_cut_off(repository, git.limits.repository):
                raise TooMuchError(too_large(git.limits.repository)) from error
            refusal = refusal or error
            if not _REFUSED.search(str(error)):
                raise
        else:
            # Git notes where to fetch what is missing, and would do so at a mere look at it.
            (repository / "config").write_text(_config(len(source) == 64), encoding="utf-8")
            return
    assert refusal is not None
    raise refusal


def _is_cut_off(repository: Path, limit: int) -> bool:
    """Return whether a pack has come to its limit: git itself says only that it got no answer."""
    packs = (repository / _PACKS).glob("tmp_pack_*")
    return any(pack.stat().st_size >= limit for pack in packs)


def _head(git: Git, repository: Path) -> str:
    name = git.run("rev-parse", "--verify", f"{_FETCHED}^{{commit}}", repository=repository)
    return name.decode().strip()


@contextmanager
def _scratch(folder: Path, digits: int) -> Iterator[Path]:
    """Make an empty bare repository, without git's templates, which may hold hooks."""
    folder.mkdir(parents=True, exist_ok=True)
    repository = Path(tempfile.mkdtemp(dir=folder, prefix=PARTIAL))
    try:
        for name in ("objects", "refs"):
            (repository / name).mkdir()
        (repository / "HEAD").write_text("ref: refs/heads/none\n", encoding="utf-8")
        (repository / "config").write_text(_config(digits == 64), encoding="utf-8")
        yield repository
    finally:
        shutil.rmtree(repository, ignore_errors=True)


def _config(is_sha256: bool) -> str:
    if not is_sha256:
        return _CONFIG
    return _CONFIG.replace("= 0", "= 1") + "[extensions]\n\tobjectFormat = sha256\n"
