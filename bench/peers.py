"""What the pictures' check is held against: loops and libraries that make the same two renditions.

Each takes the bytes of a JPEG and makes a view and a grid out of them, in this process and on one
thread, without any check. pyvips takes part where it is installed (`pip install pyvips[binary]`),
sharp where node finds it (`npm install sharp`, `NODE_PATH`); both are peers alone, never needed.
"""

import importlib.util
import io
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import simplejpeg
from PIL import Image

from workers.images.render import QUALITY, encode, encode_image, grid_factor

MAX_VIEW_PX = 2600
SHARP = Path(__file__).parent / "sharp.mjs"


def turbo_limit(data: bytes) -> object:
    """The physical limit: libjpeg-turbo both ways, numpy for the small plane, no check at all."""
    height, width = simplejpeg.decode_jpeg_header(data)[:2]
    factor = _factor(width, height)
    pixels = simplejpeg.decode_jpeg(
        data, "RGB", min_height=-(-height // factor), min_width=-(-width // factor),
        min_factor=factor, strict=False,
    )  # fmt: skip
    k = grid_factor(pixels.shape[1], pixels.shape[0])
    rows, columns = pixels.shape[0] // k * k, pixels.shape[1] // k * k
    small = np.ascontiguousarray(pixels[:rows:k, :columns:k])
    return [
        simplejpeg.encode_jpeg(plane, QUALITY, "RGB", "420", fastdct=False)
        for plane in (pixels, small)
    ]


def turbo_loop(data: bytes) -> object:
    """The bare loop with our decoder: decode, two renditions with our encoder; no check."""
    height, width = simplejpeg.decode_jpeg_header(data)[:2]
    factor = _factor(width, height)
    pixels = simplejpeg.decode_jpeg(
        data, "RGBX", min_height=-(-height // factor), min_width=-(-width // factor),
        min_factor=factor, fastupsample=True, strict=False,
    )  # fmt: skip
    image = Image.frombuffer("RGBX", pixels.shape[1::-1], pixels, "raw", "RGBX", 0, 1)
    return encode(pixels), encode_image(image.reduce(grid_factor(*image.size)))


def pillow_loop(data: bytes) -> object:
    """The bare loop as most would write it with care: Pillow, drafted, reduced; no check."""
    image: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG",))
    factor = _factor(*image.size)
    if factor > 1:
        image.draft("RGB", (image.width // factor, image.height // factor))
    image.load()
    return saved(image), saved(image.reduce(grid_factor(*image.size)))


def pillow_naive(data: bytes) -> object:
    """Pillow the usual way: full decode, Lanczos to 1280 and to 320."""
    image: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG",))
    made = []
    for edge in (1280, 320):
        copy = image.copy()
        copy.thumbnail((edge, edge), Image.Resampling.LANCZOS)
        made.append(saved(copy))
    return made


def saved(image: Image.Image) -> bytes:
    """A JPEG as Pillow writes it."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, subsampling=2)
    return out.getvalue()


def pyvips_twice(data: bytes) -> object:
    """A thumbnail of 1280, and one of 320 out of it, as pyvips's manual says; no check."""
    import pyvips

    made = [pyvips.Image.thumbnail_buffer(data, 1280, height=1280, size="down").copy_memory()]
    made.append(made[0].thumbnail_image(320, height=320, size="down"))
    return [image.jpegsave_buffer(Q=QUALITY) for image in made]


def _factor(width: int, height: int) -> int:
    factor = 1
    while max(width, height) > MAX_VIEW_PX * factor:
        factor *= 2
    return factor


def in_process() -> tuple[tuple[str, Callable[[bytes], Any]], ...]:
    """Name and approach of every peer that runs here, in the order of the table."""
    found: list[tuple[str, Callable[[bytes], Any]]] = [
        ("libjpeg-turbo limit (no check)", turbo_limit),
        ("bare loop, libjpeg-turbo (no check)", turbo_loop),
        ("bare loop, Pillow (no check)", pillow_loop),
        ("Pillow the usual way (no check)", pillow_naive),
    ]
    if importlib.util.find_spec("pyvips"):
        os.environ["VIPS_CONCURRENCY"] = "1"
        found.append(("pyvips, two thumbnails (no check)", pyvips_twice))
    return tuple(found)


def sharp(files: list[bytes], rounds: int) -> float | None:
    """CPU milliseconds per picture of sharp on one thread, best of the rounds; None without it."""
    node = shutil.which("node")
    if node is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(files):
            Path(folder, f"{number}.jpg").write_bytes(data)
        ended = subprocess.run(
            [node, str(SHARP), folder, str(rounds)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "UV_THREADPOOL_SIZE": "1", "VIPS_CONCURRENCY": "1"},
        )
    return float(json.loads(ended.stdout)) if ended.returncode == 0 else None
