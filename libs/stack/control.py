"""How `shencai scale` and `shencai doctor` talk to a running stack: a unix socket in DATA_DIR.

One JSON object a line each way: `{"do": "scale", "counts": {"images": 4}}`, `{"do": "status"}`.
The answer has `error` (a sentence) when it was refused. Only the stack's owner can connect.
"""

import contextlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

NAME = "control.sock"
MAX_REQUEST_BYTES = 64 * 1024
ANSWER_SECONDS = 10

Answer = Callable[[dict[str, Any]], dict[str, Any]]


class NotRunning(Exception):
    """No stack of that folder answers."""


@contextlib.contextmanager
def _short(data_dir: Path) -> Iterator[str]:
    """A path to the socket that fits into the 108 bytes of a socket's address."""
    folder = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{NAME}"
    finally:
        os.close(folder)


def listen(data_dir: Path) -> socket.socket:
    """The stack's end; a socket that an earlier run left is replaced."""
    (data_dir / NAME).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        with _short(data_dir) as path:
            listener.bind(path)
    finally:
        os.umask(before)
    listener.listen(8)
    listener.setblocking(False)
    return listener


def serve_one(listener: socket.socket, answer: Answer) -> None:
    """Answer one waiting request, if there is one; a bad one is told so."""
    try:
        connection, _ = listener.accept()
    except BlockingIOError:
        return
    with connection, contextlib.suppress(OSError):
        connection.settimeout(1)
        reply: dict[str, Any]
        try:
            with connection.makefile("rb") as lines:
                reply = answer(json.loads(lines.readline(MAX_REQUEST_BYTES)))
        except (ValueError, KeyError, TypeError) as error:
            reply = {"error": f"not understood: {error}"}
        connection.sendall(json.dumps(reply).encode() + b"\n")


def ask(data_dir: Path, request: dict[str, Any]) -> dict[str, Any]:
    """The running stack's answer. Raises NotRunning when there is none."""
    try:
        with _short(data_dir) as path, socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(path)
            connection.sendall(json.dumps(request).encode() + b"\n")
            with connection.makefile("rb") as lines:
                answer: dict[str, Any] = json.loads(lines.readline())
                return answer
    except (FileNotFoundError, ConnectionRefusedError, ValueError):
        raise NotRunning(f"no stack runs on {data_dir}") from None
    except TimeoutError:
        raise NotRunning(f"the stack on {data_dir} does not answer; is it starting?") from None
