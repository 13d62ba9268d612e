"""A form that breaks off leaves no file open."""

from typing import IO

from flask import Flask, request

from libs.common.web.arriving_files import FileClosingRequest

HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
LONG = b"0" * 1_000_000
"""Past 500 kB a file is kept on disk."""


def arriving(body: bytes) -> tuple[int, IO[bytes]]:
    """How many files the form had, and the file that was opened for it, after the answer."""
    app = Flask("arriving")
    app.request_class = FileClosingRequest
    seen: list[tuple[int, IO[bytes]]] = []

    @app.post("/")
    def door() -> str:
        read = len(request.files)
        (stream,) = request.arriving  # type: ignore[attr-defined]
        seen.append((read, stream))
        return ""

    app.test_client().post("/", data=body, content_type="multipart/form-data; boundary=x")
    return seen[0]


def test_a_file_is_closed_with_its_request() -> None:
    read, stream = arriving(HEAD + LONG + b"\r\n--x--\r\n")

    assert read == 1
    assert stream.closed


def test_a_file_that_broke_off_is_closed_too() -> None:
    read, stream = arriving(HEAD + LONG)

    assert read == 0
    assert stream.closed
