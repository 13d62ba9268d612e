"""What no page may break on: one table of bad values, and what a clear answer looks like.

`addresses` bends each place of an address, `posts` each field of a form, one at a time.
"""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote, quote_from_bytes

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

NUL, HALF_PAIR = b"a\0b", b"\xed\xa0\x80"
BAD_WORDS: Mapping[str, bytes] = {
    "NUL": NUL,
    "half a surrogate pair": HALF_PAIR,
    "long": b"x" * 100_000,
    "huge number": b"9" * 30,
    "no number": b"nan,nan,nan,nan",
    "first year": b"0001-01-01T00:00",
    "last year": b"9999-12-31T23:59",
    "brackets": b"//[",
    "deep": b"[" * 7_000,
}
BAD_PLACES = (NUL, HALF_PAIR, b"9" * 40, "\u202e😀".encode())
STRANGE_HEADERS = (
    ("Host", "stranger.example"),
    ("Referer", "http://["),
    (
        "Cookie",
        "lang=xx; candidate=\xff; staff=\xff; desk=\xff; operations=\xff; form-upload=a.b.c",
    ),
    ("Range", "bytes=9-1,a"),
    ("Accept-Language", "xx;q=nan,,;;"),
    ("X-Request-Start", "t=99999999999999"),
    ("Content-Type", "multipart/form-data"),
    ("Content-Type", "application/json; charset=none"),
)


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and address of every route with each of its places bent, one at a time."""
    for rule in app.url_map.iter_rules():
        methods = sorted((rule.methods or set()) & {"GET", "POST"})
        for name in sorted(rule.arguments) or [""]:
            for bad in BAD_PLACES if name else (b"",):
                address = "".join(_filled(part, name, bad) for part in _parts(str(rule.rule)))
                for method in methods:
                    yield method, address


def posts(fields: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """A form's body with each field bent, one at a time, and what was bent how."""
    for name in fields:
        rest = [(other, value.encode()) for other, value in fields.items() if other != name]
        yield f"{name}: missing", _body(rest)
        yield f"{name}: twice", _body([*rest, (name, b"1"), (name, b"2")])
        for kind, bad in BAD_WORDS.items():
            yield f"{name}: {kind}", _body([*rest, (name, bad)])


def send(client: FlaskClient, address: str, body: bytes) -> TestResponse:
    """Post a form of raw bytes."""
    return client.post(address, data=body, content_type="application/x-www-form-urlencoded")


def unclear(answer: TestResponse, *, languages: Sequence[str] = ("en",)) -> str:
    """What is wrong with an answer to nonsense; empty if it is taken or clearly refused."""
    status, kind = answer.status_code, answer.mimetype
    if status >= 500:
        return f"trouble of ours: {status}"
    if status < 400 or kind == "application/json" or answer.request.method == "HEAD":
        return ""
    if kind != "text/html":
        return f"{status} as {kind}"
    tongue = re.search(r'<html[^>]* lang="([^"]+)"', answer.text)
    if tongue is None or tongue[1] not in languages:
        return f"{status} is no page of ours, or not in {languages}"
    return ""


def _parts(rule: str) -> list[str]:
    """The words of a rule, and its places with their brackets."""
    return re.split(r"(<[^>]+>)", rule)


def _filled(part: str, bent: str, bad: bytes) -> str:
    if not part.startswith("<"):
        return part
    converter, _, name = part.strip("<>").rpartition(":")
    if name == bent:
        return quote_from_bytes(bad, safe="")
    return str(uuid.UUID(int=1)) if converter == "uuid" else "x"


def _body(pairs: Sequence[tuple[str, bytes]]) -> bytes:
    return b"&".join(quote(k).encode() + b"=" + quote_from_bytes(v).encode() for k, v in pairs)
