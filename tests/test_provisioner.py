"""The grader's sockets, whatever stands at their other end."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from autograder.kernel.provisioner import _Context

BREAKS_WITHIN_A_MESSAGE = """
import sys, time, zmq
from autograder.kernel.provisioner import _Context

kernels, graders = zmq.Context(), _Context()
kernel, asynchronous = kernels.socket(zmq.PUSH), graders.socket(zmq.PULL)
grader = zmq.Socket.shadow(asynchronous.underlying)
kernel.bind(sys.argv[1])
grader.connect(sys.argv[1])
kernel.send_multipart([b"part"] * 300)
parts = [grader.recv()]
kernel.close(linger=0)
kernels.term()
time.sleep(0.5)
while grader.get(zmq.RCVMORE):
    parts.append(grader.recv())
print(len(parts))
"""


@pytest.fixture
def grader() -> Iterator[zmq.Socket[bytes]]:
    context = _Context()
    asynchronous = context.socket(zmq.DEALER)
    yield zmq.Socket.shadow(asynchronous.underlying)
    context.destroy(linger=0)


def accepted(listener: socket.socket) -> socket.socket:
    connection, _ = listener.accept()
    return connection


def send_again_and_again(grader: zmq.Socket[bytes]) -> None:
    """Send for ten seconds: until libzmq has read what came, messages wait in a queue."""
    for _ in range(100):
        grader.send(b"x")
        grader.poll(100, zmq.POLLIN)


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        listener.settimeout(5)
        yield listener


def test_a_connection_that_breaks_within_a_message_does_not_end_the_grader(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BREAKS_WITHIN_A_MESSAGE, f"ipc://{tmp_path}/s"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("300\n", "", 0)


def test_a_connection_that_has_broken_is_not_made_again(
    listener: socket.socket, grader: zmq.Socket[bytes]
) -> None:
    grader.connect(f"ipc://{listener.getsockname()}")
    accepted(listener).close()
    listener.settimeout(2)  # by itself, libzmq takes a tenth of a second
    with pytest.raises(TimeoutError):
        listener.accept()


def test_sending_to_who_has_sent_nonsense_does_not_wait_for_ever(
    listener: socket.socket, grader: zmq.Socket[bytes]
) -> None:
    grader.connect(f"ipc://{listener.getsockname()}")
    with accepted(listener) as connection:
        connection.sendall(b"\xff" * 3000)
        with pytest.raises(zmq.Again):
            send_again_and_again(grader)
