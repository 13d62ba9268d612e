"""Drawn phone photos of a page of 8-point print, and what is left of them: size, side up, print.

No OCR engine is asked: each character stands in a cell of its own, so that its cell can be compared
with every glyph of the alphabet; the best likeness is what is read. The same eye reads the
original and what the browser made of it, and the difference of their errors is what counts.
"""

import dataclasses as dc
import functools
import io
import random
from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from ops.drawing.photo import STORED_AS

ALPHABET = "ABCDEFGHKLMNPRSTUVXYZabcdefghkmnprstuvxyz23456789"
"""Without the look-alikes that no eye tells apart."""
POINT_MM = 25.4 / 72
PRINT_POINTS = 8
READ_CELLS = 600
CELL = (18, 24)
BAND = 256
"""Rows that are made noisy at a time."""
CORNERS = ((214, 40, 40), (30, 150, 60), (40, 70, 200), (235, 190, 20))
"""Marks at the picture's top left, top right, bottom left and bottom right."""


@dc.dataclass(frozen=True, kw_only=True)
class Photo:
    """One photo: upright size, how it lies in its file, and how it was taken."""

    kind: Literal["jpeg", "png", "cmyk", "panorama"] = "jpeg"
    width: int = 3000
    height: int = 4000
    short_mm: float = 210
    """What the short edge shows: an A4 sheet, or a strip for a panorama."""
    orientation: int = 1
    quality: int = 92
    grain: float = 5
    seed: int = 1

    @property
    def em_px(self) -> float:
        """Height of the print's em in pixels of the upright photo."""
        return PRINT_POINTS * POINT_MM * min(self.width, self.height) / self.short_mm


def hundred() -> Iterator[Photo]:
    """Every kind of photo that people send, in all eight orientations."""
    for orientation in range(1, 9):
        for step in range(8):
            yield Photo(
                orientation=orientation,
                quality=(84, 88, 90, 92, 93, 94, 95, 96)[step],
                grain=2 + step * 0.7,
                seed=orientation * 10 + step,
            )
        big = Photo(width=6000, height=8000, quality=90, grain=3, seed=100 + orientation)
        yield dc.replace(big, orientation=orientation)
        yield dc.replace(big, orientation=orientation, width=5700, height=4300)
    for ratio in (3, 4, 5, 6):
        for orientation in (1, 6):
            yield Photo(
                kind="panorama",
                width=1900 * ratio,
                height=1900,
                short_mm=100,
                orientation=orientation,
                seed=200 + ratio,
            )
    for seed in range(6):
        yield Photo(kind="png", width=3000, height=4243, grain=0, seed=300 + seed)
        yield Photo(kind="cmyk", quality=88, grain=3, seed=400 + seed)


def dozen() -> list[Photo]:
    """The hundred in short."""
    every = [Photo(orientation=n, quality=90, grain=4, seed=n) for n in range(1, 9)]
    return [
        *every,
        Photo(width=6000, height=8000, quality=90, grain=3, orientation=6, seed=101),
        Photo(kind="panorama", width=11400, height=1900, short_mm=100, seed=206),
        Photo(kind="png", width=3000, height=4243, grain=0, seed=300),
        Photo(kind="cmyk", quality=88, grain=3, seed=400),
    ]


def taken(photo: Photo) -> bytes:
    """The photo's file as the phone stores it."""
    page = _noisy(
        _page(dc.replace(photo, kind="jpeg", orientation=1, quality=0, grain=0, seed=0)), photo
    )
    turn = STORED_AS[photo.orientation]
    page = page if turn is None else page.transpose(turn)
    out = io.BytesIO()
    if photo.kind == "png":
        page.save(out, "PNG")
        return out.getvalue()
    exif = Image.Exif()
    exif[0x0112] = photo.orientation
    page = page.convert("CMYK") if photo.kind == "cmyk" else page
    page.save(out, "JPEG", quality=photo.quality, exif=exif)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """The picture as a person sees it: upright by its EXIF, in colours of light."""
    return ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")


def is_upright(picture: Image.Image) -> bool:
    """Whether the four corners stand where they were."""
    inset = int(min(picture.size) * 0.025)
    right, bottom = picture.width - 1 - inset, picture.height - 1 - inset
    spots = ((inset, inset), (right, inset), (inset, bottom), (right, bottom))
    return all(_is_near(picture.getpixel(s), c) for s, c in zip(spots, CORNERS, strict=True))


def reading_error(picture: Image.Image, photo: Photo) -> float:
    """Share of the sampled characters that are read wrongly."""
    grey = np.asarray(picture.convert("L"), dtype=np.float64)
    scale = (picture.width / photo.width, picture.height / photo.height)
    read = random.Random(photo.seed).sample(cells(photo), READ_CELLS)
    glyphs = _glyphs()
    wrong = sum(_read(_cut(grey, box, scale), glyphs) != letter for box, letter in read)
    return wrong / READ_CELLS


