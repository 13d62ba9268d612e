"""Whatever is done to a picture's bytes, the check ends in a verdict and lets nothing rise."""

import functools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import pictures as p
from workers.images.check import check
from workers.images.codes import Refuse, Warn

BOUNDED = settings(
    max_examples=150,
    deadline=2000,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@functools.cache
def seeds() -> tuple[bytes, ...]:
    page = p.paper(420, 320, grain=0)
    return (
        p.jpeg(page),
        p.jpeg(page, progressive=True),
        p.jpeg(page.convert("CMYK")),
        p.png(page.quantize(8)),
        p.png(page.convert("L")),
    )


def ends_well(data: bytes, orientation: int) -> None:
    verdict = check(data, orientation=orientation)

    codes = {f.code for f in verdict.findings}
    assert codes <= {*Refuse, *Warn}
    refused = any(f.severity == "refuse" for f in verdict.findings)
    assert refused == (verdict.view is None)
    assert not refused or len(verdict.findings) == 1


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good picture with some bytes written over, cut out or put in."""
    data = bytearray(draw(st.sampled_from(seeds())))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data) - 1))
        piece = draw(st.binary(min_size=0, max_size=8))
        match draw(st.sampled_from(["over", "out", "in"])):
            case "over":
                data[at : at + len(piece)] = piece
            case "out":
                del data[at : at + draw(st.integers(1, 4000))]
            case _:
                data[at:at] = piece
        if not data:
            break
    return bytes(data)


@BOUNDED
@given(data=mutated(), orientation=st.integers(-1, 10))
def test_a_mutated_picture_ends_in_a_verdict(data: bytes, orientation: int) -> None:
    ends_well(data, orientation)


@BOUNDED
@given(at=st.floats(0, 1), which=st.integers(0, 4), tail=st.sampled_from([b"", b"\xff\xd9"]))
def test_a_picture_cut_anywhere_ends_in_a_verdict(at: float, which: int, tail: bytes) -> None:
    data = seeds()[which]
    ends_well(data[: int(len(data) * at)] + tail, 1)


@BOUNDED
@given(
    start=st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]),
    rest=st.binary(max_size=3000),
)
def test_any_bytes_end_in_a_verdict(start: bytes, rest: bytes) -> None:
    ends_well(start + rest, 1)


@BOUNDED
@given(
    width=st.integers(0, 65_535),
    height=st.integers(0, 65_535),
    bits=st.integers(0, 255),
    color=st.integers(0, 255),
    rows=st.binary(max_size=2000),
)
def test_any_png_header_ends_in_a_verdict(
    width: int, height: int, bits: int, color: int, rows: bytes
) -> None:
    ends_well(p.raw_png(width, height, rows, bits=bits, color=color), 1)
