"""R7: what tells of the owner is cut before the bytes are stored; the pixels stay as they are."""

import io
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from services.upload.domain.contents import sniff
from services.upload.domain.metadata import NotAPicture, Stripped, strip
from tests import pictures as p
from tests.hostile import CASES, FOREIGN_CASES
from tests.hostile_case import FIT, Case
from workers.images.check import check

SECRET = b"MARKER-39.1N-117.2E"
BOUNDED = settings(
    max_examples=200,
    deadline=1000,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def laden_jpeg(**options: bool | int) -> bytes:
    """A photo with everything that phones and programs put into one."""
    thumbnail = b"JFIF\x00\x01\x02\x00\x00\x48\x00\x48\x01\x01" + SECRET[:3]
    laden = (
        p.segment(0xE0, thumbnail)
        + p.exif(6, SECRET)
        + p.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + SECRET)
        + p.segment(0xED, b"Photoshop 3.0\x00" + SECRET)
        + p.segment(0xE2, b"MPF\x00" + SECRET)
        + p.segment(0xE0, b"JFXX\x00\x10" + SECRET)
        + p.segment(0xE5, b"maker" + SECRET)
        + p.segment(0xFE, SECRET)
    )
    return p.after_start(p.jpeg(p.paper(640, 480), 60, **options), laden) + SECRET


def laden_png() -> bytes:
    texts = (
        p.chunk(b"tEXt", b"Author\x00" + SECRET)
        + p.chunk(b"zTXt", b"Raw profile type exif\x00\x00" + SECRET)
        + p.chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + SECRET)
        + p.chunk(b"tIME", b"\x07\xe7\x02\x10\x0c\x00\x00")
        + p.chunk(b"eXIf", p.exif(8, SECRET)[10:])
        + p.chunk(b"prVt", SECRET)
    )
    return p.before_pixels(p.png(p.paper(640, 480).quantize(8)), texts) + SECRET


def pixels(data: bytes) -> bytes:
    with warnings.catch_warnings():
        # The reader of the laden picture stumbles over its forged index of further pictures.
        warnings.simplefilter("ignore")
        image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
    return image.convert("RGBA" if "transparency" in image.info else "RGB").tobytes()


@pytest.mark.parametrize(
    ("data", "orientation"),
    [
        (laden_jpeg(), 6),
        (laden_jpeg(progressive=True), 6),
        (laden_jpeg(restart_marker_rows=1), 6),
        (laden_png(), 8),
    ],
    ids=["baseline", "progressive", "restarts", "png"],
)
def test_nothing_personal_is_left_and_no_pixel_changes(data: bytes, orientation: int) -> None:
    assert SECRET in data

    cut = strip(data)

    assert SECRET[:3] not in cut.data
    assert cut.orientation == orientation
    assert pixels(cut.data) == pixels(data)
    assert not Image.open(io.BytesIO(cut.data)).getexif()


def test_cutting_again_changes_nothing() -> None:
    once = strip(laden_jpeg())

    assert strip(once.data) == Stripped(once.data, 1, "jpeg")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_read_in_both_byte_orders(orientation: int, order: str) -> None:
    data = p.after_start(p.jpeg(p.paper(480, 360)), p.exif(orientation, order=order))

    assert strip(data).orientation == orientation


@pytest.mark.parametrize("value", [0, 9, 274, 65_535])
def test_an_orientation_that_does_not_exist_is_one(value: int) -> None:
    assert strip(p.after_start(p.jpeg(p.paper(480, 360)), p.exif(value))).orientation == 1


@pytest.mark.parametrize(
    "tiff",
    [
        b"",
        b"II*\x00",
        b"II*\x00\xff\xff\xff\xff",
        b"II*\x00\x08\x00\x00\x00\xff\xff",
        b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12",
        b"XX*\x00\x08\x00\x00\x00" + bytes(40),
    ],
)
def test_an_exif_of_nonsense_is_cut_and_means_upright(tiff: bytes) -> None:
    data = p.after_start(p.jpeg(p.paper(480, 360)), p.segment(0xE1, b"Exif\x00\x00" + tiff))

    cut = strip(data)

    assert cut.orientation == 1
    assert b"Exif" not in cut.data


