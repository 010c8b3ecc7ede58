"""A link to a pull request, or an address with a ref, to what git fetches.

Links come from students. Git takes an address that begins with a hyphen for an option, and `ext::` for a command to be
run; an address may hold a password, which must not be shown. So only what is known to be harmless passes.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from autograder.intake.findings import shortened, shown

_LONGEST = 2_000
_SHOWN = 200
_NAME = r"[\w~.+][\w~.+-]*"
_PULL = re.compile(rf"(?P<project>{_NAME}/{_NAME})/pulls?/(?P<number>\d{{1,10}})(?:/.*)?")
"""GitHub's `pull/N`; `pulls/N` of Gitea and Forgejo; further pages of the request, such as `/files`, are the same."""
_MERGE = re.compile(
    rf"(?P<project>{_NAME}(?:/{_NAME})+?)(?:/-)?/merge_requests/(?P<number>\d{{1,10}})(?:/.*)?"
)
_PAGE = re.compile(rf"{_NAME}/{_NAME}/(?:-/)?(?:tree|blob|src|commits?|compare|raw|issues)/.*")
_SCP = re.compile(r"(?P<user>[\w.+-]+)@(?P<host>[\w.-]+):(?P<path>[^:]+)")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_PATH = re.compile(rf"/?{_NAME}(?:/{_NAME})*/?")
_REF = re.compile(r"[\w+][\w.+/-]*")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SECRET = re.compile(r"^([a-z0-9+.-]+://)?.*@", re.IGNORECASE | re.DOTALL)


class LinkError(Exception):
    """A link is not fetched from; its text says why, in words that go on from the link, and holds no credentials."""


@dataclass(frozen=True)
class Link:
    """What git fetches.

    Attributes:
        remote: the repository's address; holds no password.
        ref: the full name of a ref, such as `refs/pull/7/head`.
    """

    remote: str
    ref: str

    @property
    def place(self) -> str:
        """The same for one ref of one repository, whether it is asked by HTTPS or SSH."""
        found = _SCP.fullmatch(self.remote)
        parts = urlsplit(self.remote)
        where = (
            f"{found['host']}/{found['path']}" if found else f"{parts.hostname or ''}{parts.path}"
        )
        return f"{where.removesuffix('/').removesuffix('.git')} {self.ref}"


def parse_link(
    text: str,
    ref: str = "",
    *,
    allow_local: bool = False,
    hosts: Collection[str] = (),
    by_ssh: bool = False,
) -> Link:
    """Read a link.

    Args:
        text: a pull request's page on GitHub, GitLab, Gitea or Forgejo; or a repository's address, with a ref behind
            `#` unless `ref` gives one.
        ref: a ref or branch of a repository's address.
        allow_local: whether folders, `file://` and this machine's own network may be meant.
        hosts: the only ones that may be asked; empty for any.
        by_ssh: ask for pull requests by SSH, with the keys of whoever runs this.

    Raises:
        LinkError: it is none of these, or not to be used.
    """
    text, ref = text.strip(), ref.strip()
    if not text:
        raise LinkError("is empty")
    if text[0] in "=\t":
        raise LinkError("is a formula; save the table with values")
    if len(text) > _LONGEST:
        raise LinkError(f"has more than {_LONGEST} characters")
    if text[0] == "-" or not text.isprintable() or any(map(str.isspace, text)):
        raise LinkError(
            "is no link: it begins with a hyphen, or holds a space or an invisible sign"
        )
    if "::" in text:
        raise LinkError("would have git run a program; only https, ssh and git@HOST:PATH are taken")
    if (found := _SCP.fullmatch(text.partition("#")[0])) and "://" not in text:
        host = _checked_host(found["host"], hosts, allow_local)
        path = _checked_path(found["path"])
        return Link(f"{found['user']}@{host}:{path}", _checked_ref(text, ref))
    if "://" not in text:
        return _local(text, ref, allow_local)
    return _of_url(text, ref, allow_local, hosts, by_ssh)


