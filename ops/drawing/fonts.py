"""The Chinese fonts that papers are set in."""

import functools
from pathlib import Path

from PIL import ImageFont

from libs.common.errors import Misconfigured

FOLDER = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED = 2
"""Which face of the collection holds the mainland's shapes."""


@functools.cache
def font(size: int, *, bold: bool = False, serif: bool = False) -> ImageFont.FreeTypeFont:
    """Noto CJK in this size. Raises Misconfigured where it is not installed."""
    family, weight = "Serif" if serif else "Sans", "Bold" if bold else "Regular"
    path = FOLDER / f"Noto{family}CJK-{weight}.ttc"
    if not path.is_file():
        raise Misconfigured(f"{path} is missing: install Debian's fonts-noto-cjk")
    return ImageFont.truetype(str(path), size, index=SIMPLIFIED)
