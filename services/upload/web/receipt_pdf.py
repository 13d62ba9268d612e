"""The receipt as a PDF to print: facts, a QR code, and each image with its thumbnail and SHA-256.

The same receipt in the same language is the same file, byte for byte. Why this library and this
font: docs/decisions/0011-receipts-on-paper.md.
"""

import io
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    Image,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from libs.common.messages import ImageId
from libs.common.web.languages import gettext as _
from libs.common.web.languages import language, ngettext
from services.upload.queries.shapes.receipts import ReceiptLine, ReceiptPage
from services.upload.web.codes import qr
from services.upload.web.wording import grouped, moment, zone_words

FONT = "STSong-Light"
"""One of the Chinese fonts that every PDF viewer knows by name; nothing is embedded."""
MARGIN = 18 * mm
FRAME = 6
"""Points that reportlab's frame keeps free within the margins."""
WIDTH = A4[0] - 2 * MARGIN - 2 * FRAME
THUMB = 24 * mm
QR = 30 * mm
INK, GREY, LINE = HexColor("#16202c"), HexColor("#5c6a7b"), HexColor("#c2ccd7")

pdfmetrics.registerFont(UnicodeCIDFont(FONT))
_BODY = ParagraphStyle(
    "body", fontName=FONT, fontSize=10, leading=15, textColor=INK, wordWrap="CJK"
)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=8.5, leading=12, textColor=GREY)
_TITLE = ParagraphStyle("title", parent=_BODY, fontSize=20, leading=28)
_HEAD = ParagraphStyle("head", parent=_BODY, fontSize=12, leading=18, spaceBefore=10, spaceAfter=4)
_MONO = ParagraphStyle("mono", fontName="Courier", fontSize=7.8, leading=11, textColor=INK)


def draw(receipt: ReceiptPage, *, thumbnails: Mapping[ImageId, bytes], address: str) -> bytes:
    """The file. `thumbnails`: JPEG by image; `address` is what the QR code says."""
    out = io.BytesIO()
    title = f"{_('提交回执')} {receipt.number}"
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + 6 * mm,
        title=title,
        author=receipt.exam_name.to(language()),
        lang=language(),
        invariant=1,
    )
    foot = _foot(title)
    story = [*_head(receipt, address), *_images(receipt, thumbnails), *_rest(receipt)]
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


class _Code(Flowable):  # type: ignore[misc]
    """A QR code as squares: sharp at every size."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.width = self.height = QR
        self._rows = [list(row) for row in qr(address).matrix_iter(border=1)]

    def draw(self) -> None:
        step = QR / len(self._rows)
        self.canv.setFillColor(INK)
        for down, row in enumerate(self._rows):
            for across, dark in enumerate(row):
                if dark:
                    self.canv.rect(
                        across * step, QR - (down + 1) * step, step, step, stroke=0, fill=1
                    )


def _head(receipt: ReceiptPage, address: str) -> list[Any]:
    rows = [
        (_("回执编号"), _text(receipt.number, _MONO)),
        (
            _("提交时间"),
            _text(
                _(
                    "%(time)s（%(zone)s）",
                    time=moment(receipt.submitted_at, seconds=True),
                    zone=zone_words(),
                )
            ),
        ),
        (_("考生"), _text(f"{receipt.masked_name}　{receipt.registration_number}")),
        (_("考点"), _text(receipt.site.name.to(language()))),
        (_("提交轮次"), _text(_("第 %(n)s 次", n=receipt.round))),
        (_("校验值"), _text(receipt.digest, _MONO)),
    ]
    facts = Table(
        [[_text(label, _SMALL), value] for label, value in rows],
        colWidths=(24 * mm, WIDTH - QR - 30 * mm),
        hAlign="LEFT",
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)],
    )
    code = [_Code(address), _text(_("扫码核验"), _SMALL)]
    return [
        _text(_("提交回执"), _TITLE),
        _text(receipt.exam_name.to(language())),
        Spacer(0, 4 * mm),
        Table(
            [[facts, code]],
            colWidths=(WIDTH - QR - 4 * mm, QR + 4 * mm),
            style=[
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("LINEABOVE", (0, 0), (-1, 0), 1.2, INK),
                ("TOPPADDING", (0, 0), (-1, -1), 8),
            ],
        ),
    ]


def _images(receipt: ReceiptPage, thumbnails: Mapping[ImageId, bytes]) -> list[Any]:
    count = len(receipt.images)
    head = _text(ngettext("图片 %(num)d 张", "图片 %(num)d 张", count), _HEAD)
    rows: list[Any] = [_line(line, thumbnails.get(line.image_id)) for line in receipt.images]
    return [KeepTogether([head, *rows[:1]]), *rows[1:]]


def _line(line: ReceiptLine, thumbnail: bytes | None) -> Any:
    more = [
        _("第 %(n)s 张", n=line.position),
        _("%(n)s 字节", n=grouped(line.size_bytes)),
        *([_("提交时检查中")] if line.was_checking else []),
    ]
    words = [
        _text(line.title.to(language())),
        _text(" · ".join(more), _SMALL),
        _text(line.sha256, _MONO),
    ]
    return Table(
        [[_thumb(thumbnail), words]],
        colWidths=(THUMB + 4 * mm, WIDTH - THUMB - 4 * mm),
        hAlign="LEFT",
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("LINEABOVE", (0, 0), (-1, 0), 0.5, LINE),
        ],
    )


def _thumb(data: bytes | None) -> Any:
    if data is None:
        return _text(_("没有缩略图"), _SMALL)
    return Image(io.BytesIO(data), width=THUMB, height=THUMB, kind="proportional")


def _rest(receipt: ReceiptPage) -> list[Any]:
    story: list[Any] = []
    if receipt.absences:
        story.append(_text(_("暂缺/不适用"), _HEAD))
        story += [
            _text(f"{title.to(language())}{_('：')}{reason}") for title, reason in receipt.absences
        ]
    if receipt.later:
        story.append(_text(_("以后补交"), _HEAD))
        story += [_text(title.to(language())) for title in receipt.later]
    if receipt.explanations:
        story.append(_text(_("另附情况说明 %(n)s 条。", n=receipt.explanations)))
    story.append(Spacer(0, 4 * mm))
    story.append(
        _text(
            _(
                "SHA-256 由收到的图片文件计算，一字节不同，结果就不同。"
                "用回执编号或图片文件，任何人都可以在核验页核对。"
            ),
            _SMALL,
        )
    )
    return story


def _foot(title: str) -> Any:
    def draw_foot(canvas: Canvas, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(FONT, 8)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN + FRAME, MARGIN - 4 * mm, title)
        canvas.drawRightString(A4[0] - MARGIN, MARGIN - 4 * mm, _("第 %(n)s 页", n=document.page))
        canvas.restoreState()

    return draw_foot


def _text(words: str, style: ParagraphStyle = _BODY) -> Paragraph:
    return Paragraph(escape(words), style)