Box = tuple[float, float, float, float]


def cells(photo: Photo) -> list[tuple[Box, str]]:
    """Where each character stands on the upright photo, and which it is."""
    em, chance = photo.em_px, random.Random(photo.width)
    left, top = photo.width * 0.08, photo.height * 0.08
    across, down = em * 0.78, em * 1.35
    columns, rows = int(photo.width * 0.84 / across), int(photo.height * 0.84 / down)
    return [
        ((left + x * across, top + y * down, across, em), chance.choice(ALPHABET))
        for y in range(rows)
        for x in range(columns)
    ]


@functools.lru_cache(maxsize=1)
def _page(photo: Photo) -> Image.Image:
    """The print is the same on all photos of a size: drawing 7,000 letters takes its time."""
    page = Image.new("RGB", (photo.width, photo.height), (112, 96, 82))
    draw = ImageDraw.Draw(page)
    inset = min(photo.width, photo.height) * 0.03
    sheet = (inset * 1.7, inset * 1.7, photo.width - inset * 1.7, photo.height - inset * 1.7)
    draw.rectangle(sheet, fill=(238, 235, 226))
    ink = {letter: _ink(letter, photo.em_px) for letter in ALPHABET}
    for (x, y, _, _), letter in cells(photo):
        page.paste((38, 38, 48), (round(x), round(y)), ink[letter])
    edge = inset * 1.6
    for number, colour in enumerate(CORNERS):
        x = (photo.width - edge) * (number % 2)
        y = (photo.height - edge) * (number // 2)
        draw.rectangle((x, y, x + edge, y + edge), fill=colour)
    return page


def _ink(letter: str, em_px: float) -> Image.Image:
    """Where the letter has ink, in a cell of the print."""
    cell = Image.new("L", (round(em_px * 0.78), round(em_px * 1.1)))
    font = ImageFont.load_default(size=em_px)
    ImageDraw.Draw(cell).text((em_px * 0.39, 0), letter, fill=255, font=font, anchor="ma")
    return cell


def _noisy(page: Image.Image, photo: Photo) -> Image.Image:
    """Light that falls off to one side, and the grain of a small sensor."""
    if photo.grain == 0:
        return page
    chance = np.random.default_rng(photo.seed)
    grain = chance.standard_normal((BAND, page.width, 1), dtype=np.float32) * photo.grain
    light = np.linspace(1, 0.8, page.width, dtype=np.float32)[None, :, None]
    pixels = np.array(page)
    for top in range(0, page.height, BAND):
        band = pixels[top : top + BAND]
        # A few bands of grain in turn: 48 megapixels of chance would take a minute.
        shifted = np.roll(grain, top * 7, axis=1)[: len(band)]
        pixels[top : top + BAND] = (band * light + shifted).clip(0, 255).astype(np.uint8)
    return Image.fromarray(pixels)


Plane = NDArray[np.float64]


@functools.cache
def _glyphs() -> dict[str, Plane]:
    """Every letter as it looks in its cell."""
    em = 120
    width = round(em * 0.78)
    font = ImageFont.load_default(size=em)
    found = {}
    for letter in ALPHABET:
        cell = Image.new("L", (width, em), 236)
        ImageDraw.Draw(cell).text((width / 2, 0), letter, fill=40, font=font, anchor="ma")
        found[letter] = _normal(np.asarray(cell.resize(CELL, Image.Resampling.BOX), np.float64))
    return found


def _cut(grey: Plane, box: Box, scale: tuple[float, float]) -> Plane:
    x, y, width, height = box
    edges = (x * scale[0], y * scale[1], (x + width) * scale[0], (y + height) * scale[1])
    left, top, right, bottom = (int(edges[0]), int(edges[1]), int(edges[2]) + 2, int(edges[3]) + 2)
    part = Image.fromarray(grey[top:bottom, left:right].astype(np.float32))
    inner = (edges[0] - left, edges[1] - top, edges[2] - left, edges[3] - top)
    return _normal(np.asarray(part.resize(CELL, Image.Resampling.BICUBIC, box=inner), np.float64))


def _normal(cell: Plane) -> Plane:
    centred = cell - cell.mean()
    length = float(np.sqrt((centred * centred).sum())) or 1.0
    return np.asarray(centred / length, dtype=np.float64)


def _read(cell: Plane, glyphs: dict[str, Plane]) -> str:
    return max(glyphs, key=lambda letter: float((glyphs[letter] * cell).sum()))


def _is_near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(int(a) - b) < 70 for a, b in zip(pixel, colour, strict=True))
