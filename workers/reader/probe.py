"""Does an engine read here? `python -m workers.reader.probe NAME` ends with 0 when it does."""

import io
import sys

from PIL import Image, ImageDraw, ImageFont

from workers.reader import fields
from workers.reader.choice import ENGINES

NUMBER = "120000199001010015"
_SIZE, _PLACE, _LETTER_PX = (900, 240), (90, 90), 56
"""A line as large as an ID number stands on a card."""


def drawn() -> bytes:
    """The number, black on white, in the font that Pillow brings along."""
    image = Image.new("RGB", _SIZE, "white")
    font = ImageFont.load_default(_LETTER_PX)
    ImageDraw.Draw(image).text(_PLACE, NUMBER, fill="black", font=font)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def main() -> None:
    """Each model of the engine reads the number."""
    for engine in ENGINES[sys.argv[1]]():
        if NUMBER not in fields.id_numbers(engine.read(drawn())):
            sys.exit(f"{engine.name} does not read what stands there")


if __name__ == "__main__":
    main()
