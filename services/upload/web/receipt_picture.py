"""The receipt as one picture, for browsers that may not download: kept by a long press."""

import functools
import io

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

from libs.common.web.languages import gettext as _
from libs.common.web.languages import language, ngettext
from services.upload.queries.shapes.receipts import ReceiptPage
from services.upload.web.codes import qr
from services.upload.web.wording import grouped, moment, zone_words

WIDTH, MARGIN = 1080, 64
"""Pixels; as wide as a phone's screen, so that the hashes stay legible in the album."""
INK, GREY, LINE, GROUND = 0x20, 0x69, 0xCB, 0xFF
"""Shades: without colours the file is small and quickly drawn."""
TITLE, BODY, SMALL, HASH = 56, 36, 30, 25
QR_MODULE = 9
HEAD, PART = 2_000, 260
"""Pixels: at most what stands around the images, and what one image or reason takes."""


def draw(receipt: ReceiptPage, *, address: str) -> bytes:
    """A PNG with every image's SHA-256, and the QR code that leads to the verification."""
    sheet = _Sheet(HEAD + PART * (len(receipt.images) + len(receipt.absences) + len(receipt.later)))
    sheet.write(_("提交回执"), TITLE)
    sheet.write(receipt.exam_name.to(language()), BODY)
    sheet.rule()
    time = moment(receipt.submitted_at, seconds=True)
    sheet.fact(_("回执编号"), receipt.number)
    sheet.fact(_("提交时间"), _("%(time)s（%(zone)s）", time=time, zone=zone_words()))
    sheet.fact(_("考生"), f"{receipt.masked_name}　{receipt.registration_number}")
    sheet.fact(_("考点"), receipt.site.name.to(language()))
    sheet.fact(_("提交轮次"), _("第 %(n)s 次", n=receipt.round))
    sheet.write(_("校验值"), SMALL, GREY)
    sheet.write(receipt.digest, HASH)
    sheet.rule()
    count = len(receipt.images)
    sheet.write(ngettext("图片 %(num)d 张", "图片 %(num)d 张", count), BODY)
    for line in receipt.images:
        size = _("%(n)s 字节", n=grouped(line.size_bytes))
        place = _("第 %(n)s 张", n=line.position)
        sheet.skip(14)
        sheet.write(f"{line.title.to(language())} · {place} · {size}", SMALL)
        sheet.write(line.sha256, HASH, GREY)
    for title, reason in receipt.absences:
        sheet.skip(14)
        sheet.write(f"{title.to(language())} · {_('暂缺/不适用')}{_('：')}{reason}", SMALL)
    for title in receipt.later:
        sheet.skip(14)
        sheet.write(f"{title.to(language())} · {_('以后补交')}", SMALL)
    sheet.rule()
    sheet.code(address)
    sheet.write(_("扫码核验"), SMALL, GREY)
    return sheet.png()


class _Sheet:
    """A long sheet that is written from the top, and cut where the writing ends."""

    def __init__(self, longest: int) -> None:
        self._image = Image.new("L", (WIDTH, longest), GROUND)
        self._draw = ImageDraw.Draw(self._image)
        self._y = MARGIN

    def write(self, words: str, size: int, ink: int = INK, *, left: int = MARGIN) -> None:
        font = _font(size)
        for line in _wrapped(words, font, WIDTH - MARGIN - left):
            self._draw.text((left, self._y), line, font=font, fill=ink)
            self._y += int(size * 1.45)

    def fact(self, label: str, value: str) -> None:
        self._draw.text((MARGIN, self._y + 4), label, font=_font(SMALL), fill=GREY)
        self.write(value, BODY, left=MARGIN + 260)

    def rule(self) -> None:
        self.skip(24)
        self._draw.line((MARGIN, self._y, WIDTH - MARGIN, self._y), fill=LINE, width=3)
        self.skip(24)

    def skip(self, pixels: int) -> None:
        self._y += pixels

    def code(self, address: str) -> None:
        for down, row in enumerate(qr(address).matrix_iter(border=0)):
            for across, dark in enumerate(row):
                if dark:
                    left, top = MARGIN + across * QR_MODULE, self._y + down * QR_MODULE
                    box = (left, top, left + QR_MODULE - 1, top + QR_MODULE - 1)
                    self._draw.rectangle(box, fill=INK)
        self._y += (down + 2) * QR_MODULE

    def png(self) -> bytes:
        out = io.BytesIO()
        height = min(self._image.height, self._y + MARGIN)
        self._image.crop((0, 0, WIDTH, height)).save(out, "PNG", compress_level=4)
        return out.getvalue()


def _wrapped(words: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Broken anywhere, as Chinese may be; behind a space where the line has one."""
    lines, line = [], ""
    for symbol in words:
        if line and font.getlength(line + symbol) > width:
            full, _space, rest = line.rpartition(" ")
            lines.append(full or rest)
            line = rest if full else ""
        line += symbol
    return [*lines, line]


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size)
