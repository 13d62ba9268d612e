"""The receipt of a submission (R15): its number, and the lines that prove each image.

A number is `TJ23-7KQ4-M2XW-9PCB`: the exam's prefix, eleven random symbols (54 bits: nobody
guesses one) and a check symbol. The alphabet has no 0, 1, I, L, O, and 31 symbols: a prime, so
that the check finds every single wrong symbol and every exchange of two.
"""

import dataclasses as dc
import datetime as dt
import hashlib
import secrets
import unicodedata
from collections.abc import Callable, Iterable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RANDOM_SYMBOLS = 11
GROUP_SYMBOLS = 4


@dc.dataclass(frozen=True, kw_only=True)
class ReceiptImage:
    """What a receipt says of one image; the hash is of the stored bytes (R7)."""

    material: str
    position: int
    sha256: str
    size_bytes: int


def new_number(prefix: str, *, below: Callable[[int], int] = secrets.randbelow) -> str:
    """A fresh receipt number. `below(n)` draws from 0 … n-1 and must be unguessable."""
    drawn = "".join(ALPHABET[below(len(ALPHABET))] for _ in range(RANDOM_SYMBOLS))
    return _grouped(prefix, drawn + _check_symbol(drawn))


def read_number(typed: str) -> str | None:
    """The number as it is stored, or None when it cannot be one.

    Small letters, full-width symbols, spaces and dashes of any kind do not matter.
    """
    symbols = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum())
    prefix, body = symbols[: -RANDOM_SYMBOLS - 1], symbols[-RANDOM_SYMBOLS - 1 :]
    if not prefix.isascii() or not prefix or any(symbol not in ALPHABET for symbol in body):
        return None
    return _grouped(prefix, body) if _check_symbol(body[:-1]) == body[-1] else None


def image_lines(images: Iterable[ReceiptImage]) -> tuple[str, ...]:
    """One line per image, in the order of materials and positions: what the digest covers."""
    ordered = sorted(images, key=lambda image: (image.material, image.position))
    return tuple(f"{i.material} {i.position} {i.sha256} {i.size_bytes}" for i in ordered)


def absence_lines(materials: Iterable[str]) -> tuple[str, ...]:
    """One line per material that was answered 暂缺/不适用."""
    return tuple(f"{material} absent" for material in sorted(materials))


def digest(number: str, *, submitted_at: dt.datetime, lines: Iterable[str]) -> str:
    """SHA-256 over number, server time (UTC, seconds) and lines, each ended by a line feed.

    Anybody who holds a downloaded receipt can compute it again.
    """
    time = submitted_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = "".join(f"{line}\n" for line in (number, time, *lines))
    return hashlib.sha256(text.encode()).hexdigest()


def _grouped(prefix: str, body: str) -> str:
    starts = range(0, len(body), GROUP_SYMBOLS)
    return "-".join([prefix, *(body[at : at + GROUP_SYMBOLS] for at in starts)])


def _check_symbol(body: str) -> str:
    # The check symbol weighs 1, so that no two of the twelve weigh the same.
    total = sum(weight * ALPHABET.index(symbol) for weight, symbol in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]
