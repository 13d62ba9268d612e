"""A sheet of paper and what stands on papers: words, tables, seals, portraits, signatures."""

import math
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw

from ops.drawing.fonts import font

Colour = tuple[int, int, int]

INK: Colour = (34, 36, 42)
GREY: Colour = (120, 124, 132)
SEAL_RED: Colour = (196, 32, 36)
PEN_BLUE: Colour = (28, 44, 128)


class Sheet:
    """One paper. Sizes are pixels; (x, y) is the top left unless an anchor says otherwise."""

    def __init__(self, width: int, height: int, *, ground: Colour, seed: int) -> None:
        self.image = Image.new("RGB", (width, height), ground)
        self.width, self.height = width, height
        self.draw = ImageDraw.Draw(self.image)
        self.chance = random.Random(seed)  # noqa: S311  (pictures, not secrets)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: int,
        *,
        bold: bool = False,
        serif: bool = False,
        ink: Colour = INK,
        anchor: str = "la",
        spaced: int = 0,
    ) -> None:
        """One line of words, `spaced` pixels between its characters."""
        face = font(size, bold=bold, serif=serif)
        if not spaced:
            self.draw.text((x, y), words, font=face, fill=ink, anchor=anchor)
            return
        wide = sum(face.getlength(c) for c in words) + spaced * (len(words) - 1)
        x -= {"l": 0.0, "m": wide / 2, "r": wide}[anchor[0]]
        for character in words:
            self.draw.text((x, y), character, font=face, fill=ink, anchor="l" + anchor[1])
            x += face.getlength(character) + spaced

    def paragraph(
        self, x: int, y: int, words: str, size: int, *, wide: int, serif: bool = True
    ) -> int:
        """Words broken into lines of this width, first line indented; returns the y below."""
        face = font(size, serif=serif)
        line = "　　"
        for character in words:
            if face.getlength(line + character) > wide and character not in "，。；、：）”":
                self.draw.text((x, y), line, font=face, fill=INK)
                line, y = "", y + round(size * 1.75)
            line += character
        self.draw.text((x, y), line, font=face, fill=INK)
        return y + round(size * 1.75)

    def table(
        self,
        x: int,
        y: int,
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[int],
        row_height: int,
        size: int,
        label_columns: Sequence[int] = (),
    ) -> int:
        """A ruled table; label columns are tinted and bold. Returns the y below."""
        for row in rows:
            left = x
            for column, wide in enumerate(widths):
                label = column in label_columns
                fill = (240, 242, 245) if label else None
                box = (left, y, left + wide, y + row_height)
                self.draw.rectangle(box, fill=fill, outline=(90, 94, 100), width=1)
                words = row[column] if column < len(row) else ""
                middle = (left + wide / 2, y + row_height / 2)
                face = font(size, bold=label, serif=True)
                self.draw.text(middle, words, font=face, fill=INK, anchor="mm")
                left += wide
            y += row_height
        return y

    def frame(self, *, inset: int, colour: Colour, width: int = 3) -> None:
        """A double line around the sheet, with ornaments at its corners."""
        for at, line in ((inset, width), (inset + width * 3, 1)):
            box = (at, at, self.width - at, self.height - at)
            self.draw.rectangle(box, outline=colour, width=line)
        reach = width * 9
        for x in (inset, self.width - inset):
            for y in (inset, self.height - inset):
                for radius in (reach, reach // 2):
                    box = (x - radius, y - radius, x + radius, y + radius)
                    self.draw.ellipse(box, outline=colour, width=2)

    def guilloche(self, colour: Colour, *, waves: int = 26) -> None:
        """The fine curved lines of security paper."""
        for wave in range(waves):
            base = self.height * (wave + 0.5) / waves
            points = [
                (x, base + 14 * math.sin(x / 38 + wave * 0.7) + 7 * math.sin(x / 17 - wave))
                for x in range(0, self.width + 8, 8)
            ]
            self.draw.line(points, fill=colour, width=1)

    def portrait(self, x: int, y: int, wide: int, high: int, *, ground: Colour) -> None:
        """A head and shoulders without a face: nobody's picture."""
        tile = Image.new("RGB", (wide, high), ground)
        draw = ImageDraw.Draw(tile)
        coat, skin = (70, 84, 112), (214, 184, 160)
        draw.ellipse((-wide * 0.06, high * 0.66, wide * 1.06, high * 1.5), fill=coat)
        draw.polygon(
            [(wide * 0.4, high * 0.67), (wide * 0.6, high * 0.67), (wide * 0.5, high * 0.85)],
            fill=(244, 244, 246),
        )
        draw.rectangle((wide * 0.42, high * 0.55, wide * 0.58, high * 0.7), fill=skin)
        draw.ellipse((wide * 0.29, high * 0.17, wide * 0.71, high * 0.63), fill=skin)
        draw.pieslice((wide * 0.26, high * 0.11, wide * 0.74, high * 0.58), 180, 360, fill=INK)
        self.image.paste(tile, (x, y))
        self.draw.rectangle((x, y, x + wide, y + high), outline=(180, 184, 190))

    def seal(self, x: int, y: int, radius: int, words: str, *, below: str = "") -> None:
        """A round red seal with a star, as if pressed by hand: turned a little, unevenly inked."""
        side = radius * 2 + 12
        layer = Image.new("L", (side, side), 0)
        draw, middle = ImageDraw.Draw(layer), side / 2
        ring = (6, 6, side - 6, side - 6)
        draw.ellipse(ring, outline=225, width=max(3, radius // 18))
        _star(draw, middle, middle, radius * 0.3)
        size = max(11, round(min(radius * 0.27, radius * 4.0 / max(len(words), 1))))
        _arc_words(layer, words, middle, radius * 0.76, size)
        if below:
            place, face = (middle, middle + radius * 0.56), font(max(10, radius // 6), bold=True)
            draw.text(place, below, font=face, fill=225, anchor="mm")
        layer = layer.rotate(self.chance.uniform(-14, 14), Image.Resampling.BICUBIC)
        fade = Image.effect_noise((side, side), 46).point(lambda v: min(255, v + 96))
        layer = Image.composite(layer, Image.new("L", layer.size), fade.point(lambda v: v))
        red = Image.new("RGB", layer.size, SEAL_RED)
        self.image.paste(red, (round(x - middle), round(y - middle)), layer)

    def signature(self, x: int, y: int, wide: int, *, ink: Colour = PEN_BLUE) -> None:
        """A quick line of a pen that spells nothing."""
        points = []
        for step in range(60):
            share = step / 59
            swing = math.sin(share * 19 + self.chance.random()) * 13 * (1 - share * 0.4)
            points.append((x + share * wide + 9 * math.sin(share * 31), y + swing))
        self.draw.line(points, fill=ink, width=3, joint="curve")

    def code_square(self, x: int, y: int, side: int) -> None:
        """Looks like a QR code, and is none: it leads nowhere."""
        cells = 25
        cell = side / cells
        self.draw.rectangle((x, y, x + side, y + side), fill=(255, 255, 255))
        for row in range(cells):
            for column in range(cells):
                if self.chance.getrandbits(1):
                    self._cell(x, y, cell, column, row)
        for column, row in ((0, 0), (cells - 7, 0), (0, cells - 7)):
            for inset, colour in ((0, (255, 255, 255)), (0, INK), (1, (255, 255, 255)), (2, INK)):
                box = (
                    x + (column + inset) * cell,
                    y + (row + inset) * cell,
                    x + (column + 7 - inset) * cell,
                    y + (row + 7 - inset) * cell,
                )
                self.draw.rectangle(box, fill=colour)

    def barcode(self, x: int, y: int, wide: int, high: int) -> None:
        """Bars that carry no number."""
        at = float(x)
        while at < x + wide:
            bar = self.chance.choice((1.5, 2.5, 4))
            self.draw.rectangle((at, y, at + bar - 1, y + high), fill=INK)
            at += bar + self.chance.choice((2, 3, 5))

    def specimen(self) -> None:
        """样例 SPECIMEN across the whole paper, so that nobody can use it as one."""
        size = max(26, round(min(self.width, self.height) / 11))
        reach = math.ceil(math.hypot(self.width, self.height))
        layer = Image.new("L", (reach, reach), 0)
        draw, face = ImageDraw.Draw(layer), font(size, bold=True)
        words = "样例 SPECIMEN"
        step = round(face.getlength(words) + size * 1.6)
        for number, y in enumerate(range(0, reach, round(size * 3.6))):
            for x in range(-step + (number % 2) * step // 2, reach, step):
                draw.text((x, y), words, font=face, fill=46)
        layer = layer.rotate(28, Image.Resampling.BICUBIC)
        left, top = (reach - self.width) // 2, (reach - self.height) // 2
        layer = layer.crop((left, top, left + self.width, top + self.height))
        self.image.paste(Image.new("RGB", self.image.size, (176, 40, 60)), (0, 0), layer)

    def _cell(self, x: float, y: float, cell: float, column: int, row: int) -> None:
        left, top = x + column * cell, y + row * cell
        self.draw.rectangle((left, top, left + cell - 0.4, top + cell - 0.4), fill=INK)


def _star(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    points = []
    for tip in range(10):
        reach = radius if tip % 2 == 0 else radius * 0.39
        turn = math.pi * tip / 5 - math.pi / 2
        points.append((x + reach * math.cos(turn), y + reach * math.sin(turn)))
    draw.polygon(points, fill=225)


def _arc_words(layer: Image.Image, words: str, middle: float, radius: float, size: int) -> None:
    span = min(4.4, 0.42 * len(words))
    for number, character in enumerate(words):
        share = number / (len(words) - 1) if len(words) > 1 else 0.5
        turn = -math.pi / 2 + (share - 0.5) * span
        tile = Image.new("L", (size * 2, size * 2), 0)
        ImageDraw.Draw(tile).text(
            (size, size), character, font=font(size, bold=True, serif=True), fill=225, anchor="mm"
        )
        tile = tile.rotate(-math.degrees(turn) - 90, Image.Resampling.BICUBIC)
        x, y = middle + radius * math.cos(turn) - size, middle + radius * math.sin(turn) - size
        layer.paste(225, (round(x), round(y)), tile)
