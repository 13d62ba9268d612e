"""How the two rooms that open strangers' files decode and prove: images and shrink.

JPEG goes through libjpeg-turbo with its warnings as errors: one decode gives the pixels and the
proof that all of them are there (docs/decisions/0005).
"""

import io
import re
import struct
import zlib
from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

JPEG_START = b"\xff\xd8\xff"
PNG_START = b"\x89PNG\r\n\x1a\n"

MAX_STRAY_BYTES = 1024
"""Cameras pad the end of a scan by a few bytes; more is a picture whose height was forged."""
ODD_SAMPLING = "subsampling"
"""What libjpeg-turbo says of colours stored at a third of the rows, and of a broken header."""
_STRAY = re.compile(r"(\d+) extraneous bytes before marker")

DECODER_FAULTS = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError),
    *(struct.error, zlib.error, Warning, Image.DecompressionBombError),
)
"""All that Pillow raises on hostile bytes. Neither a time limit nor want of memory is among them:
they tell of this machine, rise, and the command comes again."""

_PROBES = (("RGB", "JPEG"), ("CMYK", "JPEG"), ("RGB", "PNG"), ("P", "PNG"), ("LA", "PNG"))
"""Colours and format of the pictures that prove a sandbox; each has its own way through Pillow."""
_PROBE_SIZE = (640, 480)


def strict_jpeg(
    data: bytes, colors: str, *, width: int, height: int, factor: int, is_blended: bool = True
) -> NDArray[np.uint8]:
    """Rows × columns × samples at 1/factor of the size that the header says.

    libjpeg's warnings raise ValueError, but for a camera's padding. `is_blended`: colours that are
    stored at half the size are blended to full size, or else repeated, which is cheaper.
    """
    options: dict[str, Any] = {
        "min_height": -(-height // factor),
        "min_width": -(-width // factor),
        "min_factor": factor,
        "fastupsample": not is_blended,
    }
    try:
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(data, colors, strict=True, **options)
    except ValueError as fault:
        stray = _STRAY.search(str(fault))
        if stray is None or int(stray[1]) > MAX_STRAY_BYTES:
            raise
        pixels = simplejpeg.decode_jpeg(data, colors, strict=False, **options)
    return pixels


def from_inks(inks: NDArray[np.uint8]) -> Image.Image:
    """Print colours as a screen shows them. In a JPEG they stand inverted, as Adobe began it."""
    height, width = inks.shape[:2]
    return Image.frombuffer("CMYK", (width, height), inks, "raw", "CMYK;I", 0, 1).convert("RGB")


def flattened(image: Image.Image) -> Image.Image:
    """RGB on white: no transparency or palette is left."""
    if image.mode.startswith("I"):
        # Pillow clips 16-bit grey instead of scaling it.
        deep = np.asarray(image).astype(np.uint16)
        return Image.fromarray((deep >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in {"LA", "PA", "RGBA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        canvas = Image.new("RGB", image.size, "white")
        canvas.paste(layer, mask=layer.getchannel("A"))
        return canvas
    return image if image.mode == "RGB" else image.convert("RGB")


def probes() -> list[bytes]:
    """Small whole pictures by which a sandbox proves that it still opens what it should."""
    made = []
    for colors, kind in _PROBES:
        out = io.BytesIO()
        Image.new(colors, _PROBE_SIZE).save(out, kind)
        made.append(out.getvalue())
    return made
