"""Pages over the wire: Brotli, or gzip where a browser knows nothing newer (R28's slow networks).

A page may hold a form's token beside what was asked for in its address: the length of what is
compressed would tell an eavesdropper about it, letter by letter (BREACH). A header of random length
drowns that, and the token itself changes each second.
"""

import gzip
import secrets

import brotli
from flask import Flask, Response, request

LEAST_BYTES = 600
"""Below this a packet is saved by nothing."""
PAGE_QUALITY = 7
"""1.8 ms for a page of 70 KB, as 5 takes, and 5 % less; 9 takes 15 ms."""
FILE_QUALITY = 11
MOST_PADDING = 48
_TEXTS = ("text/html", "application/json", "text/plain")


def install(app: Flask) -> None:
    """Compress pages and JSON as they leave; static files are compressed once by `assets`."""
    app.after_request(_compressed)


def encoding_for(accepted: str) -> str:
    """`br`, `gzip` or nothing, of what the browser says it understands."""
    offered = {
        name.strip()
        for part in accepted.split(",")
        for name, _, q in [part.partition(";")]
        if q.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    }
    return next((known for known in ("br", "gzip") if known in offered), "")


def pack(data: bytes, encoding: str, *, is_file: bool = False) -> bytes:
    """The data in that encoding."""
    if encoding == "br":
        quality = FILE_QUALITY if is_file else PAGE_QUALITY
        return bytes(brotli.compress(data, mode=brotli.MODE_TEXT, quality=quality))
    return gzip.compress(data, 9 if is_file else 6)


def _compressed(response: Response) -> Response:
    is_text = response.mimetype in _TEXTS
    if not is_text or response.direct_passthrough or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    encoding = encoding_for(request.headers.get("Accept-Encoding", ""))
    data = response.get_data()
    if not encoding or len(data) < LEAST_BYTES:
        return response
    response.set_data(pack(data, encoding))
    response.content_encoding = encoding
    response.headers["X-Padding"] = "x" * secrets.randbelow(MOST_PADDING)
    return response
