"""Collecting by HTTPS from git's own server behind a web server, which answers as hosts do: 404, 401, moved, silent."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from autograder.collect.git import Git, GitError, Limits
from autograder.collect.links import parse_link
from autograder.collect.remotes import fetch, look
from tests.pull_requests import ENVIRONMENT, NOTEBOOK, make_repository, notebook

PULL = "refs/pull/7/head"


class _Host(BaseHTTPRequestHandler):
    """Serves the repositories of a folder; some names have an answer of their own."""

    folder: Path
    protocol_version = "HTTP/1.1"

    def log_message(self, *told: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        if path.startswith("/ada/private"):
            self._status(401, ("WWW-Authenticate", 'Basic realm="x"'))
        elif path.startswith("/ada/moved"):
            self._status(301, ("Location", self.path.replace("moved", "lab")))
        elif path.startswith("/ada/silent"):
            time.sleep(5)
        elif not (self.folder / path.split("/")[1] / path.split("/")[2]).is_dir():
            self._status(404)
        else:
            self._serve(path, query, body)

    def _status(self, status: int, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", "0")):
            self.send_header(name, value)
        self.end_headers()

    def _serve(self, path: str, query: str, body: bytes) -> None:
        done = subprocess.run(
            ["git", "http-backend"],
            input=body,
            capture_output=True,
            check=True,
            env={
                **ENVIRONMENT,
                "GIT_PROJECT_ROOT": str(self.folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            },
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        self.send_response(200)
        for line in head.decode().splitlines():
            name, _, value = line.partition(": ")
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a host with a certificate of its own making, which git is told to trust."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    folder = tmp_path_factory.mktemp("host")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", key, "-out", certificate),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
        ],
        check=True,
        capture_output=True,
    )
    repository = make_repository(folder / "ada" / "lab.git", with_filters=True)
    repository.point(PULL, repository.commit({NOTEBOOK: notebook()}))
    handler = type("Host", (_Host,), {"folder": folder})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_SSL_CAINFO", str(certificate))
        for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            patch.delenv(name, raising=False)
        yield f"https://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def remote(host: str, name: str) -> str:
    return parse_link(f"{host}/ada/{name}/pull/7", allow_local=True).remote


def test_a_pull_request_is_fetched_by_https(host: str, tmp_path: Path) -> None:
    git = Git(Limits(seconds=30))
    commit = look(git, remote(host, "lab"), [PULL, "refs/pull/8/head"])
    assert commit.keys() == {PULL}
    assert fetch(git, remote(host, "lab"), PULL, commit[PULL], tmp_path) == commit[PULL]
    assert (tmp_path / commit[PULL]).is_dir()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing", "there is no such repository, or it is private"),
        ("private", "there is no such repository, or it is private; give this account access"),
        ("moved", "the repository has moved; put its new address into the list"),
        ("silent", "it took longer than 2 seconds"),
    ],
)
def test_what_a_host_answers_instead_is_told_in_words(host: str, name: str, words: str) -> None:
    with pytest.raises(GitError, match=words):
        look(Git(Limits(seconds=2 if name == "silent" else 30)), remote(host, name), [PULL])


def test_a_certificate_that_nobody_vouches_for_is_refused(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_SSL_CAINFO", os.devnull)
    with pytest.raises(GitError, match="certificate is none that this machine trusts"):
        look(Git(Limits(seconds=30)), remote(host, "lab"), [PULL])
