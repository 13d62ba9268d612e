"""Tables as files: CSV for anything, XLSX for spreadsheets, both safe to open.

An XLSX file is a zip of five small XML parts (ECMA-376). Counts are numbers, which a spreadsheet
can add up; all else is an inline string, so that no ID number loses its leading zeros and nothing
is ever taken for a formula.
"""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

Cell = str | int | float | dt.datetime | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so would be run by a spreadsheet (OWASP, CSV injection)."""
_NO_XML = "\ufffe\uffff"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_ROOT = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="1" sheetId="1"'
    ' r:id="rId1"/></sheets></workbook>'
)
_BOOK_PARTS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
_FRAME = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3"'
    ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<cols><col min="1" max="64" width="20" customWidth="1"/></cols>'
)
"""Whose copy it is and the heads of the columns stay in sight."""
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def as_csv(rows: Iterable[Sequence[Cell]], *, zone: ZoneInfo) -> bytes:
    """UTF-8 with the mark that spreadsheets need to read Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_harmless(_words(cell, zone)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[Cell]], *, zone: ZoneInfo) -> bytes:
    """One sheet; its first row says whose copy it is, its second is the head."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", _HEAD + _TYPES)
        parts.writestr("_rels/.rels", _HEAD + _ROOT)
        parts.writestr("xl/workbook.xml", _HEAD + _BOOK)
        parts.writestr("xl/_rels/workbook.xml.rels", _HEAD + _BOOK_PARTS)
        with parts.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{MAIN}">{_FRAME}<sheetData>'.encode())
            for row in rows:
                cells = "".join(_cell(cell, zone) for cell in row)
                sheet.write(f"<row>{cells}</row>".encode())
            sheet.write(b"</sheetData></worksheet>")
    return out.getvalue()


def _cell(cell: Cell, zone: ZoneInfo) -> str:
    if isinstance(cell, int | float):
        return f"<c><v>{cell}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{_text(cell, zone)}</t></is></c>'


def _words(cell: Cell, zone: ZoneInfo) -> str:
    if isinstance(cell, dt.datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return "" if cell is None else str(cell)


def _harmless(words: str) -> str:
    return f"'{words}" if words.startswith(FORMULA_STARTS) else words


def _text(cell: Cell, zone: ZoneInfo) -> str:
    """XML text; characters that XML forbids are left out."""
    words = _words(cell, zone)
    return escape("".join(c for c in words if (c >= " " and c not in _NO_XML) or c in "\t\n\r"))
