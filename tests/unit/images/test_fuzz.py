"""Mutated pictures: whatever is done to a file, the check ends in time, with a word that exists.

Runs for FUZZ_SECONDS (5; `make test` gives it 120), from a fixed seed: a finding names its number,
and `mutant(number)` makes the file again.
"""

import io
import os
import random
import time
import warnings

import pytest
from PIL import Image

from services.upload.domain.metadata import strip
from tests.hostile import CASES
from workers.images.check import check
from workers.images.codes import Refuse, Warn

SECONDS = float(os.environ.get("FUZZ_SECONDS", "5"))
MOST_CPU_SECONDS = 1.0
MOST_BYTES = 204_800
WORDS = {*Refuse, *Warn}
SEEDS = [data for case in CASES if 100 < len(data := case.make()) <= MOST_BYTES]


def mutant(number: int) -> bytes:
    """The file of that number: a few wounds to one of the hostile or whole files."""
    chance = random.Random(number)
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 6)):
        wound = chance.choice((_flip, _number, _cut, _double, _graft, _blank))
        data = wound(data, chance) or data
    return bytes(data[:MOST_BYTES])


def _place(data: bytearray, chance: random.Random) -> int:
    """Headers are wounded as often as pixels."""
    return chance.randrange(min(len(data), chance.choice((700, len(data)))))


def _flip(data: bytearray, chance: random.Random) -> bytearray:
    data[_place(data, chance)] ^= 1 << chance.randrange(8)
    return data


def _number(data: bytearray, chance: random.Random) -> bytearray:
    at = _place(data, chance)
    data[at : at + 2] = chance.choice((b"\xff\xff", b"\x00\x00", b"\x7f\xff", b"\x00\x01"))
    return data


def _cut(data: bytearray, chance: random.Random) -> bytearray:
    at = _place(data, chance)
    return data[:at] + data[at + chance.randrange(1, 400) :]


def _double(data: bytearray, chance: random.Random) -> bytearray:
    at = _place(data, chance)
    piece = data[at : at + chance.randrange(1, 400)]
    return data[:at] + piece * chance.randint(2, 5) + data[at:]


def _graft(data: bytearray, chance: random.Random) -> bytearray:
    other, at = chance.choice(SEEDS), _place(data, chance)
    start = chance.randrange(len(other))
    return data[:at] + other[start : start + chance.randrange(1, 4000)] + data[at:]


def _blank(data: bytearray, chance: random.Random) -> bytearray:
    at = _place(data, chance)
    data[at : at + chance.randrange(1, 60)] = bytes([chance.choice((0, 255))])
    return data


def opens_in_pillow(data: bytes) -> bool:
    """Whether a hardened Pillow takes it: two formats, no warning, no half picture."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
                image.load()
        except (OSError, SyntaxError, ValueError, Warning, LookupError, TypeError):
            return False
    return True


@pytest.mark.slow
@pytest.mark.xdist_group("fuzz")
def test_no_mutant_hangs_crashes_or_gets_in_where_pillow_refuses_it() -> None:
    until, number = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        number += 1
        data = mutant(number)
        before = time.thread_time()
        checked = check(data, orientation=1)
        spent = time.thread_time() - before
        assert spent < MOST_CPU_SECONDS, f"mutant({number}) took {spent:.1f} s"
        assert {f.code for f in checked.findings} <= WORDS, f"mutant({number})"
        if checked.view is not None and not opens_in_pillow(data):
            # Its quarrel may be with what hangs on the picture and is never stored.
            assert opens_in_pillow(strip(data).data), f"mutant({number}): Pillow refuses it"
    assert number > SECONDS