def redacted(text: str) -> str:
    """Return a link as it may be shown: without user, password, query and what no terminal should get."""
    brief = re.split(r"[?]", text.strip(), maxsplit=1)[0]
    if "@" in brief and not re.match(r"(?:ssh://)?[\w.+-]+@[^@:]+[:/][^@]*$", brief):
        brief = _SECRET.sub(lambda found: f"{found[1] or ''}…@", brief)
    return shortened(shown(brief), _SHOWN)


def _of_url(text: str, ref: str, allow_local: bool, hosts: Collection[str], by_ssh: bool) -> Link:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise LinkError("is no address") from None
    if parts.scheme == "file":
        return _local(text, ref, allow_local)
    if parts.scheme == "http":
        raise LinkError("is not encrypted; write https instead of http")
    if parts.scheme not in ("https", "ssh"):
        raise LinkError(
            f"begins with {shown(parts.scheme)}://; only https, ssh and git@HOST:PATH are taken"
        )
    if parts.password is not None or (parts.scheme == "https" and "@" in parts.netloc):
        raise LinkError(
            "holds a password or token: take it out, and have it revoked, since others have read this list"
        )
    host = _checked_host(host, hosts, allow_local)
    place = f"{host}:{port}" if port else host
    if parts.scheme == "https" and not ref:
        for form, refs in ((_MERGE, "merge-requests"), (_PULL, "pull")):
            if found := form.fullmatch(parts.path.strip("/")):
                number = int(found["number"])
                if not number:
                    raise LinkError("names request 0, and there is none")
                project = _checked_path(found["project"]).removesuffix(".git")
                remote = f"git@{host}:{project}.git" if by_ssh else f"https://{place}/{project}.git"
                return Link(remote, f"refs/{refs}/{number}/head")
        if _PAGE.fullmatch(parts.path.strip("/")):
            raise LinkError(
                "is a page of a repository and no pull request; open the request and copy its address"
            )
    if parts.query:
        raise LinkError("is no pull request, and no address of a repository: it holds a `?`")
    path = _checked_path(parts.path.lstrip("/"))
    ref = _checked_ref(text, ref)
    user = f"{parts.username}@" if parts.username else ""
    if user and not re.fullmatch(r"[\w.+][\w.+-]*@", user):
        raise LinkError("names a user that cannot be used")
    return Link(f"{parts.scheme}://{user}{place}/{path}", ref)


def _local(text: str, ref: str, allow_local: bool) -> Link:
    path = text.partition("#")[0].removeprefix("file://")
    if not (allow_local and path.startswith("/")):
        hint = "a folder" if path.startswith(("/", ".")) else "no link"
        raise LinkError(f"is {hint}; only https, ssh and git@HOST:PATH are taken")
    return Link(Path(path).as_uri(), _checked_ref(text, ref))


def _checked_host(host: str, hosts: Collection[str], allow_local: bool) -> str:
    host = host.lower()
    if not _HOST.fullmatch(host):
        raise LinkError("names no host that could be asked")
    if hosts and host not in {name.lower() for name in hosts}:
        raise LinkError(f"leads to {host}; only {', '.join(sorted(hosts))} may be asked (--host)")
    if not allow_local and _is_local(host):
        raise LinkError(f"leads to {host}, which is this machine or its own network")
    return host


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        # `127.1` and `0x7f000001` are addresses for the system's own look-up; no name ends so.
        return bool(re.fullmatch(r"\d+|0x[0-9a-f]*", host.rpartition(".")[2]))


def _checked_path(path: str) -> str:
    if not _PATH.fullmatch(path) or ".." in path.split("/"):
        raise LinkError("is no pull request, and no address of a repository")
    return path.strip("/") if not path.startswith("/") else path.rstrip("/")


def _checked_ref(text: str, ref: str) -> str:
    ref = ref or text.partition("#")[2]
    if not ref:
        raise LinkError(
            "names no pull request; give the request's address, or a branch behind `#` or in the column ref"
        )
    if _COMMIT.fullmatch(ref):
        raise LinkError(
            "names a commit; name a branch or a pull request, which can be looked at again"
        )
    bad_part = any(not part or part.endswith((".lock", ".")) for part in ref.split("/"))
    if not _REF.fullmatch(ref) or ".." in ref or bad_part or "/." in ref:
        raise LinkError("names a ref that git does not take")
    return ref if ref.startswith("refs/") else f"refs/heads/{ref}"
