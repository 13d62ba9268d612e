"""R15: receipt numbers that can be typed, and digests that can be computed again."""

import datetime as dt
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.upload.domain.receipt import (
    ALPHABET,
    ReceiptImage,
    absence_lines,
    digest,
    image_lines,
    new_number,
    read_number,
)

NUMBER = new_number("TJ23", below=lambda n: n // 2)


def image(material: str, position: int) -> ReceiptImage:
    return ReceiptImage(material=material, position=position, sha256="ab" * 32, size_bytes=204800)


def test_a_number_shows_its_exam_and_three_groups_to_type() -> None:
    prefix, *groups = NUMBER.split("-")

    assert prefix == "TJ23"
    assert [len(group) for group in groups] == [4, 4, 4]


def test_numbers_are_drawn_anew_each_time() -> None:
    assert len({new_number("TJ23") for _ in range(1000)}) == 1000


def test_a_number_is_read_however_it_was_typed() -> None:
    assert read_number(NUMBER.lower()) == NUMBER
    assert read_number(f"  {NUMBER.replace('-', ' ')} ") == NUMBER
    assert read_number(NUMBER.replace("-", "—")) == NUMBER
    full_width = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in NUMBER)
    assert read_number(full_width) == NUMBER


symbols = st.tuples(*[st.integers(0, len(ALPHABET) - 1)] * 11)


def drawn(indices: tuple[int, ...]) -> str:
    rest = iter(indices)
    return new_number("TJ23", below=lambda _: next(rest))


@given(symbols, st.integers(0, 11), st.integers(1, 30))
def test_every_single_wrong_symbol_is_found(indices: tuple[int, ...], at: int, by: int) -> None:
    body = list(drawn(indices)[5:].replace("-", ""))
    body[at] = ALPHABET[(ALPHABET.index(body[at]) + by) % len(ALPHABET)]

    assert read_number("TJ23" + "".join(body)) is None


@given(symbols, st.integers(0, 11), st.integers(0, 11))
def test_every_exchange_of_two_symbols_is_found(
    indices: tuple[int, ...], one: int, other: int
) -> None:
    body = list(drawn(indices)[5:].replace("-", ""))
    exchanged = body.copy()
    exchanged[one], exchanged[other] = body[other], body[one]

    read = read_number("TJ23" + "".join(exchanged))

    assert (read is not None) == (exchanged == body)


@pytest.mark.parametrize(
    "typed", ["", "TJ23", NUMBER[5:], NUMBER[:-1], f"{NUMBER[:-1]}0", "回执" * 9]
)
def test_what_cannot_be_a_number_is_none(typed: str) -> None:
    assert read_number(typed) is None


def test_a_prefix_in_another_script_is_none() -> None:
    assert read_number("天津" + NUMBER[4:]) is None


def test_lines_stand_in_the_order_of_materials_and_positions() -> None:
    lines = image_lines([image("B01", 1), image("A01", 2), image("A01", 1)])

    assert lines == (
        f"A01 1 {'ab' * 32} 204800",
        f"A01 2 {'ab' * 32} 204800",
        f"B01 1 {'ab' * 32} 204800",
    )
    assert absence_lines(["C06", "B03"]) == ("B03 absent", "C06 absent")


def test_anybody_can_compute_the_digest_again() -> None:
    china = dt.timezone(dt.timedelta(hours=8))
    at = dt.datetime(2023, 2, 17, 0, 0, 1, tzinfo=china)
    text = f"{NUMBER}\n2023-02-16T16:00:01Z\nA01 1 {'ab' * 32} 204800\n"

    found = digest(NUMBER, submitted_at=at, lines=image_lines([image("A01", 1)]))

    assert found == hashlib.sha256(text.encode()).hexdigest()