def test_the_colour_profile_stays() -> None:
    data = p.jpeg(p.paper(480, 360), icc_profile=b"colours of a screen")

    assert b"colours of a screen" in strip(data).data


def test_print_colours_keep_what_says_how_they_are_meant() -> None:
    data = p.jpeg(p.paper(480, 360).convert("CMYK"))

    assert pixels(strip(data).data) == pixels(data)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name.replace(" ", "_"))
def test_hostile_files_are_cut_or_refused_by_name(case: Case) -> None:
    data = case.make()

    try:
        cut = strip(data)
    except NotAPicture:
        assert case.end != FIT
        return

    assert len(cut.data) <= len(data)
    assert 1 <= cut.orientation <= 8
    if case.end == FIT:
        assert check(cut.data, orientation=1).view == check(data, orientation=1).view


@pytest.mark.parametrize("case", FOREIGN_CASES, ids=lambda c: c.name.replace(" ", "_"))
def test_foreign_files_are_told_apart(case: Case) -> None:
    with pytest.raises(NotAPicture) as no:
        strip(case.make())

    assert no.value.code == "not_jpeg_or_png"
    known = {
        "GIF": "gif",
        "WebP": "webp",
        "BMP": "bmp",
        "TIFF": "tiff",
        "HEIC": "heic",
        "PDF": "pdf",
        "PDF before a picture": "pdf",
        "SVG": "svg",
        "HTML": "html",
        "archive": "archive",
    }
    assert no.value.kind == known.get(case.name, "other")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", "office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90), "office"),
        (b"\x00\x00\x00\x18ftypavif", "avif"),
        (b"\x00\x00\x00\x18ftypmp42", "video"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "video"),
        (b'<?xml version="1.0"?>\n<svg/>', "svg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff", "jpeg"),
    ],
)
def test_more_files_are_told_apart(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"GIF89a", "not_jpeg_or_png"),
        (b"\xff\xd8\xff\xd9", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
    ],
)
def test_what_has_no_image_in_it_is_refused_with_its_code(data: bytes, code: str) -> None:
    with pytest.raises(NotAPicture) as no:
        strip(data)

    assert no.value.code == code


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + b"\xff\xfe\x00\x02" * 2_000_000,
        b"\x89PNG\r\n\x1a\n" + p.chunk(b"tEXt", b"") * 1_000_000,
    ],
    ids=["jpeg", "png"],
)
def test_millions_of_empty_parts_are_no_picture(data: bytes) -> None:
    with pytest.raises(NotAPicture) as no:
        strip(data)

    assert no.value.code == "damaged"


def test_millions_of_fill_bytes_are_passed_over() -> None:
    whole = p.jpeg(p.paper(480, 360))

    cut = strip(whole[:2] + b"\xff" * 20_000_000 + whole[2:])

    assert cut.data == strip(whole).data


@BOUNDED
@given(
    start=st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", laden_jpeg()[:900]]),
    rest=st.binary(max_size=2000),
)
def test_any_bytes_are_cut_or_refused(start: bytes, rest: bytes) -> None:
    try:
        cut = strip(start + rest)
    except NotAPicture:
        return
    assert len(cut.data) <= len(start + rest)


@BOUNDED
@given(
    at=st.integers(0, 3000),
    piece=st.binary(min_size=1, max_size=6),
    seed=st.sampled_from([laden_jpeg(), laden_png()]),
)
def test_a_mutated_picture_is_cut_or_refused(at: int, piece: bytes, seed: bytes) -> None:
    try:
        strip(seed[:at] + piece + seed[at + len(piece) :])
    except NotAPicture:
        return
