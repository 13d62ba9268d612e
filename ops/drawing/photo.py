"""Papers as a phone sees them: on a desk, a little askew, unevenly lit, sometimes badly.

Findings, the browser's shrinking and the shrink door are tried on these pictures.
"""

import dataclasses as dc
import io
from collections.abc import Sequence
from typing import Literal

import numpy as np
from PIL import Image, ImageFilter

Look = Literal["clear", "dark", "blurry", "glare", "sideways", "cut", "small"]

PHONE_SIZE = (3024, 4032)
"""Twelve megapixels, upright."""

SMALL_EDGE = 480
"""Legible to nobody, yet above the 400 px at which a picture is refused."""

ORIENTATION_TAG, GPS_TAG, MAKER_TAG = 0x0112, 0x8825, 0x010F
STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""EXIF orientation → how upright pixels are turned to be stored under it."""


@dc.dataclass(frozen=True)
class Corners:
    """Where the paper's corners fall in the photo, clockwise from the top left."""

    points: tuple[tuple[float, float], ...]


def photograph(
    paper: Image.Image, *, seed: int, size: tuple[int, int] = (1200, 1600), look: Look = "clear"
) -> Image.Image:
    """A photo of the paper. A landscape paper makes a landscape photo, unless it is sideways."""
    chance = np.random.default_rng(seed)
    wide, high = sorted(size, reverse=paper.width > paper.height)
    photo = _desk(wide, high, chance)
    corners = _corners(paper, wide, high, chance, cut=look == "cut")
    _lay(photo, paper, corners)
    photo = _lit(photo, chance, look=look)
    if look == "blurry":
        photo = photo.filter(ImageFilter.GaussianBlur(wide / 190))
    if look == "small":
        photo.thumbnail((SMALL_EDGE, SMALL_EDGE), Image.Resampling.LANCZOS)
    return photo.transpose(Image.Transpose.ROTATE_90) if look == "sideways" else photo


def phone_photo(
    paper: Image.Image,
    *,
    seed: int,
    orientation: int = 6,
    size: tuple[int, int] = PHONE_SIZE,
    quality: int = 96,
) -> bytes:
    """A JPEG as a phone writes it: 12 MP, 2-4 MB, EXIF with orientation, maker and a place."""
    upright = photograph(paper, seed=seed, size=size)
    turn = STORED_AS[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    exif[MAKER_TAG] = "Sample Phone"
    exif.get_ifd(GPS_TAG).update({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)})
    out = io.BytesIO()
    stored.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


QUALITIES = (82, 76, 70, 62, 54)


def fitted(
    image: Image.Image,
    *,
    max_bytes: int,
    long_edge: int = 1600,
    qualities: Sequence[int] = QUALITIES,
) -> bytes:
    """A JPEG within the limit: first the edge is capped, then quality falls, then size."""
    image = image.copy()
    image.thumbnail((long_edge, long_edge), Image.Resampling.LANCZOS)
    while True:
        for quality in qualities:
            out = io.BytesIO()
            image.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= max_bytes:
                return out.getvalue()
        smaller = (round(image.width * 0.85), round(image.height * 0.85))
        image = image.resize(smaller, Image.Resampling.LANCZOS)


def _desk(wide: int, high: int, chance: np.random.Generator) -> Image.Image:
    """A wooden desk: long grain, drawn small and enlarged."""
    grain = np.cumsum(chance.normal(0, 1.0, (high // 8 + 1, 1)), axis=0) * 3
    fine = chance.normal(0, 3, (high // 8 + 1, wide // 40 + 1))
    tone = np.clip(grain % 34 + fine, -10, 40)
    base = np.array([118, 88, 62]) + chance.integers(-14, 14, 3)
    pixels = np.clip(base + tone[..., None] * [0.9, 0.8, 0.65], 0, 255).astype(np.uint8)
    return Image.fromarray(pixels).resize((wide, high), Image.Resampling.BICUBIC)


def _corners(
    paper: Image.Image, wide: int, high: int, chance: np.random.Generator, *, cut: bool
) -> Corners:
    scale = min(wide * 0.9 / paper.width, high * 0.9 / paper.height)
    half_wide, half_high = paper.width * scale / 2, paper.height * scale / 2
    turn = np.radians(chance.uniform(-2.5, 2.5))
    shift = (wide * 0.26, high * 0.12) if cut else (0.0, 0.0)
    points = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        wobble = chance.uniform(-0.014, 0.014, 2) * wide
        px, py = x * half_wide, y * half_high
        at_x = px * np.cos(turn) - py * np.sin(turn) + wobble[0] + wide / 2 + shift[0]
        at_y = px * np.sin(turn) + py * np.cos(turn) + wobble[1] + high / 2 + shift[1]
        points.append((float(at_x), float(at_y)))
    return Corners(tuple(points))


def _lay(photo: Image.Image, paper: Image.Image, corners: Corners) -> None:
    """The paper in perspective, with its shadow, onto the desk."""
    sources = ((0, 0), (paper.width, 0), (paper.width, paper.height), (0, paper.height))
    numbers = _perspective(corners.points, sources)
    mode = Image.Transform.PERSPECTIVE
    laid = paper.transform(photo.size, mode, numbers, Image.Resampling.BICUBIC)
    mask = Image.new("L", paper.size, 255).transform(photo.size, mode, numbers)
    small = mask.resize((photo.width // 8, photo.height // 8))
    shade = small.filter(ImageFilter.GaussianBlur(photo.width / 640)).resize(photo.size)
    offset = Image.new("L", photo.size, 0)
    offset.paste(shade.point(lambda value: value // 2), (photo.width // 160, photo.width // 110))
    photo.paste((24, 18, 12), (0, 0), offset)
    photo.paste(laid, (0, 0), mask)


def _perspective(
    seen: tuple[tuple[float, float], ...], real: tuple[tuple[float, float], ...]
) -> list[float]:
    """Pillow's eight coefficients, which map a point of the photo to one of the paper."""
    rows, goals = [], []
    for (x, y), (u, v) in zip(seen, real, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        goals += [u, v]
    solved: list[float] = np.linalg.solve(np.array(rows, float), np.array(goals, float)).tolist()
    return solved


def _lit(photo: Image.Image, chance: np.random.Generator, *, look: Look) -> Image.Image:
    """Uneven light and the sensor's noise; for some looks too little of it, or a glare."""
    wide, high = photo.size
    y, x = np.mgrid[0:1:48j, 0:1:48j]
    far = np.hypot(x - chance.uniform(0.3, 0.7), y - chance.uniform(0.2, 0.6))
    light = 1.04 - 0.26 * far**1.6
    if look == "dark":
        light *= 0.2
    field = Image.fromarray(light.astype(np.float32)).resize((wide, high))
    pixels = np.asarray(photo, np.float32) * np.asarray(field)[..., None]
    pixels += chance.standard_normal((high, wide, 1), np.float32) * 1.5
    if look == "glare":
        spot = np.hypot((x - 0.5) * wide / high, (y - 0.6) * 1.6)
        shine = Image.fromarray((330 * np.exp(-((spot / 0.2) ** 2))).astype(np.float32))
        pixels += np.asarray(shine.resize((wide, high)))[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
