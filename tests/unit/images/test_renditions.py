"""Renditions: upright, small enough, and nothing in them but pixels."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from ops.drawing.photo import STORED_AS
from tests import pictures as p
from workers.images.check import Checked, check
from workers.images.render import is_turned


def laid(orientation: int, width: int = 1200, height: int = 900) -> Image.Image:
    page, turn = p.paper(width, height, grain=0), STORED_AS[orientation]
    return page if turn is None else page.transpose(turn)


def opened(data: bytes | None) -> Image.Image:
    assert data is not None
    return Image.open(io.BytesIO(data), formats=("JPEG",))


def marked_corners(image: Image.Image) -> list[bool]:
    """Whether the red mark stands at top left, top right, bottom left, bottom right."""
    width, height = image.size
    near = int(min(width, height) * p.MARK_SHARE / 2)
    corners = [(near, near), (width - near, near), (near, height - near)]
    corners.append((width - near, height - near))
    pixels = [image.convert("RGB").getpixel(corner) for corner in corners]
    return [isinstance(c, tuple) and c[0] - max(c[1], c[2]) > 100 for c in pixels]


def renditions(checked: Checked) -> list[Image.Image]:
    return [opened(checked.view), opened(checked.grid)]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("encode", [p.jpeg, p.png])
def test_both_renditions_are_upright(
    orientation: int, encode: Callable[[Image.Image], bytes]
) -> None:
    verdict = check(encode(laid(orientation, 600, 420)), orientation=orientation)

    assert (verdict.width, verdict.height) == (600, 420)
    for image in renditions(verdict):
        assert marked_corners(image) == [True, False, False, False]
        assert image.width > image.height


def test_an_orientation_that_does_not_exist_counts_as_upright() -> None:
    verdict = check(p.jpeg(p.paper()), orientation=9)

    assert marked_corners(opened(verdict.view)) == [True, False, False, False]
    assert not is_turned(9)


def test_an_orientation_left_in_the_bytes_is_not_obeyed_twice() -> None:
    data = p.after_start(p.jpeg(laid(6)), p.exif(6))

    verdict = check(data, orientation=6)

    assert marked_corners(opened(verdict.view)) == [True, False, False, False]


def test_nothing_but_pixels_is_in_a_rendition() -> None:
    secret = b"MARKER-39.1N-117.2E"
    comment, place = p.segment(0xFE, secret), p.exif(1, secret)
    data = p.after_start(p.jpeg(p.paper(), icc_profile=secret * 9), comment + place) + secret
    picture = p.png(p.paper(640, 480).quantize(8), icc_profile=secret)
    picture = p.before_pixels(picture, p.chunk(b"tEXt", b"Comment\x00" + secret))

    for verdict in (check(data, orientation=1), check(picture, orientation=1)):
        for rendition in (verdict.view, verdict.grid):
            assert rendition is not None
            assert secret not in rendition
            image = opened(rendition)
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert not image.getexif()


@pytest.mark.parametrize(
    ("width", "height", "view", "grid"),
    [
        (400, 300, (400, 300), (400, 300)),
        (1200, 900, (1200, 900), (400, 300)),
        (1800, 1350, (1800, 1350), (360, 270)),
        (2600, 1950, (2600, 1950), (372, 279)),
        (4000, 3000, (2000, 1500), (400, 300)),
        (5300, 4000, (1325, 1000), (442, 334)),
    ],
)
def test_view_keeps_its_size_to_2600_and_grid_fits_its_frame(
    width: int, height: int, view: tuple[int, int], grid: tuple[int, int]
) -> None:
    page = Image.linear_gradient("L").resize((width, height))

    verdict = check(p.fitting(page), orientation=1)

    assert opened(verdict.view).size == view
    assert opened(verdict.grid).size == grid
    assert (verdict.width, verdict.height) == (width, height)


def test_a_large_png_is_reduced_too() -> None:
    data = p.png(Image.new("P", (5000, 3000)))

    verdict = check(data, orientation=1)

    assert opened(verdict.view).size == (2500, 1500)


def test_what_is_transparent_becomes_white() -> None:
    clear = p.png(Image.new("RGBA", (640, 480), (200, 0, 0, 0)))

    verdict = check(clear, orientation=1)

    for image in renditions(verdict):
        assert image.mode == "RGB"
        assert image.getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize(("bits", "row"), [(8, b"\x80" * 640), (16, b"\x80\x00" * 640)])
def test_grey_of_eight_and_sixteen_bits_looks_the_same(bits: int, row: bytes) -> None:
    data = p.raw_png(640, 480, (b"\x00" + row) * 480, bits=bits, color=0)

    verdict = check(data, orientation=1)

    assert opened(verdict.view).getpixel((100, 100)) == (128, 128, 128)


def test_print_colours_come_out_as_seen_on_a_screen() -> None:
    page = p.paper(640, 480)

    verdict = check(p.jpeg(page.convert("CMYK"), 80), orientation=1)

    assert marked_corners(opened(verdict.view)) == [True, False, False, False]


def test_the_same_picture_gives_the_same_bytes() -> None:
    data = p.jpeg(p.paper())

    assert check(data, orientation=3) == check(data, orientation=3)
